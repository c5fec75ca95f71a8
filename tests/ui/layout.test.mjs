// What only a browser can tell of the web UI: sizes, places and the focus. Variables as in
// trace.test.mjs.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Browser } from "./browser.mjs";

const kUrl = process.env.SPANHOUND_URL.replace(/\/$/, "");
const kTraceId = process.env.SPANHOUND_TRACE_ID;
const kOtlpUrl = process.env.SPANHOUND_OTLP_URL.replace(/\/$/, "");
const kWide = { width: 1400, height: 900 }, kPhone = { width: 390, height: 844 };

let browser, page;

before(async () => (browser = await Browser.open()));
after(async () => browser?.close());
beforeEach(async () => {
  page = await browser.newPage(kUrl);
  await page.setViewportSize(kWide);
});
afterEach(async () => {
  const problems = page.problems;
  await page.close();
  assert.deepEqual(problems, [], "problems on the page");
});

async function openTrace(traceId = kTraceId) {
  await page.goto(`${kUrl}/trace/${traceId}`);
  await page.locator(".span-row").first().waitFor();
}

// A trace with more spans than a window has rows; its id.
async function sendLongTrace() {
  const traceId = randomBytes(16).toString("hex"), now = BigInt(Date.now()) * 1_000_000n;
  const spans = Array.from({ length: 300 }, (_, index) => ({
    traceId, spanId: randomBytes(8).toString("hex"), name: `step ${index}`, kind: 1,
    startTimeUnixNano: String(now - BigInt(301 - index) * 1_000_000n), endTimeUnixNano: String(now),
  }));
  const answer = await fetch(`${kOtlpUrl}/v1/traces`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
  });
  assert.equal(answer.status, 200);
  return traceId;
}

const openDetails = () => page.locator(".span-row:not([hidden])").nth(1).click({ position: { x: 120, y: 10 } });

// What the page does after it has drawn is done.
const framesPass = () => page.evaluate(async () => {
  for (let frame = 0; frame < 3; ++frame) await new Promise((next) => requestAnimationFrame(next));
});

const focusedRole = () => page.evaluate(() => document.activeElement?.getAttribute("role"));

// Nothing that matches may stick out of the window at the right.
async function assertInside(selectors) {
  const { width } = page.viewportSize();
  for (const selector of selectors) {
    const boxes = await page.locator(selector).evaluateAll((found) =>
      found.map((one) => one.getBoundingClientRect()).map(({ left, right }) => ({ left, right })));
    const shown = boxes.filter((box) => box.right > box.left);
    assert.ok(shown.length > 0, `nothing is shown of ${selector}`);
    for (const box of shown) assert.ok(box.right <= width + 0.5, `${selector} ends at ${box.right} of ${width}`);
  }
}

test("bars are drawn for the size they are shown at, in every frame", async () => {
  await openTrace();
  await page.evaluate(() => {
    const canvas = document.querySelector("canvas.bars");
    window.stretched = [];
    const afterPaint = new MessageChannel();
    afterPaint.port1.onmessage = () => {
      const { width, height } = canvas.getBoundingClientRect();
      const drawn = [canvas.width / devicePixelRatio, canvas.height / devicePixelRatio];
      if (Math.abs(drawn[0] - width) > 1 || Math.abs(drawn[1] - height) > 1) {
        window.stretched.push(`${drawn} shown as ${width},${height}`);
      }
    };
    const onFrame = () => {
      afterPaint.port2.postMessage(null);
      requestAnimationFrame(onFrame);
    };
    requestAnimationFrame(onFrame);
  });
  const heightOfBars = () => page.locator("canvas.bars").evaluate((canvas) => canvas.clientHeight);
  const before = await heightOfBars();
  for (const height of [600, 1000, 900]) {
    await page.setViewportSize({ width: kWide.width, height });
    await page.waitForFunction(([from, by]) =>
      document.querySelector("canvas.bars").clientHeight === from + by, [before, height - kWide.height]);
    await framesPass();
  }
  await openDetails();
  await page.locator("aside.dock").waitFor();
  await framesPass();
  assert.deepEqual(await page.evaluate(() => window.stretched), []);
});

test("the list has the focus again when the details or the help have gone", async () => {
  await openTrace();
  await openDetails();
  await page.locator("aside.dock").getByRole("button", { name: "Close" }).click();
  await page.locator("aside.dock").waitFor({ state: "detached" });
  assert.equal(await focusedRole(), "treegrid");
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focusedRole(), "treegrid");
});

test("keys lead from the spans to the log lines and from tab to tab", async () => {
  await openTrace();
  await page.keyboard.press("l");
  await page.locator(".trace-logs:focus").waitFor();
  await page.keyboard.press("t");
  await page.locator("[role=treegrid]:focus").waitFor();
  await page.keyboard.press("l");
  await page.getByRole("tab", { name: /Logs/ }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.locator("[role=treegrid]").waitFor();
  await framesPass();
  assert.equal(await focusedRole(), "tab");
});

test("a phone shows the list of traces and a trace whole", async () => {
  await page.setViewportSize(kPhone);
  await page.goto(`${kUrl}/search`);
  await page.locator(".results tbody tr").first().waitFor();
  await assertInside([".results", ".search-form > *", ".result-bar > *"]);
  const name = await page.locator(".result-name").first().boundingBox();
  assert.ok(name.width > 120, `a trace's name has ${name.width} pixels`);

  await openTrace(await sendLongTrace());
  await assertInside([".trace-title", ".stats > *", ".trace-toolbar > *", ".waterfall"]);
  const title = await page.locator(".trace-title").boundingBox();
  const stats = await page.locator(".stats").boundingBox();
  assert.ok(title.y + title.height <= stats.y, "the title lies under the numbers");
  await openDetails();
  const dock = await page.locator("aside.dock").boundingBox();
  assert.equal(dock.width, kPhone.width);
  assert.ok(dock.y + dock.height <= kPhone.height + 1, "the details end below the window");
  const row = await page.locator(".span-row.selected").boundingBox();
  assert.ok(row.y + row.height <= dock.y + 1, "the details lie over their span");
});
