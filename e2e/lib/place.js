// A copy of the demo, served on a free port for one file of journeys.
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { Person } from "./person.js";

const { SUPERBILL_BIN, SUPERBILL_DEMO, SUPERBILL_KEY, CHROMIUM = "/usr/bin/chromium" } = process.env;

/** Serves a fresh copy of the demo and opens a browser; both end with the file. */
export async function place() {
  const folder = await mkdtemp(join(tmpdir(), "superbill-journey-"));
  const data = join(folder, "data");
  await cp(SUPERBILL_DEMO, data, { recursive: true });
  const server = spawn(SUPERBILL_BIN, ["demo", "--data", data, "--key", SUPERBILL_KEY, "--listen", "127.0.0.1:0"]);
  // Also when a journey breaks before its file is under way.
  process.once("exit", () => server.kill());
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const base = await address(server);
  // Chromium refuses its sandbox to root, and small machines have a small /dev/shm.
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  after(async () => {
    await browser.close();
    server.kill();
    await ended;
    await rm(folder, { recursive: true });
  });
  return new Place(base, data, browser, JSON.parse(await readFile(join(data, "demo-logins.json"), "utf8")));
}

/** The address the server prints once it answers. */
function address(server) {
  return new Promise((resolve, reject) => {
    let said = "";
    const read = (bytes) => {
      said += bytes;
      const served = said.match(/serves (http:\/\/127\.0\.0\.1:\d+)\//);
      if (served) resolve(served[1]);
    };
    server.stdout.on("data", read);
    server.stderr.on("data", read);
    server.once("error", reject);
    server.once("exit", (code) => reject(new Error(`the server ended with ${code} before it served:\n${said}`)));
  });
}

class Place {
  constructor(base, data, browser, passwords) {
    Object.assign(this, { base, data, browser, passwords });
  }

  /** A window of its own, nobody signed in. */
  async stranger(options = {}) {
    const viewport = { width: 1440, height: 900 };
    const context = await this.browser.newContext({ baseURL: this.base, viewport, ...options });
    return new Person(this, context, await context.newPage());
  }

  /** Somebody who types their name and password. */
  async person(login, options = {}) {
    const person = await this.stranger(options);
    await person.signIn(login);
    return person;
  }
}
