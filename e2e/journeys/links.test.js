// Whoever signs in, every link they are shown opens: no page offers what their role may not see.
import { test } from "node:test";
import { crawl } from "../lib/crawl.js";
import { place } from "../lib/place.js";

const here = await place();

for (const login of Object.keys(here.passwords)) {
  test(`every link shown to ${login} opens`, async () => {
    const person = await here.person(login);
    await crawl(person);
    await person.leave();
  });
}
