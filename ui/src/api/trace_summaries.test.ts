import { expect, it } from "vitest";

import { kDefaultSearch } from "../base/search_address";
import { decodeSummary, searchParameters } from "./trace_summaries";

it("takes 64-bit numbers as text or numbers", () => {
  const expected = {
    traceId: "ab", rootService: "front", rootName: "GET /", start: 1_700_000_000_000_000,
    duration: 1500, spanCount: 3, errorCount: 1,
    services: [{ name: "front", spanCount: 3, errorCount: 1 }],
  };
  const raw = {
    traceID: "ab", rootServiceName: "front", rootOperationName: "GET /",
    startTimeUnixNano: "1700000000000000000", durationNanos: "1500000", spanCount: 3,
    errorCount: "1", services: [{ name: "front", spanCount: "3", errorCount: 1 }],
  };
  expect(decodeSummary(raw)).toEqual(expected);
  expect(decodeSummary({ ...raw, durationNanos: 1_500_000 })).toEqual(expected);
});

it("survives an odd answer", () => {
  expect(decodeSummary(null)).toMatchObject({ traceId: "", spanCount: 0, services: [] });
});

it("asks only for what was filled in", () => {
  expect(searchParameters({ ...kDefaultSearch, lookback: "5m" }, 1e15))
    .toEqual({ start: "999999700000000", end: "1000000000000000", limit: "20" });
  expect(searchParameters({
    ...kDefaultSearch, service: "a", operation: "b", tags: 'k=v error m="x y"', minDuration: "1 ms",
    maxDuration: "2s",
  }, 1e15)).toMatchObject({
    service: "a", operation: "b", tags: '{"k":"v","error":"true","m":"x y"}', minDuration: "1ms",
    maxDuration: "2s",
  });
});
