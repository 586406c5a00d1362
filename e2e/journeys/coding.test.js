// A new note coded wholly by keyboard: a question answered, codes taken, made more specific and rejected, the level of
// the visit understood, the visit finished; how long it took is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { place } from "../lib/place.js";
import { sign } from "../lib/visit.js";

const NOTE = `SUBJECTIVE
Follow-up of high blood pressure. Knee has hurt for two months, worse on stairs, no injury. Takes lisinopril 10 mg daily.
Sneezes every spring, worse when the oaks shed pollen. Denies chest pain or shortness of breath.

OBJECTIVE
BP 156/92, pulse 78. Heart regular. Lungs clear. Knee: no swelling, full motion, tender over the joint line.

ASSESSMENT
1. Essential hypertension, above goal.
2. Knee pain.
3. Seasonal allergies.
4. Hyperlipidemia, for the next visit.

PLAN
1. Raise lisinopril to 20 mg. BMP in two weeks.
2. Naproxen as needed, therapy if no better.
3. Continue loratadine.
Total time today 34 minutes.
`;
const STAY = `DISCHARGE SUMMARY
Admitted 2026-06-02 for worsening shortness of breath and leg swelling.
Principal diagnosis: Acute on chronic systolic heart failure.
Secondary diagnoses: Type 2 diabetes mellitus. Hypertension. Pressure ulcer of the sacrum, stage 2, developed on day 4.

HOSPITAL COURSE
Treated with intravenous furosemide and fluid restriction. Discharged home.
`;
/** Codes on the page, and questions before them. */
const STOPS_MAX = 12;

const here = await place();

/** `j` until the code, question or element of that name has the focus. */
async function at(person, name) {
  await person.page.evaluate(() => document.activeElement?.blur());
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    await person.press("j");
    const now = await person.focus();
    if (now?.name.includes(name)) return;
  }
  assert.fail(`j reaches no ${name}`);
}

/** The desk writes a note of the first patient, its author signs it; returns the number of the visit. */
async function written(note, isStay) {
  const desk = await here.person("cedar.desk");
  await desk.go("p");
  await desk.openRow();
  await desk.follow("n");
  await desk.press("e");
  await desk.paste(note);
  if (isStay) {
    await desk.tabTo(/hospital stay/, "#is-stay");
    await desk.press("Space");
  }
  await desk.press("Escape");
  await desk.follow("Control+Enter");
  const visit = desk.path().split("/").pop();
  await desk.signOut();

  await sign(here, visit);
  return visit;
}

test("a coder codes a new note by keyboard alone", async (t) => {
  const visit = await written(NOTE, false);
  const coder = await here.person("cedar.coder");
  await coder.go("c");
  let began = Date.now();
  await coder.openRow(visit);

  // What is missing is asked on its words, in a question that does not lead.
  await at(coder, "No side is written");
  assert.ok((await coder.count(".note mark.on")) > 0, "the words asked about are lit");
  await coder.press("q");
  assert.match((await coder.focus()).markup, /<textarea/);
  assert.match(await coder.page.evaluate(() => document.activeElement.value), /^Which side/);
  await coder.follow("Control+Enter");
  await coder.sees("Query open", "h1");
  let worked = Date.now() - began;
  await coder.signOut();

  const author = await here.person("cedar.provider");
  await author.go("q");
  await author.openRow("Which side");
  await author.press("w");
  await author.type("Right knee pain.");
  await author.follow("Control+Enter");
  await author.signOut();

  const again = await here.person("cedar.coder");
  await again.go("c");
  began = Date.now();
  await again.openRow(visit);
  await at(again, "M25.561");
  await again.follow("a");
  await at(again, "I10");
  await again.follow("a");

  // The note tells of pollen: a more specific leaf, with the reason.
  await at(again, "J30.2");
  await again.press("c");
  await again.press("Control+a");
  await again.type("J30.1");
  await again.completes("J30.1");
  await again.press("Escape");
  await again.tabTo("Reason");
  await again.type("Pollen is named in the history.");
  await again.follow("Control+Enter");
  await again.sees("Pollen is named in the history.");

  await at(again, "E78.5");
  await again.press("r");
  await again.type("Put off to the next visit, not addressed.");
  await again.follow("Control+Enter");
  await again.sees("Rejected");

  // Why this level: each element with its words, and the time.
  await again.press("v");
  const element = await again.focus();
  assert.match(element.name, /^Problems moderate/);
  assert.ok((await again.count(".note mark.on")) >= 2, "the problems counted are lit");
  await again.press("j");
  assert.match((await again.focus()).name, /^Data/);
  await again.sees("Two of three elements are moderate: 99214. By time: 99214.");
  await at(again, "99214");
  await again.follow("a");
  assert.equal(await again.count("#blockers"), 0, "nothing keeps the visit from being finished");
  await again.follow("Control+Enter");
  await again.sees(visit, ".notice");
  worked += Date.now() - began;
  t.diagnostic(`coded in ${(worked / 1000).toFixed(1)} s at the speed of the test, without the answer's wait`);

  await again.visit(`/encounters/${visit}`);
  await again.sees(/Billed|Coded/, "h1");
  await again.sees("J30.1");
  await again.signOut();
});

test("a hospital stay shows the order of its diagnoses, what was there on admission, and the working DRG", async () => {
  const visit = await written(STAY, true);
  const coder = await here.person("cedar.coder");
  await coder.go("c");
  await coder.openRow(visit);
  await coder.sees("21 ", "h1 + p");
  const rows = await coder.texts("h2:text-is('Hospital stay') + .table-wrap tbody tr");
  assert.match(rows[0], /^\s*I11\.0\s*Principal/, "hypertension with heart failure, and the kind of failure after it");
  assert.match(rows[1], /^\s*I50\.23\s*Secondary/);
  const ulcer = rows.find((row) => row.includes("L89.152"));
  assert.match(ulcer ?? "", /Secondary[^]*N /, "what came on day 4 was not there on admission");
  await coder.tabTo(/Working DRG/, "summary");
  await coder.press("Enter");
  await coder.sees("MDC 05");
  await coder.signOut();
});
