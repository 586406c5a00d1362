// Every page a person's links lead to, read with their session and without a window.
import assert from "node:assert/strict";

const OBJECT = /^\/(encounters|claims|patients|remittances|denials|work-items|documents)\/(?!new)[^/?#]+/;

// The code library is a book of a hundred thousand pages alike: so many of the links among them are followed.
const LIBRARY = /^\/library\b/;
const LIBRARY_LINKS_MAX = 60;

const unescaped = (text) => text.replaceAll("&amp;", "&").replaceAll("&#38;", "&").replaceAll("&#x2F;", "/");
const all = (text, pattern) => Array.from(text.matchAll(pattern), (match) => unescaped(match[1]));

/** What stands behind an address for this person: its status and body. */
export async function get(person, path) {
  const response = await person.context.request.get(path, { maxRedirects: 0 });
  const isText = /text|json/.test(response.headers()["content-type"] ?? "");
  return { status: response.status(), body: isText ? await response.text() : "" };
}

/** The forgery token of the person's session. */
export async function token(person) {
  const { body } = await get(person, "/");
  return body.match(/name="csrf" value="([^"]+)"/)[1];
}

/** Every page within reach of the person's home: by path, its body, the objects it names and its forms' actions. */
export async function crawl(person) {
  const waiting = [["/", "the start"]];
  const pages = new Map();
  const refused = [];
  let turned = 0;
  while (waiting.length > 0) {
    const [path, from] = waiting.pop();
    if (pages.has(path)) continue;
    const { status, body } = await get(person, path);
    pages.set(path, body);
    if (status !== 200) refused.push(`${path} on ${from} answers ${status}`);
    for (const link of all(body, / href="([^"#]*)/g)) {
      const to = new URL(link || path, `http://127.0.0.1${path}`);
      if (to.hostname !== "127.0.0.1" || to.pathname.startsWith("/assets/")) continue;
      if (LIBRARY.test(path) && LIBRARY.test(to.pathname) && ++turned > LIBRARY_LINKS_MAX) continue;
      waiting.push([to.pathname + to.search, path]);
    }
  }
  assert.deepEqual(refused.slice(0, 5), [], `${refused.length} links lead nowhere`);
  const objects = new Set();
  const actions = new Set();
  for (const [path, body] of pages) {
    if (OBJECT.test(path)) objects.add(path);
    for (const action of all(body, /<form method="post" action="([^"]+)"/g)) if (OBJECT.test(action)) actions.add(action);
  }
  return { pages, objects, actions };
}
