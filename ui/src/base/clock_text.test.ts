import { expect, it } from "vitest";

import { formatClock, fromLocalInput, isSameDay, toLocalInput } from "./clock_text";

const kNoon = new Date(2026, 10, 23, 12, 3, 5, 123).getTime() * 1000;

it("shows the local clock with the digits asked for", () => {
  expect(formatClock(kNoon + 456)).toBe("12:03:05.123");
  expect(formatClock(kNoon + 456, 6)).toBe("12:03:05.123456");
  expect(formatClock(kNoon, 0)).toBe("12:03:05");
});

it("goes through a datetime-local input and back", () => {
  expect(toLocalInput(kNoon)).toBe("2026-11-23T12:03:05");
  expect(fromLocalInput(toLocalInput(kNoon))).toBe(kNoon - 123_000);
  expect(fromLocalInput("")).toBeNull();
});

it("knows days", () => {
  expect(isSameDay(kNoon, kNoon + 3600e6)).toBe(true);
  expect(isSameDay(kNoon, kNoon + 86_400e6)).toBe(false);
  expect(isSameDay(kNoon, kNoon + 14 * 3600e6)).toBe(false);
});
