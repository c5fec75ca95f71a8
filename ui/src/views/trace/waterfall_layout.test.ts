import { describe, expect, it } from "vitest";

import { buildTrace } from "../../api/trace";
import {
  allCollapsed, clampWindow, findRows, panWindow, placeOf, rulerTicks, shownService, visibleRows,
  withRowShown, zoomWindow,
} from "./waterfall_layout";

//  0 a ─ 1 b ─ 2 c
//      └ 3 d
//  4 e
const kTrace = buildTrace({
  traceID: "t",
  processes: { p1: { serviceName: "front" }, p2: { serviceName: "back" } },
  spans: [["a", "", "p1"], ["b", "a", "p1"], ["c", "b", "p2"], ["d", "a", "p2"], ["e", "", "p2"]].map(
    ([id, parent, process], i) => ({
      traceID: "t", spanID: id + "00", operationName: "op " + id, processID: process, startTime: i,
      duration: 100, tags: id === "d" ? [{ key: "db.statement", value: "SELECT 1" }] : [],
      logs: id === "e" ? [{ timestamp: 5, fields: [{ key: "event", value: "Retry" }] }] : [],
      references: parent ? [{ refType: "CHILD_OF", traceID: "t", spanID: parent + "00" }] : [],
    })),
});

describe("rows", () => {
  const none = new Uint8Array(5);

  it("hides what lies in collapsed rows", () => {
    expect([...visibleRows(kTrace, none)]).toEqual([0, 1, 2, 3, 4]);
    expect([...visibleRows(kTrace, Uint8Array.of(0, 1, 0, 0, 0))]).toEqual([0, 1, 3, 4]);
    expect([...visibleRows(kTrace, allCollapsed(kTrace))]).toEqual([0, 4]);
  });

  it("finds a row or the collapsed ancestor that hides it", () => {
    const rows = visibleRows(kTrace, Uint8Array.of(0, 1, 0, 0, 0));
    expect([0, 1, 2, 3, 4].map((row) => placeOf(rows, row))).toEqual([0, 1, 1, 2, 3]);
  });

  it("opens the ancestors of a row and no more", () => {
    const collapsed = Uint8Array.of(1, 1, 0, 0, 0);
    expect([...withRowShown(kTrace, collapsed, 3)]).toEqual([0, 1, 0, 0, 0]);
    expect([...withRowShown(kTrace, collapsed, 2)]).toEqual([0, 0, 0, 0, 0]);
    expect(withRowShown(kTrace, collapsed, 0)).toBe(collapsed);
  });

  it("names the service where it changes", () => {
    expect([0, 1, 2, 3, 4].map((row) => shownService(kTrace, row)))
      .toEqual(["front", "", "back", "back", "back"]);
  });

  it.each([["OP B", [1]], ["front", [0, 1]], ["select", [3]], ["db.statement=select 1", [3]],
    ["retry", [4]], ["c00", [2]], ["  ", []], ["nothing", []]])("finds %j", (typed, rows) =>
    expect([...findRows(kTrace, typed)]).toEqual(rows));
});

describe("time window", () => {
  it("stays inside the trace", () => {
    expect(clampWindow({ from: -10, to: 20 }, 100)).toEqual({ from: 0, to: 30 });
    expect(clampWindow({ from: 90, to: 120 }, 100)).toEqual({ from: 70, to: 100 });
    expect(clampWindow({ from: -50, to: 500 }, 100)).toEqual({ from: 0, to: 100 });
    expect(clampWindow({ from: 5, to: 5 }, 100).to).toBeGreaterThan(5);
  });

  it("zooms around a time that keeps its place", () => {
    const zoomed = zoomWindow({ from: 0, to: 100 }, 0.5, 25, 100);
    expect(zoomed).toEqual({ from: 12.5, to: 62.5 });
    expect((25 - zoomed.from) / 50).toBe(0.25);
    expect(zoomWindow(zoomed, 10, 25, 100)).toEqual({ from: 0, to: 100 });
  });

  it("pans by a share of itself", () => {
    expect(panWindow({ from: 20, to: 40 }, 0.5, 100)).toEqual({ from: 30, to: 50 });
    expect(panWindow({ from: 20, to: 40 }, -5, 100)).toEqual({ from: 0, to: 20 });
  });

  it("has round ticks", () => {
    expect(rulerTicks({ from: 0, to: 100 }, 5)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(rulerTicks({ from: 13, to: 33 }, 4)).toEqual([15, 20, 25, 30]);
  });
});

it("finds rows of 100,000 spans in a blink", () => {
  const spans = Array.from({ length: 100_000 }, (_, i) => ({
    traceID: "t", spanID: "s" + i, operationName: "op " + (i % 50), startTime: i, duration: 1,
    tags: [{ key: "k", value: "v" + i }],
  }));
  const trace = buildTrace({ traceID: "t", spans, processes: {} });
  const started = performance.now();
  expect(findRows(trace, "v99999").length).toBe(1);
  expect(visibleRows(trace, allCollapsed(trace)).length).toBe(100_000);
  expect(performance.now() - started).toBeLessThan(2000);
});
