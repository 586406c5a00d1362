// A stranger's note, pasted into the browser, reaches a paid claim; one for a patient whom no payer knows is
// refused at the door, which says what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { get } from "../lib/crawl.js";
import { amount } from "../lib/money.js";
import { place } from "../lib/place.js";
import { sign } from "../lib/visit.js";

const NOTE = `SUBJECTIVE
Here for a follow-up of high blood pressure and to have a sore left shoulder looked at. Shoulder pain for about
three weeks, worse reaching overhead, no injury. Takes amlodipine 5 mg daily, no side effects. Denies chest pain,
shortness of breath, numbness or weakness.

OBJECTIVE
BP 152/88, pulse 74, temp 98.4. Heart regular, no murmur. Lungs clear. Left shoulder: full passive motion, pain with
abduction past 90 degrees, strength normal, no swelling.

ASSESSMENT
1. Essential hypertension, above goal.
2. Left shoulder pain.

PLAN
1. Raise amlodipine to 10 mg daily. Home readings, recheck in four weeks.
2. Ibuprofen 400 mg as needed for the shoulder, stretching sheet given. Therapy if no better.
`;
/** More than any payer of the demo lets one wait. */
const ANSWERS_MAX = 12;

const here = await place();

/** A patient of the practice whose only coverage is Medicare. */
async function medicarePatient(person) {
  const { body } = await get(person, "/patients");
  for (const [path] of body.matchAll(/\/patients\/[\w-]{36}/g)) {
    const account = (await get(person, path)).body;
    if (/<dt>Coverage<\/dt><dd>1 Heartland Medicare[^,<]*<\/dd>/.test(account)) {
      return account.match(/<dt>MRN<\/dt><dd class="code">(\w+)</)[1];
    }
  }
  return assert.fail("the demo has a patient with Medicare alone");
}

/** From the signed note in the coder's list, which bills the service, to a sent claim and its address. */
async function codeAndSend(visit, service) {
  const coder = await here.person("cedar.coder");
  await coder.go("c");
  await coder.openRow(visit);
  assert.ok((await coder.count(".note mark")) >= 3, "the words behind the codes are marked");
  await coder.sees("I10");
  await coder.sees("M25.512");
  await coder.sees(service);
  await coder.follow("A");
  assert.deepEqual(await coder.texts("#blockers p"), []);
  await coder.follow("Control+Enter");
  await coder.sees(visit, ".notice");
  await coder.signOut();

  const biller = await here.person("cedar.biller");
  await biller.visit(`/encounters/${visit}`);
  await biller.follow("o");
  const claim = biller.path();
  await biller.sees("Ready", "h1");
  await biller.sees("No edit objects");
  await biller.go("b");
  await biller.openRow(claim.split("/").pop());
  await biller.follow("Control+Enter");
  await biller.sees(/went to .* in /, ".notice");
  await biller.visit(claim);
  await biller.follow("2");
  await biller.sees("CLM*");
  return { biller, claim };
}

/** Moves the world from answer to answer until the claim stands there. */
async function until(biller, claim, status) {
  for (let answers = 0; answers < ANSWERS_MAX; answers++) {
    await biller.visit(`${claim}?view=history`);
    if (status.test(await biller.text("h1"))) return;
    await biller.tabTo("To the next answer");
    await biller.follow("Enter");
  }
  assert.fail(`${claim} stands at ${await biller.text("h1")} after ${ANSWERS_MAX} answers`);
}

test("a pasted note of a known patient becomes a paid claim", async () => {
  const desk = await here.person("cedar.desk");
  const mrn = await medicarePatient(desk);
  await desk.go("p");
  await desk.press("f");
  await desk.type(mrn);
  await desk.follow("Enter");
  await desk.openRow(mrn);
  await desk.follow("n");
  await desk.press("e");
  await desk.paste(NOTE);
  await desk.follow("Control+Enter");
  await desk.sees("kept as a draft", ".notice");
  const visit = desk.path().split("/").pop();
  const author = (await desk.text("h1 + p")).match(/, ([^,]+), ([^,]+), 11 Office/)[1];
  assert.equal(author, "Ashby", "the first of the providers is offered");
  await desk.signOut();

  await sign(here, visit);

  const { biller, claim } = await codeAndSend(visit, "99214");
  await until(biller, claim, /Paid/);
  const [, paid, charge] = (await biller.text()).match(/Paid ([\d.,]+) of ([\d.,]+)/);
  assert.ok(amount(paid) > 0 && amount(paid) < amount(charge));

  // The account tells the same: charge, payment, adjustment, and the way to the remittance.
  await biller.tabTo(/./, ".context a");
  await biller.follow("Enter");
  await biller.sees(claim.split("/").pop());
  await biller.rowOf(`Claim ${claim.split("/").pop()} decided`);
  await biller.follow("Enter");
  assert.match(biller.path(), /^\/remittances\//);
  await biller.sees("Balances to the cent");
  await biller.openRow(claim.split("/").pop());
  assert.equal(biller.path(), claim);
  await biller.signOut();
});

test("the claim of a patient whom the payer does not know is refused with what to do", async () => {
  const provider = await here.person("cedar.provider");
  await provider.go("e");
  await provider.follow("e");
  await provider.press("e");
  await provider.paste(NOTE);
  await provider.tabTo("New patient");
  await provider.press("Enter");
  const card = {
    "Last name": "Quimby", "First name": "Odette", "Born on": "03141961", "Sex on file": "Fem", Street: "12 Foundry Lane",
    City: "Marlow Springs", State: "KS", "ZIP code": "66999", Telephone: "7855550123", Payer: "Harvest",
    "Member number": "HVP000000001", "Group number": "HV470",
  };
  for (const [label, value] of Object.entries(card)) {
    await provider.tabTo(label);
    await provider.type(value);
  }
  await provider.tabTo(/^I sign this note/);
  await provider.press("Space");
  await provider.follow("Control+Enter");
  await provider.sees("signed and read", ".notice");
  await provider.sees("Quimby, Odette");
  await provider.sees("Harvest Valley PPO", ".context");
  const visit = provider.path().split("/").pop();
  await provider.signOut();

  const { biller, claim } = await codeAndSend(visit, "99204");
  await until(biller, claim, /Rejected/);
  await biller.sees(/277CA A7|277CA A3/);
  await biller.sees(/member number/i);
  await biller.tabTo(/Quimby/, ".context a");
  await biller.follow("Enter");
  const account = biller.path();

  // The desk reads the card again; the claim takes the number up at once and goes again as an original.
  const desk = await here.person("cedar.desk");
  await desk.visit(account);
  await desk.press("c");
  await desk.tabTo("Member number");
  await desk.write("HVP000000002");
  await desk.follow("Control+Enter");
  await desk.sees("HVP000000002");
  await desk.signOut();

  await biller.visit(claim);
  await biller.sees("Ready", "h1");
  await biller.sees("HVP000000002");
  await biller.follow("Control+Enter");
  await biller.sees(/went to .* in /, ".notice");
  await biller.signOut();
});
