// What the demo promises is there, and links lead to it from the manager's page and the lists.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { crawl } from "../lib/crawl.js";
import { place } from "../lib/place.js";

const here = await place();
const CLIENTS = ["cedar", "river"];
const REASON = /\b(?:CO|PR|OA|PI)-[A-Z]?\d+\b/g;
const reach = {};
for (const name of CLIENTS) {
  const manager = await here.person(`${name}.manager`);
  reach[name] = (await crawl(manager)).pages;
  await manager.leave();
}

/** A page of a client that shows it, with the client. */
function findPage(pattern, words) {
  for (const name of CLIENTS) {
    for (const [path, body] of reach[name]) if (pattern.test(path) && words.test(body)) return { name, path, body };
  }
  return assert.fail(`no page ${pattern} shows ${words}`);
}

const REMITTANCE = /^\/remittances\/[\w-]+$/;
const trace = (body) => body.match(/<h1>Remittance <span class="code">([^<]+)</)[1];

test("every reason of denials that the summary names is reached from the manager's page", async () => {
  const named = new Set(readFileSync(process.env.SUPERBILL_SUMMARY, "utf8").match(REASON));
  assert.ok(named.size >= 5, `the summary names reasons: ${[...named]}`);
  const reached = new Set();
  for (const name of CLIENTS) {
    const manager = await here.person(`${name}.manager`);
    await manager.go("x");
    const causes = (await manager.texts("[aria-labelledby=denials] tbody a")).map((text) => text.match(REASON)[0]);
    for (const cause of causes) {
      await manager.go("x");
      await manager.tabTo(new RegExp(`\\(${cause}\\)`));
      await manager.follow("Enter");
      await manager.openRow(cause);
      await manager.sees(cause);
      await manager.follow("i");
      await manager.sees(cause, "table");
      reached.add(cause);
    }
    await manager.signOut();
  }
  assert.deepEqual(reached, named);
});

test("eight reasons of adjustment and more occur, each on a remittance that leads to its claim", async () => {
  const shown = new Set();
  for (const name of CLIENTS) {
    for (const [path, body] of reach[name]) {
      if (!REMITTANCE.test(path)) continue;
      const rows = body.match(/<tr><td><a class="cover code" href="\/claims\/.*?<\/tr>/g) ?? [];
      for (const reason of rows.join().match(REASON) ?? []) shown.add(reason.split("-")[1]);
    }
  }
  assert.ok(shown.size >= 8, `reasons: ${[...shown]}`);
});

test("the figure of rejections leads to the claim refused at the door, with what the payer said", async () => {
  const { name } = findPage(/^\/claims\/\w+\?view=history$/, /277CA A[37]/);
  const manager = await here.person(`${name}.manager`);
  await manager.go("x");
  await manager.tabTo(/^Rejected/, "a.figure");
  await manager.follow("Enter");
  await manager.openRow();
  await manager.follow("3");
  await manager.sees(/277CA A[37]/);
  await manager.sees("Rejected");
  await manager.signOut();
});

test("a reversal and its correction stand on remittances that lead to both claims", async () => {
  const { name, body } = findPage(REMITTANCE, />Reversal</);
  const manager = await here.person(`${name}.manager`);
  await manager.go("i");
  await manager.openRow(trace(body));
  await manager.openRow("Reversal");
  const [claim, reversed] = [manager.path().split("/").pop(), await manager.text()];
  assert.match(reversed, /revers|took .* back/i, `the history of ${claim} tells of the reversal`);
  await manager.tabTo(/primary, paid|secondary, paid/i);
  await manager.follow("Enter");
  await manager.sees("Paid", "h1");
  await manager.signOut();
});

test("a secondary claim is paid after the primary, with the primary's decision in its file", async () => {
  const { name, path } = findPage(/^\/claims\/\w+$/, /, secondary, (?:.|\n)*, paid [1-9]/);
  const manager = await here.person(`${name}.manager`);
  await manager.go("l");
  await manager.openRow(path.split("/").pop());
  await manager.sees("Paid", "h1");
  await manager.follow("2");
  await manager.sees("SBR*S");
  await manager.sees("SVD*");
  await manager.follow("3");
  await manager.sees(".835");
  await manager.signOut();
});

test("the figure of patients' payments leads to the ledger of an account that has one", async () => {
  const { name } = findPage(/^\/patients\/[\w-]+$/, /Paid by /);
  const manager = await here.person(`${name}.manager`);
  await manager.go("x");
  await manager.tabTo(/^Patients paid/, "a.figure");
  await manager.follow("Enter");
  await manager.openRow();
  assert.match(manager.path(), /^\/patients\//);
  await manager.sees(/Paid by /, "[aria-label=Ledger]");
  await manager.signOut();
});
