// The web UI in a real browser against a real server:
//
//   SPANHOUND_URL         the query port, e.g. http://127.0.0.1:16686
//   SPANHOUND_OTLP_URL    the OTLP HTTP port, for what the tests send themselves
//   SPANHOUND_TRACE_ID    a trace stored there, with log lines on at least one of its spans
//   SPANHOUND_SCREENSHOT  where to put a picture of it (optional)

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { Browser } from "./browser.mjs";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value.replace(/\/$/, "");
}

const kUrl = required("SPANHOUND_URL");
const kOtlpUrl = required("SPANHOUND_OTLP_URL");
const kTraceId = required("SPANHOUND_TRACE_ID");

let browser, page;

before(async () => (browser = await Browser.open()));
after(async () => browser?.close());
beforeEach(async () => (page = await browser.newPage(kUrl)));
afterEach(async () => {
  const violations = await page.evaluate(() => window.policyViolations);
  const problems = page.problems;
  await page.close();
  assert.deepEqual(violations, [], "Content-Security-Policy violations");
  assert.deepEqual(problems, [], "problems on the page");
});

async function getData(path) {
  const response = await fetch(kUrl + path);
  assert.equal(response.status, 200, path);
  return (await response.json()).data;
}

async function send(path, body) {
  const response = await fetch(kOtlpUrl + path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, `${path}: ${await response.text()}`);
}

async function openTrace(traceId, parameters = "") {
  const answer = await page.goto(`${kUrl}/trace/${traceId}${parameters}`);
  await page.locator(".span-row").first().waitFor();
  return answer;
}

const row = (spanId, trace) =>
  page.locator(".span-row:not([hidden])").nth(trace.order.indexOf(spanId));

// The trace as the API tells it, with its span ids in the order the page shows them.
async function readTrace(traceId) {
  const [trace] = await getData(`/api/traces/${traceId}`);
  const logs = await getData(`/api/logs?traceID=${traceId}&order=oldest&limit=1000`);
  await openTrace(traceId);
  const ids = new Map(trace.spans.map((span) => [span.spanID, span]));
  const children = new Map();
  for (const span of [...trace.spans].sort((a, b) => a.startTime - b.startTime)) {
    const parent = span.references.find((r) => r.refType === "CHILD_OF" && ids.has(r.spanID));
    const key = parent?.spanID ?? "";
    children.set(key, [...(children.get(key) ?? []), span.spanID]);
  }
  const order = [];
  const visit = (id) => {
    if (id) order.push(id);
    (children.get(id) ?? []).forEach(visit);
  };
  visit("");
  return { ...trace, logs, order, byId: ids };
}

test("from a search to the log lines of a span", async () => {
  const trace = await readTrace(kTraceId);
  const withLogs = trace.logs.find((log) => trace.byId.has(log.spanID));
  assert.ok(withLogs, "the trace has no log line on any span");
  const span = trace.byId.get(withLogs.spanID);

  await page.goto(`${kUrl}/`);
  await page.locator(`.results a[href="/trace/${kTraceId}"]`).click();
  await page.waitForURL(`**/trace/${kTraceId}`);
  await page.locator(".span-row").first().waitFor();
  assert.equal(await page.locator(".span-row:not([hidden])").count(), trace.spans.length);

  await row(withLogs.spanID, trace).click();
  const dock = page.locator("aside.dock");
  await dock.locator("h2", { hasText: span.operationName }).waitFor();
  assert.ok(page.url().includes(`span=${withLogs.spanID}`), "the span is not in the address");
  const shown = await dock.innerText();
  const ownPlace = /^(span\.kind|otel\.)/;
  for (const tag of span.tags.filter((item) => !ownPlace.test(item.key))) {
    assert.ok(shown.includes(tag.key), `attribute ${tag.key} is not shown`);
    assert.ok(shown.includes(String(tag.value)), `value of ${tag.key} is not shown`);
  }
  const lines = trace.logs.filter((log) => log.spanID === withLogs.spanID);
  await dock.locator(".log-body").first().waitFor();
  assert.deepEqual(await dock.locator(".log-body").allInnerTexts(), lines.map((log) => log.body));

  if (process.env.SPANHOUND_SCREENSHOT) {
    await page.mouse.move(5, 5);
    await page.screenshot({ path: process.env.SPANHOUND_SCREENSHOT });
  }
  await page.goBack();
  await page.locator(`.results a[href="/trace/${kTraceId}"]`).waitFor();
});

test("all log lines of the trace in time order, and from a line to its span", async () => {
  const trace = await readTrace(kTraceId);
  await page.getByRole("tab", { name: /Logs/ }).click();
  await page.locator(".trace-logs .log-line").first().waitFor();
  const bodies = await page.locator(".trace-logs .log-body").allInnerTexts();
  assert.deepEqual([...bodies].sort(), trace.logs.map((log) => log.body).sort());
  const times = trace.logs.map((log) => BigInt(log.timeUnixNano));
  assert.deepEqual(times, [...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));

  const at = trace.logs.findIndex((log) => trace.byId.has(log.spanID));
  await page.locator(".trace-logs .log-line").nth(bodies.indexOf(trace.logs[at].body))
    .locator(".log-body").click();
  await page.locator("aside.dock").waitFor();
  assert.ok(page.url().includes("span="), "the click did not lead to a span");
});

test("keys move, fold and find", async () => {
  const trace = await readTrace(kTraceId);
  const grid = page.getByRole("treegrid");
  await grid.focus();
  const active = () => grid.getAttribute("aria-activedescendant");
  assert.equal(await active(), "span-row-0");
  await page.keyboard.press("ArrowDown");
  assert.equal(await active(), "span-row-1");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  assert.ok(Number(await grid.getAttribute("aria-rowcount")) < trace.spans.length, "nothing folded");
  await page.keyboard.press("ArrowRight");
  assert.equal(Number(await grid.getAttribute("aria-rowcount")), trace.spans.length);

  await page.keyboard.press("/");
  const name = trace.byId.get(trace.order.at(-1)).operationName;
  await page.keyboard.type(name);
  await page.locator(".find-count", { hasText: /\d+ of \d+/ }).waitFor();
  assert.equal(await page.locator(".span-row.match:not([hidden])").count(),
    trace.spans.filter((span) => JSON.stringify([span.operationName, span.tags, span.logs])
      .toLowerCase().includes(name.toLowerCase())).length);

  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("the filter is in the address, and a search that fits nothing says so", async () => {
  await page.goto(`${kUrl}/search`);
  const service = (await getData("/api/services"))[0];
  await page.getByRole("combobox", { name: "Service" }).fill(service);
  await page.getByLabel("Tags").fill('no.such.attribute="really not"');
  await page.getByRole("button", { name: "Find traces" }).click();
  await page.getByText("No trace matches").waitFor();
  const parameters = new URL(page.url()).searchParams;
  assert.equal(parameters.get("service"), service);
  assert.deepEqual(JSON.parse(parameters.get("tags")), { "no.such.attribute": "really not" });
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await page.locator(".results").waitFor();

  await page.getByLabel("Min duration").fill("soon");
  await page.getByRole("button", { name: "Find traces" }).click();
  await page.locator(".problem").waitFor();
});

test("language and theme switch and stay", async () => {
  await page.goto(`${kUrl}/search`);
  await page.getByLabel("Language").selectOption("zh-CN");
  await page.getByRole("button", { name: "查询链路" }).waitFor();
  await page.getByRole("button", { name: /深色/ }).click();
  await page.reload();
  await page.getByRole("button", { name: "查询链路" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.evaluate(() => localStorage.clear());
});

test("a trace that is not stored says so", async () => {
  await page.goto(`${kUrl}/search`);
  await page.getByPlaceholder("Open trace by id").fill(`${kUrl}/trace/${"f".repeat(32)}`);
  await page.keyboard.press("Enter");
  await page.getByText("This trace is not stored").waitFor();
  // The browser reports the 404 itself; nothing else may be there.
  page.problems = page.problems.filter((problem) => !problem.includes("404"));
});

const kHostile = [
  "<img src=x onerror=\"window.hacked=1\">",
  "<script>window.hacked=1</script>",
  "\"><svg onload=window.hacked=1>",
  "javascript:window.hacked=1",
  "{{constructor.constructor('window.hacked=1')()}}",
  "</title><script>window.hacked=1</script>",
  "\u202Egnirts\u0000desrever\uFFFF",
  "x".repeat(20_000),
];

test("hostile names, values and log lines stay text", async () => {
  const traceId = randomBytes(16).toString("hex"), rootId = randomBytes(8).toString("hex");
  const now = BigInt(Date.now()) * 1_000_000n;
  const attributes = kHostile.map((text) => ({ key: text, value: { stringValue: text } }));
  attributes.push({ key: "link", value: { stringValue: "https://example.invalid/a?b=<c>" } });
  const spans = kHostile.map((name, index) => ({
    traceId, spanId: index === 0 ? rootId : randomBytes(8).toString("hex"), name, kind: 1,
    parentSpanId: index === 0 ? "" : rootId, startTimeUnixNano: String(now - 50_000_000n),
    endTimeUnixNano: String(now), attributes, status: { code: 2, message: kHostile[0] },
    events: [{ timeUnixNano: String(now), name: kHostile[1], attributes }],
  }));
  const resource = {
    attributes: [{ key: "service.name", value: { stringValue: kHostile[0] } }, ...attributes],
  };
  await send("/v1/traces", { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  const logRecords = kHostile.map((text) => ({
    timeUnixNano: String(now), severityText: text.slice(0, 40), body: { stringValue: text }, traceId,
    spanId: rootId, attributes,
  }));
  await send("/v1/logs", { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });

  const answer = await openTrace(traceId);
  const policy = answer.headers()["content-security-policy"] ?? "";
  assert.match(policy, /script-src 'self'(;|$)/);
  assert.equal(await page.locator(".span-row:not([hidden])").count(), kHostile.length);
  for (let index = 0; index < kHostile.length; ++index) {
    await page.locator(".span-row:not([hidden])").nth(index).click();
    await page.locator("aside.dock .attributes").first().waitFor();
  }
  await page.locator(".span-row").first().click();
  await page.locator("aside.dock .log-body").first().waitFor();
  const targets = await page.locator("aside.dock a[target=_blank]").evaluateAll((links) =>
    links.map((link) => [link.protocol, link.rel]));
  assert.ok(targets.length > 0, "the http value is not a link");
  for (const target of targets) assert.deepEqual(target, ["https:", "noopener noreferrer"]);
  await page.getByRole("tab", { name: /Logs/ }).click();
  await page.locator(".trace-logs .log-line").first().waitFor();
  await page.goto(`${kUrl}/search`);
  await page.locator(`.results a[href="/trace/${traceId}"]`).waitFor();
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});
