// Files that nobody expected: the same twice, a cent out, cut, for somebody else, or no file of a payer at all.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { amount } from "../lib/money.js";
import { place } from "../lib/place.js";
import { remittance } from "../lib/x12.js";

const here = await place();
const NPI = "1826070132";

/** Takes a file in by keyboard, from the list of remittances. */
async function takeIn(poster, name, text) {
  await poster.go("i");
  await poster.press("u");
  await poster.chooseFile(name, text);
  await poster.tabTo("Take in");
  await poster.follow("Enter");
}

/** What the books hold, in figures that any posting changes. */
async function books() {
  const manager = await here.person("cedar.manager");
  await manager.go("x");
  const figures = await manager.texts(".figure");
  await manager.signOut();
  return figures;
}

test("a remittance dropped twice adds nothing and says so", async () => {
  const poster = await here.person("cedar.poster");
  const file = remittance({ trace: "TWICE1", payee: NPI });
  await takeIn(poster, "twice.835", file);
  await poster.sees("0 posted, 1 parked", ".notice");
  await poster.go("i");
  const [rows, before] = [await poster.count("main tbody tr"), await books()];
  await takeIn(poster, "twice.835", file);
  await poster.sees("nothing was added", ".notice");
  await takeIn(poster, "renamed.835", file);
  await poster.sees("nothing was added", ".notice");
  // The same payment in other clothes: another file, the same trace.
  await takeIn(poster, "again.835", file.replaceAll("~\n", "~"));
  await poster.sees("nothing was added", ".notice");
  await poster.go("i");
  assert.equal(await poster.count("main tbody tr"), rows);
  assert.deepEqual(await books(), before);
  await poster.signOut();
});

test("a remittance that was posted long ago adds nothing", async () => {
  const folder = join(here.data, "exchange/CH/HVPPO/in/taken");
  const [name] = (await readdir(folder)).filter((file) => file.endsWith(".835"));
  const before = await books();
  const poster = await here.person("cedar.poster");
  await takeIn(poster, name, await readFile(join(folder, name), "utf8"));
  await poster.sees("nothing was added", ".notice");
  assert.deepEqual(await books(), before);
  await poster.signOut();
});

test("one cent out is parked with the level and the difference", async () => {
  const before = await books();
  const poster = await here.person("cedar.poster");
  await takeIn(poster, "cent.835", remittance({ trace: "CENT1", payee: NPI, paid: 8_400, total: 8_401 }));
  await poster.sees("does not add up", ".notice");
  await poster.sees("Not posted", "h1");
  await poster.sees("Does not balance");
  await poster.sees(/Difference 0\.01/);
  await poster.sees(/payment|BPR/i, ".proof p");
  await poster.go("m");
  await poster.openRow("CENT1");
  await poster.signOut();
  assert.deepEqual(await books(), before, "nothing of it is in the books");
});

test("a cut file says where it ends and what to do, and is not posted", async () => {
  const before = await books();
  const poster = await here.person("cedar.poster");
  const whole = remittance({ trace: "CUT1", payee: NPI });
  for (const [name, text] of [
    ["cut-in-segment.835", whole.slice(0, whole.indexOf("SVC*") + 9)],
    ["cut-in-header.835", whole.slice(0, 60)],
    ["cut-at-end.835", whole.slice(0, whole.indexOf("IEA*"))],
  ]) {
    await takeIn(poster, name, text);
    await poster.sees(/Byte \d+: .*(cut|few elements).*Ask the sender for the whole file/, "body");
    await poster.sees(name, "body");
    await poster.visit("/remittances");
    assert.doesNotMatch(await poster.text(), /CUT1/);
  }
  await poster.signOut();
  assert.deepEqual(await books(), before);
});

test("a file that is no file of a payer says what is expected", async () => {
  const poster = await here.person("cedar.poster");
  for (const [name, text] of [["letter.txt", "Dear practice, here is your money."], ["empty.835", ""]]) {
    await takeIn(poster, name, text);
    await poster.sees(/835|ISA/, "body");
    await poster.sees(name, "body");
    await poster.visit("/");
  }
  await poster.signOut();
});

test("a remittance for another practice is held unapplied and says for whom it is", async () => {
  const before = await books();
  const poster = await here.person("cedar.poster");
  await takeIn(poster, "other.835", remittance({ trace: "OTHER1", payee: "1234567893" }));
  await poster.sees("0 posted, 1 parked", ".notice");
  await poster.sees("Balances to the cent");
  await poster.sees("It pays SOMEBODYS PRACTICE (1234567893)");
  await poster.sees("Held unapplied: 84.00 USD");
  await poster.signOut();
  const after = await books();
  const moved = before.filter((figure, n) => figure !== after[n]).map((figure) => figure.split("\n")[0]);
  assert.deepEqual(moved, ["Unapplied, USD"], "no account is touched");
});

test("money for a claim that nobody knows stays held when no claim of the practice is named", async () => {
  const poster = await here.person("cedar.poster");
  await poster.go("m");
  await poster.openRow(/1 of [2-9] parked/);
  const held = amount((await poster.text()).match(/Held unapplied: ([\d,.]+)/)[1]);
  assert.ok(held > 0);
  await poster.tabTo(/Belongs to/);
  await poster.type("CH9999999X");
  await poster.follow("Enter");
  await poster.sees("This client has no claim CH9999999X", "body");
  await poster.visit("/");
  await poster.go("m");
  await poster.openRow(/1 of [2-9] parked/);
  assert.equal(amount((await poster.text()).match(/Held unapplied: ([\d,.]+)/)[1]), held);
  await poster.signOut();
});
