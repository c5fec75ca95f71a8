import { expect, it } from "vitest";

import type { TraceSummary } from "../../api/trace_summaries";
import {
  chooseAxes, decades, dotAt, durationAt, timeAt, timeTicks, xOf, yOf,
} from "./scatter_layout";

const kBox = { left: 50, top: 10, right: 1050, bottom: 110 };
const summary = (start: number, duration: number): TraceSummary => ({
  traceId: "a", rootService: "", rootName: "", start, duration, spanCount: 1, errorCount: 0,
  services: [],
});
const kHour = { start: 1e15, end: 1e15 + 3600e6 };

it("keeps every dot inside the box", () => {
  const traces = [summary(1e15, 0), summary(1e15 + 3600e6, 5e6), summary(1e15 + 60e6, 1234)];
  const axes = chooseAxes(traces, kHour, kBox);
  for (const trace of traces) {
    expect(xOf(axes, trace.start)).toBeGreaterThanOrEqual(kBox.left);
    expect(xOf(axes, trace.start)).toBeLessThanOrEqual(kBox.right);
    expect(yOf(axes, trace.duration)).toBeGreaterThanOrEqual(kBox.top);
    expect(yOf(axes, trace.duration)).toBeLessThanOrEqual(kBox.bottom);
  }
});

it("reads a place back as time and duration", () => {
  const axes = chooseAxes([summary(1e15, 100), summary(1e15 + 3e9, 1e6)], kHour, kBox);
  expect(timeAt(axes, xOf(axes, 1e15 + 5e8))).toBeCloseTo(1e15 + 5e8, -1);
  expect(durationAt(axes, yOf(axes, 12_345))).toBeCloseTo(12_345, 3);
});

it("shows only the part of the range that holds the traces", () => {
  const axes = chooseAxes([summary(1e15 + 3599e6, 10), summary(1e15 + 3600e6, 10)], kHour, kBox);
  expect(axes.end - axes.start).toBeLessThan(10e6);
});

it("finds the nearest dot within reach", () => {
  const traces = [summary(1e15, 1000), summary(1e15 + 3600e6, 1e6)];
  const axes = chooseAxes(traces, kHour, kBox);
  expect(dotAt(traces, axes, xOf(axes, 1e15) + 4, yOf(axes, 1000) - 4)).toBe(0);
  expect(dotAt(traces, axes, 500, 5)).toBe(-1);
});

it("labels whole decades and round times", () => {
  const axes = { box: kBox, start: 1e15, end: 1e15 + 3600e6, low: 100, high: 1e6 };
  expect(decades(axes)).toEqual([100, 1000, 1e4, 1e5, 1e6]);
  const { ticks, step } = timeTicks(axes, 6);
  expect(step).toBe(600e6);
  expect(ticks.length).toBeGreaterThanOrEqual(5);
  for (const tick of ticks) expect(new Date(tick / 1000).getMinutes() % 10).toBe(0);
});

it("has axes for an empty list and for one trace", () => {
  expect(chooseAxes([], kHour, kBox)).toMatchObject({ start: kHour.start, end: kHour.end });
  const one = chooseAxes([summary(1e15, 500)], kHour, kBox);
  expect(one.end).toBeGreaterThan(one.start);
  expect(one.high / one.low).toBeGreaterThanOrEqual(4);
});
