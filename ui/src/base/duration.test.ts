import { describe, expect, it } from "vitest";

import {
  formatDuration, formatExactDuration, niceStep, parseDuration, toDurationText,
} from "./duration";

describe("formatDuration", () => {
  it.each([
    [0, "0 µs"], [0.843, "843 ns"], [1, "1.00 µs"], [999.4, "999 µs"], [999.6, "1.00 ms"],
    [1234, "1.23 ms"], [12_345, "12.3 ms"], [123_456, "123 ms"], [999_600, "1.00 s"],
    [12_400_000, "12.4 s"], [59_990_000, "60.0 s"], [187e6, "3 m 07 s"], [7_500e6, "2 h 05 m"],
    [-1500, "−1.50 ms"], [Number.NaN, "–"],
  ])("%f µs is %s", (micros, text) => expect(formatDuration(micros)).toBe(text));

  it("keeps every digit in the exact form", () => {
    expect(formatExactDuration(1_234_567.891, "en")).toBe("1.234568 s");
    expect(formatExactDuration(1_234.5, "en")).toBe("1.2345 ms");
  });
});

describe("parseDuration", () => {
  it.each([["1.2s", 1.2e6], ["1h30m", 5400e6], ["250us", 250], ["250 µs", 250], ["10ns", 0.01]])(
    "%s", (text, micros) => expect(parseDuration(text)).toBeCloseTo(micros, 6));
  it.each(["", "12", "s", "-1s", "1.2.3s", "1x"])("refuses %j", (text) =>
    expect(parseDuration(text)).toBeNull());
  it("reads back what toDurationText wrote", () => {
    for (const micros of [0.5, 1, 750, 1234, 56_789, 2_500_000, 90e6]) {
      const back = parseDuration(toDurationText(micros))!;
      expect(Math.abs(back - micros) / micros).toBeLessThan(0.006);
    }
  });
});

describe("niceStep", () => {
  it.each([[100, 5, 20], [7, 5, 2], [1, 10, 0.1], [9300, 6, 2000], [0, 5, 1]])(
    "%f over %f", (span, count, step) => expect(niceStep(span, count)).toBeCloseTo(step, 9));
});
