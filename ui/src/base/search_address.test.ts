import { describe, expect, it } from "vitest";

import {
  findTraceId, kDefaultSearch, lookbackMicros, readSearch, timeRange, writeSearch, type Search,
} from "./search_address";

const roundTrip = (search: Search) => readSearch(writeSearch(search).replace("/search", ""));

describe("search address", () => {
  it("is short for the default search", () => {
    expect(writeSearch(kDefaultSearch)).toBe("/search");
    expect(readSearch("")).toEqual(kDefaultSearch);
  });

  it("goes into the address bar and back", () => {
    const search: Search = {
      service: "dashboard & co", operation: "GET /a?b=c", tags: 'http.status_code=500 msg="a b"',
      lookback: "custom", start: 1_700_000_000_000_000, end: 1_700_000_100_000_000,
      minDuration: "1.2s", maxDuration: "3m", limit: 100, sort: "longest",
    };
    expect(roundTrip(search)).toEqual(search);
  });

  it("reads a Jaeger UI link", () => {
    const search = readSearch("?end=1700000100000000&limit=20&lookback=2d&maxDuration&minDuration" +
      '&operation=all&service=frontend&start=1700000000000000&tags=%7B%22error%22%3A%22true%22%7D');
    expect(search).toEqual({
      ...kDefaultSearch, service: "frontend", tags: "error=true", lookback: "2d",
    });
  });

  it("takes start and end without a lookback as a range", () => {
    expect(readSearch("?start=5&end=9")).toMatchObject({ lookback: "custom", start: 5, end: 9 });
  });

  it("falls back on nonsense", () => {
    expect(readSearch("?limit=-4&lookback=custom&start=9&end=5&sort=odd&minDuration=soon"))
      .toEqual(kDefaultSearch);
    expect(readSearch("?tags=%7Bbroken").tags).toBe("{broken");
    expect(readSearch("?limit=1e9").limit).toBe(20);
  });

  it("keeps unfinished tags as typed", () => {
    expect(roundTrip({ ...kDefaultSearch, tags: 'a="open' }).tags).toBe('a="open');
  });
});

it("knows look-backs", () => {
  expect(lookbackMicros("15m")).toBe(900e6);
  expect(lookbackMicros("2d")).toBe(172_800e6);
  expect(lookbackMicros("x")).toBeNull();
  expect(timeRange({ ...kDefaultSearch, lookback: "1h" }, 7200e6))
    .toEqual({ start: 3600e6, end: 7200e6 });
});

describe("findTraceId", () => {
  it.each([
    ["4BF92F3577B34DA6A3CE929D0E0E4736", "4bf92f3577b34da6a3ce929d0e0e4736"],
    [" abc ", "abc"],
    ["http://127.0.0.1:16686/trace/abc123?span=1", "abc123"],
    ["trace_id=abc123", "abc123"],
    ["xyz", null], ["", null], ["f".repeat(33), null],
  ])("%j", (pasted, id) => expect(findTraceId(pasted)).toBe(id));
});
