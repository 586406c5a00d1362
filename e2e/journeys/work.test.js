// The rest of the day's work, by keyboard: a question and its answer, a late word in a note, a refund, statements,
// work that is put off.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount } from "../lib/money.js";
import { place } from "../lib/place.js";

const here = await place();

test("a question of the coder waits for the author, whose answer becomes the next version of the note", async () => {
  const coder = await here.person("cedar.coder");
  await coder.go("c");
  await coder.openRow("Yoder");
  const visit = coder.path();
  await coder.press("j");
  await coder.press("q");
  assert.match((await coder.focus()).markup, /<textarea/);
  await coder.type("Please say which side the finding was on.");
  await coder.tabTo("Send query");
  await coder.follow("Enter");
  await coder.visit(visit);
  await coder.sees("Query open", "h1");
  await coder.sees("waits for the answer", "#blockers");
  await coder.signOut();

  const author = await here.person("cedar.provider2");
  await author.go("q");
  await author.openRow("which side");
  assert.equal(author.path(), visit);
  await author.press("w");
  await author.type("Right side, as examined.");
  await author.tabTo("Sign the answer");
  await author.follow("Enter");
  await author.visit(visit);
  await author.sees("Note, version 2");
  await author.sees("Right side, as examined.", ".note");
  await author.follow("d");
  await author.press("e");
  await author.type("Return precautions were given in writing.");
  await author.follow("Control+Enter");
  await author.sees("version 3", ".notice");
  await author.signOut();

  const again = await here.person("cedar.coder");
  await again.go("c");
  await again.openRow(visit.split("/").pop());
  await again.sees("To code", "h1");
  await again.sees("Return precautions", ".note");
  await again.follow("A");
  await again.follow("Control+Enter");
  await again.signOut();
});

test("a word typed in search or in a code field is completed by keyboard", async () => {
  const manager = await here.person("cedar.manager");
  await manager.go("l");
  const number = await manager.text("main tbody a");
  await manager.press("/");
  await manager.type(number);
  await manager.completes(number);
  await manager.follow("Enter");
  assert.equal(manager.path(), `/claims/${number}`);
  await manager.signOut();

  const coder = await here.person("river.coder");
  await coder.go("c");
  await coder.openRow();
  await coder.press("i");
  await coder.type("lateral epicond");
  await coder.completes("M77.1");
  await coder.press("ArrowDown");
  await coder.press("Enter");
  const code = await coder.page.locator("#add-code").inputValue();
  assert.match(code, /^M77\.1\d$/);
  await coder.tabTo("Reason");
  await coder.type("Said at the door");
  await coder.follow("Enter");
  await coder.sees(code);
  await coder.sees("Added");
  await coder.signOut();
});

test("an empty note is refused in words, and what was typed is kept when something else is missing", async () => {
  const provider = await here.person("cedar.provider");
  await provider.visit("/encounters/new");
  await provider.press("e");
  await provider.follow("Control+Enter");
  await provider.sees("The note is empty", "[role=alert]");
  await provider.press("e");
  await provider.paste("Der Patient klagt seit drei Tagen über Husten.");
  await provider.follow("Control+Enter");
  await provider.sees(/patient/i, "[role=alert]");
  const kept = await provider.page.locator("#note-text").inputValue();
  assert.equal(kept, "Der Patient klagt seit drei Tagen über Husten.", "what was typed is kept");
  await provider.signOut();
});

test("the manager gives an overpayment back and the credit leaves the list", async () => {
  const manager = await here.person("cedar.manager");
  await manager.go("k");
  await manager.openRow("more than is owed");
  await manager.press("f");
  const held = await manager.page.locator("#refund-amount").inputValue();
  assert.ok(amount(held) > 0);
  await manager.tabTo("Reason");
  await manager.type("Paid twice at the desk");
  await manager.tabTo("Approve the refund");
  await manager.follow("Enter");
  assert.match(manager.asked, /refund/);
  await manager.sees(`A refund of ${held} USD is approved`, ".notice");
  await manager.go("k");
  assert.equal(await manager.count("main tbody tr"), 0);
  await manager.signOut();
});

test("a refusal called the patient's is on the list of denials, and the patient owes it when the biller says so", async () => {
  const biller = await here.person("cedar.biller");
  await biller.go("d");
  const refused = async () => (await biller.text("main")).match(/Service after coverage ended/g)?.length ?? 0;
  const before = await refused();
  await biller.openRow("Service after coverage ended");
  await biller.sees("PR-27");
  const claim = (await biller.text("h1")).match(/CH\d+\w/)[0];
  await biller.press("b");
  assert.equal((await biller.focus()).name, "Why the patient owes it");
  await biller.type("No other coverage that day");
  await biller.tabTo(/Move .* to the patient/);
  await biller.follow("Enter");
  await biller.sees(`What ${claim} left open is owed by the patient now`, ".notice");
  await biller.go("d");
  // A line is a refusal of its own: the others of its claim stay.
  assert.equal(await refused(), before - 1);
  await biller.signOut();
});

test("the poster records the approved refund as paid, and the work is done", async () => {
  const poster = await here.person("cedar.poster");
  await poster.go("o");
  await poster.openRow("refund of");
  await poster.press("b");
  const due = await poster.page.locator("#refund-paid-amount").inputValue();
  assert.ok(amount(due) > 0);
  await poster.type("check 2001");
  await poster.tabTo("Record the refund as paid");
  await poster.follow("Enter");
  await poster.sees(`${due} USD are paid back with check 2001`, ".notice");
  await poster.sees("Refund paid, check 2001");
  assert.equal(await poster.count("#refund-paid-amount"), 0);
  await poster.go("o");
  assert.doesNotMatch(await poster.text("main"), /refund of/);
  await poster.signOut();
});

test("a statement is printed and opens as a document", async () => {
  const poster = await here.person("cedar.poster");
  await poster.go("s");
  await poster.openRow();
  const before = await poster.count("a[href^='/documents/']");
  await poster.follow("s");
  await poster.sees(/Statement \S+ is printed/, ".notice");
  const links = poster.page.locator("a[href^='/documents/']");
  assert.equal(await links.count(), before + 1);
  const document = await poster.context.request.get(await links.first().getAttribute("href"));
  assert.equal((await document.body()).subarray(0, 5).toString(), "%PDF-");
  await poster.signOut();
});

test("a deadline is put off to a day before it, and not after it", async () => {
  const biller = await here.person("river.biller");
  await biller.go("d");
  await biller.openRow("RB0000029B 97140");
  const denial = biller.path();
  await biller.press("z");
  await biller.type("07142026");
  await biller.tabTo("Put off");
  await biller.follow("Enter");
  await biller.sees("Out of sight until 2026-07-14", ".notice");
  await biller.go("d");
  assert.doesNotMatch(await biller.text("main"), /RB0000029B 97140/);
  await biller.visit(denial);
  await biller.press("z");
  await biller.type("07142027");
  await biller.tabTo("Put off");
  await biller.follow("Enter");
  await biller.sees("not after its last day", "body");
  await biller.visit("/");
  await biller.signOut();
});
