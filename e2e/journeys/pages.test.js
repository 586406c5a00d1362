// Every kind of page in light and dark: accessible, without errors, without anything from elsewhere; readable and
// open to sign in without script.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crawl } from "../lib/crawl.js";
import { assertAccessible, picture } from "../lib/look.js";
import { place } from "../lib/place.js";

const here = await place();

/** One address of every kind of page; of several, the longest page, which shows the most. */
async function kinds() {
  const manager = await here.person("larkspur.manager");
  const { pages } = await crawl(manager);
  await manager.leave();
  const longest = (pattern) => {
    const found = [...pages].filter(([path]) => pattern.test(path)).sort(([, a], [, b]) => b.length - a.length);
    assert.ok(found.length > 0, `the demo has a page ${pattern}`);
    return found[0][0];
  };
  const holding = (pattern, words) => [...pages].find(([path, body]) => pattern.test(path) && words.test(body))?.[0];
  const visit = /^\/encounters\/[A-Z]+-E\d+$/;
  return {
    home: "/",
    worklist: "/work/denials",
    "worklist-empty": "/work/held",
    statements: "/work/statements",
    encounters: "/encounters",
    "encounter-new": "/encounters/new",
    "encounter-to-code": holding(visit, /Finish and next/),
    "encounter-billed": holding(visit, />Billed</),
    "encounter-draft": holding(/^\/encounters\/[A-Z]+-E\d+\/draft$/, /Note of/),
    claims: "/claims",
    "claim-form": longest(/^\/claims\/\w+$/),
    "claim-837": longest(/^\/claims\/\w+\?view=837$/),
    "claim-history": longest(/^\/claims\/\w+\?view=history$/),
    "claim-edit": holding(/^\/claims\/\w+\?view=form$/, /Correct the decided claim/),
    patients: "/patients",
    account: longest(/^\/patients\/[\w-]+$/),
    remittances: "/remittances",
    "remittance-parked": holding(/^\/remittances\/[\w-]+$/, /Held unapplied/),
    denials: "/denials",
    denial: longest(/^\/denials\/[\w-]+$/),
    "work-item": longest(/^\/work-items\/[\w-]+$/),
    manager: "/manager",
    agreement: "/agreement",
    learning: "/learning",
    search: "/search?q=a",
  };
}

const addresses = await kinds();
const managers = {};
for (const colorScheme of ["light", "dark"]) {
  managers[colorScheme] = await here.person("larkspur.manager", { colorScheme });
}

for (const [colorScheme, manager] of Object.entries(managers)) {
  test(`the page sign-in is accessible, ${colorScheme}`, async () => {
    const stranger = await here.stranger({ colorScheme });
    await stranger.visit("/sign-in");
    await picture(stranger.page, `sign-in-${colorScheme}`, { onPhone: true });
    await assertAccessible(stranger.page);
    await stranger.leave();
  });
  for (const [name, path] of Object.entries(addresses)) {
    test(`the page ${name} is accessible, ${colorScheme}`, async () => {
      assert.ok(path, `the demo has a page ${name}`);
      await manager.visit(path);
      await picture(manager.page, `${name}-${colorScheme}`, { onPhone: name === "home" });
      await assertAccessible(manager.page);
      assert.deepEqual(manager.complaints.splice(0), []);
    });
  }
}

for (const [name, path] of Object.entries(addresses)) {
  test(`every stop of Tab on the page ${name} is seen`, async () => {
    await managers.light.visit(path);
    assert.ok((await managers.light.tabRound()) > 20, "the rail alone has more links");
  });
}

test("the dialogs of commands and keys are accessible and close", async () => {
  const manager = await here.person("larkspur.manager");
  for (const key of ["Control+k", "?"]) {
    await manager.press(key);
    assert.equal(await manager.count("dialog[open]"), 1, `${key} opens a dialog`);
    await assertAccessible(manager.page);
    await manager.press("Escape");
    assert.equal(await manager.count("dialog[open]"), 0, "Escape closes it");
  }
  await manager.press("Control+k");
  await manager.type("remitt");
  await manager.follow("Enter");
  assert.equal(manager.path(), "/work/parked");
  await manager.leave();
});

test("signing in and reading work without script", async () => {
  const manager = await here.stranger({ javaScriptEnabled: false });
  // Without script nothing tells where the focus is: the keys are counted as a reader counts them.
  await manager.visit("/sign-in");
  await manager.page.locator("#login").focus();
  await manager.type("larkspur.manager");
  await manager.press("Tab");
  await manager.type(here.passwords["larkspur.manager"]);
  await manager.follow("Enter");
  await manager.sees("Your work");
  for (const [name, path] of Object.entries(addresses)) {
    await manager.visit(path);
    assert.ok((await manager.text("h1")).length > 0, `${name} has a heading`);
  }
  await manager.leave();
});
