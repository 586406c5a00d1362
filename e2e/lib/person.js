// A person at the keyboard: nothing here touches a mouse. Every stop of the focus must be seen, and whatever a
// page logs as an error or asks from elsewhere fails the journey when the person leaves.
import assert from "node:assert/strict";
import { focused } from "./focus.js";

/** Stops of Tab after which a control counts as not reachable. */
const TABS_MAX = 250;
const ROWS_MAX = 150;

export class Person {
  constructor(place, context, page) {
    Object.assign(this, { place, context, page, complaints: [] });
    page.on("pageerror", (error) => this.complaints.push(`script: ${error.message}`));
    page.on("console", (message) => {
      // A refused form answers 422, which Chromium logs as a failed load; the journeys look at those pages.
      if (message.type() === "error" && !/status of 422/.test(message.text())) this.complaints.push(message.text());
    });
    context.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^https?:$/.test(protocol) && hostname !== "127.0.0.1") this.complaints.push(`asks ${request.url()}`);
    });
    // Listened for from the beginning: Chromium opens its own window for files when nobody listens yet.
    page.on("filechooser", (chooser) => this.choose(chooser));
    page.on("dialog", (dialog) => {
      this.asked = dialog.message();
      dialog.accept();
    });
  }

  // --- where one is -----------------------------------------------------------------------------------

  /** Types an address. */
  async visit(path) {
    const response = await this.page.goto(path);
    assert.ok(response.ok(), `${path} answers ${response.status()}`);
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  /** What the page says, or the part of it. */
  text(selector = "main") {
    return this.page.locator(selector).first().innerText();
  }

  async texts(selector) {
    return this.page.locator(selector).allInnerTexts();
  }

  /** Fails unless the page says it. */
  async sees(words, selector = "main") {
    const text = await this.text(selector);
    const is = words instanceof RegExp ? words.test(text) : text.includes(words);
    assert.ok(is, `${this.path()} does not say ${words}:\n${text}`);
  }

  count(selector) {
    return this.page.locator(selector).count();
  }

  // --- keys ---------------------------------------------------------------------------------------------

  /** Presses a key; the page stays. */
  async press(key) {
    await this.page.keyboard.press(key);
  }

  /** Presses keys one after the other, the last of which leads to another page. */
  async follow(...keys) {
    const last = keys.pop();
    for (const key of keys) await this.press(key);
    const loaded = this.page.waitForEvent("load");
    loaded.catch(() => {});
    await this.press(last);
    await loaded.catch(async () => assert.fail(`${last} on ${this.path()} leads nowhere:\n${await this.text("body")}`));
  }

  /** Goes to the list of a letter. */
  async go(letter) {
    await this.follow("g", letter);
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  /** Replaces what the focused field holds. */
  async write(text) {
    await this.press("Control+a");
    await this.type(text);
  }

  /** Puts text on the clipboard, as a person who copied it elsewhere, and pastes it. */
  async paste(text) {
    await this.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await this.page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await this.press("Control+v");
  }

  /** The focused element, which must be seen and look focused. */
  async focus() {
    const now = await this.page.evaluate(focused);
    if (!now) return null;
    const place = `${this.path()}: focus on “${now.name}” (${now.markup})`;
    assert.ok(now.isVisible, `${place} is not visible`);
    assert.ok(now.isStyled, `${place} does not look focused`);
    return now;
  }

  /** Tab until the control of that name, or of that selector, has the focus. */
  async tabTo(name, selector = "*") {
    for (let stop = 0; stop < TABS_MAX; stop++) {
      await this.press("Tab");
      const now = await this.focus();
      if (!now) continue;
      const is = name instanceof RegExp ? name.test(now.name) : now.name === name;
      if (is && (await this.page.evaluate((s) => document.activeElement.matches(s), selector))) return now;
    }
    assert.fail(`${this.path()}: Tab reaches no ${selector} named ${name}`);
  }

  /** Tab from the skip link round the page; every stop must be seen. Returns the number of stops. */
  async tabRound() {
    await this.tabTo("Skip to content");
    for (let stop = 1; stop < 10 * TABS_MAX; stop++) {
      await this.press("Tab");
      const now = await this.focus();
      if (!now || now.name === "Skip to content") return stop;
    }
    return assert.fail(`${this.path()}: Tab never comes round`);
  }

  /** `j` until the row that says it has the focus. */
  async rowOf(words) {
    let before = "";
    for (let row = 0; row < ROWS_MAX; row++) {
      await this.press("j");
      const now = await this.focus();
      assert.ok(now, `${this.path()}: j reaches no row`);
      const text = await this.text("tr.current");
      if (words instanceof RegExp ? words.test(text) : text.includes(words)) return text;
      if (now.markup + text === before) break;
      before = now.markup + text;
    }
    assert.fail(`${this.path()}: no row says ${words}`);
  }

  /** Opens the row that says it. */
  async openRow(words = "") {
    const text = await this.rowOf(words);
    await this.follow("Enter");
    return text;
  }

  /** Waits until the typed word is completed by something that says it. */
  async completes(words) {
    await this.page.locator("[role=option]", { hasText: words }).first().waitFor();
  }

  /** Chooses a file at the focused file field. */
  async chooseFile(name, text) {
    const asked = new Promise((resolve) => (this.choose = resolve));
    await this.press("Enter");
    await (await asked).setFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  }

  // --- coming and going ---------------------------------------------------------------------------------

  async signIn(login) {
    await this.visit("/sign-in");
    await this.tabTo("User name");
    await this.type(login);
    await this.tabTo("Password");
    await this.type(this.place.passwords[login]);
    await this.follow("Enter");
    assert.equal(this.path(), "/", "signing in leads home");
  }

  async signOut() {
    await this.tabTo(/./, ".person summary");
    await this.press("Enter");
    await this.tabTo("Sign out");
    await this.follow("Enter");
    assert.equal(this.path(), "/sign-in");
    await this.leave();
  }

  /** Closes the window; fails on anything that went wrong behind the pages. */
  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, [], "errors in the console or requests to elsewhere");
  }
}
