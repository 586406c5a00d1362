// The main task of each role of a client, one after the other on one copy of the demo: what the coder finishes the
// biller sends, what came from elsewhere the poster sees, and the manager's figures lead to all of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { amount } from "../lib/money.js";
import { place } from "../lib/place.js";
import { remittance } from "../lib/x12.js";

/**
 * `name` begins the logins and `npi` is of the practice; `denial` is a title on its list of denials, `reason` what the
 * page of it names, `outcome` what the biller does about it.
 */
export async function roles({ name, npi, denial, reason, outcome }) {
  const here = await place();

  test(`the coder of ${name} takes visits from the worklist, decides and finishes them`, async () => {
    const coder = await here.person(`${name}.coder`);
    await coder.go("c");
    await coder.sees("To code");
    await coder.openRow();
    const first = coder.path();
    assert.match(first, /^\/encounters\/[A-Z]+-E\d+$/);

    // A code lights its words, and a decision about it is seen.
    await coder.press("j");
    const code = await coder.focus();
    assert.match(code.markup, /class="suggestion/);
    assert.ok((await coder.count(".note mark.on")) > 0, "moving to a code lights its words");
    await coder.follow("a");
    await coder.sees("Accepted");
    await coder.follow("A");
    assert.equal(await coder.count("#blockers"), 0, "nothing keeps the visit from being finished");
    await coder.follow("Control+Enter");
    await coder.sees(first.split("/").pop(), ".notice");
    assert.notEqual(coder.path(), first, "the next visit opens");

    await coder.visit(first);
    await coder.sees(/Billed|Coded/, "h1");
    await coder.signOut();
  });

  test(`the biller of ${name} sends ready claims and works a denial to its outcome`, async () => {
    const biller = await here.person(`${name}.biller`);
    await biller.go("b");
    const ready = await biller.count("main tbody tr");
    assert.ok(ready > 0, "the visit just coded is a claim ready to send");
    await biller.follow("b");
    assert.match(biller.asked, /USD go to/, "sending asks first and says what it does");
    await biller.sees(/went out in/, ".notice");
    await biller.sees("Clean claims that go with the next file.");
    assert.equal(await biller.count("main tbody tr"), 0);

    await biller.go("d");
    await biller.openRow(denial);
    await biller.sees(reason);
    await biller.follow("t");
    await biller.sees("Taken", "h1");
    await outcome(biller);
    await biller.signOut();
  });

  test(`the poster of ${name} takes in a file from elsewhere and a payment of a patient`, async () => {
    const poster = await here.person(`${name}.poster`);
    await poster.go("i");
    await poster.press("u");
    assert.match((await poster.focus()).markup, /type="file"/);
    await poster.chooseFile("elsewhere.835", remittance({ trace: "ELSEWHERE1", payee: npi }));
    await poster.tabTo("Take in");
    await poster.follow("Enter");
    await poster.sees("0 posted, 1 parked", ".notice");
    await poster.sees("Balances to the cent");
    await poster.sees("Held unapplied: 84.00 USD");
    await poster.sees("XQ-1");
    await poster.tabTo(/Belongs to/);
    await poster.tabTo("Post to this claim");
    await poster.go("m");
    await poster.openRow("ELSEWHERE1");

    await poster.go("s");
    await poster.openRow();
    const before = await owed(poster);
    assert.ok(before > 0, "the patient owes");
    await poster.press("p");
    assert.equal((await poster.focus()).name, "Amount, USD");
    await poster.type("1.50");
    await poster.follow("Control+Enter");
    await poster.sees("Received 1.50 USD", ".notice");
    assert.equal(await owed(poster), before - 150);
    await poster.signOut();
  });

  test(`the manager of ${name} follows figures to their records`, async () => {
    const manager = await here.person(`${name}.manager`);
    await manager.go("x");
    await manager.sees("Proof of the books");
    assert.doesNotMatch(await manager.text(), /Fails/);
    const lines = Number((await manager.tabTo(/^Denied lines/, "a.figure")).name.match(/\d+/)[0]);
    await manager.follow("Enter");
    assert.equal(await manager.count("main tbody tr"), lines, "the figure is what its list shows");
    await manager.openRow(denial);
    await manager.sees(reason);
    await manager.follow("o");
    await manager.sees("835");

    await manager.go("x");
    const owes = amount((await manager.tabTo(/^Patients owe/, "a.figure")).name);
    await manager.follow("Enter");
    assert.equal(amount(await manager.text("tfoot")), owes);
    await manager.signOut();
  });
}

/** Gives up what was denied; it leaves the list. */
export async function writeOff(biller) {
  await biller.press("w");
  assert.equal((await biller.focus()).name, "Reason");
  await biller.type("Read with the practice: not collectible");
  // Ctrl Enter belongs to the form one writes in, not to the appeal above it.
  await biller.follow("Control+Enter");
  assert.match(biller.asked, /USD off\?/, "money is not given up unasked");
  await biller.sees("is accepted", ".notice");
}

/** Files an appeal with the letter as written and a sentence more. */
export async function appeal(biller) {
  await biller.press("a");
  assert.match((await biller.focus()).markup, /<textarea/);
  await biller.press("Control+End");
  await biller.type(" The plan of care is enclosed.");
  await biller.follow("Control+Enter");
  await biller.sees(/appeal/i, ".notice");
  await biller.go("w");
  await biller.sees(/Filed \d{4}/);
}

/** What the patient whose account is open owes, in cents. */
async function owed(person) {
  const terms = await person.texts(".context > div");
  return amount(terms.find((term) => term.startsWith("Patient owes")));
}
