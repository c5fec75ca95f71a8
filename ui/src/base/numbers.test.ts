import { expect, it } from "vitest";

import { nanosToMicros, toNumber } from "./numbers";

it("takes numbers as text or numbers, nothing else", () => {
  expect(toNumber("12")).toBe(12);
  expect(toNumber(1.5)).toBe(1.5);
  for (const odd of ["", "x", null, undefined, {}, [], Number.NaN, "Infinity"]) {
    expect(toNumber(odd, -1)).toBe(-1);
  }
});

it("keeps the microseconds of a nanosecond clock", () => {
  expect(nanosToMicros("1700000000123456789")).toBeCloseTo(1_700_000_000_123_456.8, 0);
  expect(nanosToMicros("1500")).toBe(1.5);
  expect(nanosToMicros(2500)).toBe(2.5);
  expect(nanosToMicros("no")).toBe(0);
});
