// What a page looks like: pictures of it, and what axe says about it.
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };

/** Fails on anything serious or critical that axe finds. */
export async function assertAccessible(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, rules), RULES);
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = grave.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.slice(0, 4).map((n) => `${n.html}\n  ${n.failureSummary}`).join("\n  ")}`);
  assert.ok(told.length === 0, `${page.url()}\n${told.join("\n")}`);
}

const SIZES = [[1440, 900], [1280, 720]];
const PHONE = [390, 844];

/** Saves pictures of the page when pictures are wanted. */
export async function picture(page, name, { onPhone = false } = {}) {
  const folder = process.env.SCREENSHOT_FOLDER;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  for (const [width, height] of onPhone ? [...SIZES, PHONE] : SIZES) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: join(folder, `${name}-${width}.png`) });
  }
  const [width, height] = SIZES[0];
  await page.setViewportSize({ width, height });
}
