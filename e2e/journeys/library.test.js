// The coder and the code library: a code found three ways, why it is not billable on a day, and a release that arrives
// while she works.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { place } from "../lib/place.js";

const run = promisify(execFile);
const here = await place();

/** Changes as published within a year: a code ends, and a longer one takes its place. */
function changes(code) {
  const line = (label, flag, code) =>
    `${`${label}:`.padEnd(12)} ${flag} ${code.padEnd(7)} ${"Invented".padEnd(60)} Invented title of ${code}\r\n`;
  return line("Delete", 1, code) + line("Add", 0, code) + line("Add", 1, `${code}1`);
}

test("the coder finds a code three ways and learns what a release changes for her", async () => {
  const coder = await here.person("cedar.coder");

  // By words, while she types.
  await coder.go("y");
  assert.equal(coder.path(), "/library");
  await coder.press("f");
  await coder.type("osteoarthritis right knee");
  await coder.completes("right knee");
  await coder.follow("Enter");
  await coder.sees("Valid on a claim of");

  // In the alphabetic index.
  await coder.follow("f");
  await coder.follow("i");
  await coder.press("f");
  await coder.write("Heart at");
  await coder.follow("Enter");
  await coder.openRow("I21");
  await coder.sees("I21");

  // In the tabular list, chapter by chapter; the notes of every step hold.
  await coder.follow("f");
  await coder.follow("t");
  await coder.openRow("Endocrine");
  await coder.openRow("E08-E13");
  await coder.openRow("Type 2 diabetes");
  await coder.sees("Use additional");

  // A visit that waits, and one of its codes.
  await coder.go("c");
  await coder.openRow();
  const number = coder.path().split("/").pop();
  const codes = (await coder.texts("[data-suggestion] .code")).map((text) => text.trim());
  const dotted = codes.find((code) => /^[A-Z]\d\w(\.\w{1,3})?$/.test(code));
  assert.ok(dotted, `no diagnosis on ${number}: ${codes}`);
  const code = dotted.replace(".", "");

  // She keeps it at hand; then its end is imported while the application serves.
  await coder.visit(`/library/codes/${code}`);
  await coder.follow("s");
  await coder.sees("is one of your favourites");
  const file = join(here.data, "..", "icd10cm-order-addenda.txt");
  await writeFile(file, changes(code));
  const from = "2026-06-01";
  await run(process.env.SUPERBILL_BIN, ["codes", "import", file, "--from", from, "--data", here.data]);
  for (let look = 0; look < 40 && !(await coder.text()).includes("New in the code library"); look++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await coder.visit("/");
  }
  await coder.sees("New in the code library");
  await coder.sees(number);
  await coder.sees("Your favourites");

  // Why the code is not billable on the day of the visit, and what replaced it.
  await coder.visit(`/library/codes/${code}?on=2026-07-01`);
  await coder.sees("Not billable on 2026-07-01: 2026-05-31 was its last day.");
  await coder.sees(`${dotted.includes(".") ? dotted : `${dotted}.`}1`);

  await coder.visit("/");
  await coder.follow("y");
  await coder.sees("is acknowledged");
  assert.ok(!(await coder.text()).includes("New in the code library"), "the alert is gone");
  await coder.visit("/library/releases");
  await coder.sees("Acknowledged");
  await coder.signOut();
});
