// Two clients are two: whoever works for one finds nothing of the other, at no address and in no list or answer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crawl, get, token } from "../lib/crawl.js";
import { place } from "../lib/place.js";

const here = await place();
const people = { cedar: await here.person("cedar.manager"), river: await here.person("river.manager") };
const reach = { cedar: await crawl(people.cedar), river: await crawl(people.river) };

/** What names a record of a client and stands nowhere else: numbers of claims, visits and patients. */
function names({ pages }) {
  const found = new Set();
  for (const body of pages.values()) {
    for (const [name] of body.matchAll(/\b(CH|RB)(\d{5}|\d{7}[A-Z0-9]|-E\d{6})\b/g)) found.add(name);
  }
  return [...found];
}

for (const [own, other] of [["cedar", "river"], ["river", "cedar"]]) {
  const person = people[own];

  test(`every page of ${other} is not there for ${own}`, async () => {
    const foreign = [...reach[other].objects];
    assert.ok(foreign.length > 100, `${other} has pages`);
    for (const path of foreign) assert.equal((await get(person, path)).status, 404, path);
  });

  test(`no form of ${other} can be sent by ${own}`, async () => {
    const csrf = await token(person);
    const foreign = [...reach[other].actions];
    assert.ok(foreign.length > 20, `${other} has forms`);
    const answers = {};
    for (const path of foreign) {
      const form = { csrf, idempotency: `foreign ${path}`, ...FIELDS };
      const answer = await person.context.request.post(path, { form, maxRedirects: 0, headers: { origin: here.base } });
      answers[path] = answer.status();
    }
    const answered = Object.entries(answers).filter(([, status]) => status !== 404);
    assert.deepEqual(answered.map(([path, status]) => `${path} ${status}`), []);
  });

  test(`no page, search or answer of ${own} names anything of ${other}`, async () => {
    const foreign = names(reach[other]);
    assert.ok(foreign.length > 30, `${other} has names`);
    for (const [path, body] of reach[own].pages) {
      const leaks = foreign.filter((name) => body.includes(name));
      assert.deepEqual(leaks, [], path);
    }
    for (const name of foreign) {
      for (const path of ["/search.json", "/patients.json"]) {
        assert.equal((await get(person, `${path}?q=${name}`)).body, "[]", `${path} of ${name}`);
      }
      assert.match((await get(person, `/search?q=${name}`)).body, /0 hits/, name);
    }
  });
}

test("nobody switches to a client that is not theirs, and the manager of both switches by keyboard", async () => {
  const both = await here.person("larkspur.manager");
  const [cedar, river] = await both.page.locator("#client option").evaluateAll((all) => all.map((one) => one.value));
  for (const [person, client] of [[people.cedar, river], [people.river, cedar]]) {
    const form = { csrf: await token(person), client };
    const answer = await person.context.request.post("/clients/switch", { form, maxRedirects: 0, headers: { origin: here.base } });
    assert.equal(answer.status(), 404);
  }
  await both.tabTo("Client", "select");
  await both.follow("r");
  await both.sees("Riverbend Physical Therapy");
  await both.go("l");
  assert.doesNotMatch(await both.text("table"), /CH\d{7}/);
  await both.signOut();
});

test("a window left open on a visit of one client does nothing once the other is worked for", async () => {
  const both = await here.person("larkspur.manager");
  await both.go("c");
  await both.openRow();
  const visit = both.path();
  const other = await both.context.newPage();
  await other.goto("/");
  const [, river] = await other.locator("#client option").evaluateAll((all) => all.map((one) => one.value));
  const form = { csrf: await token(both), client: river };
  await both.context.request.post("/clients/switch", { form, headers: { origin: here.base } });
  await both.press("j");
  await both.follow("a");
  await both.sees(/Not found|You work for/i, "body");
  const { body } = await get(people.cedar, visit);
  assert.doesNotMatch(body, /Accepted/, "nothing was decided");
  both.complaints.length = 0;
  await both.leave();
});

test("the windows of both closed without complaint", async () => {
  for (const person of Object.values(people)) await person.leave();
});

/** Enough for any form, so that nothing but the address can be the reason of a refusal. */
const FIELDS = {
  reason: "test", amount: "1.00", letter: "test", until: "2026-07-20", outcome: "test", claim: "X", method: "cash", text: "test",
  question: "test", answer: "test",
};
