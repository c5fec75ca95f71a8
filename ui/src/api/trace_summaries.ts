// A page of search results, without spans.

import { parseLogfmt } from "../base/logfmt";
import { nanosToMicros, toNumber } from "../base/numbers";
import { timeRange, type Search } from "../base/search_address";
import { asArray, asRecord, asText, getData } from "./http";

export interface ServiceCount {
  name: string;
  spanCount: number;
  errorCount: number;
}

export interface TraceSummary {
  traceId: string;
  rootService: string;
  rootName: string;
  start: number;     // µs since 1970
  duration: number;  // µs
  spanCount: number;
  errorCount: number;
  services: ServiceCount[];
}

export function decodeSummary(raw: unknown): TraceSummary {
  const item = asRecord(raw);
  return {
    traceId: asText(item["traceID"]),
    rootService: asText(item["rootServiceName"]),
    rootName: asText(item["rootOperationName"]),
    start: nanosToMicros(item["startTimeUnixNano"]),
    duration: nanosToMicros(item["durationNanos"]),
    spanCount: toNumber(item["spanCount"]),
    errorCount: toNumber(item["errorCount"]),
    services: asArray(item["services"]).map((rawService) => {
      const service = asRecord(rawService);
      return {
        name: asText(service["name"]),
        spanCount: toNumber(service["spanCount"]),
        errorCount: toNumber(service["errorCount"]),
      };
    }),
  };
}

// The query parameters the server understands, for the search at time `now`.
export function searchParameters(search: Search, now: number): Record<string, string> {
  const { start, end } = timeRange(search, now);
  const parsed = parseLogfmt(search.tags);
  const tags = parsed.problem ? {} : parsed.tags;
  const parameters: Record<string, string> = {
    service: search.service,
    operation: search.operation,
    tags: Object.keys(tags).length ? JSON.stringify(tags) : "",
    start: String(Math.floor(start)),
    end: String(Math.ceil(end)),
    minDuration: search.minDuration.replace(/\s+/g, ""),
    maxDuration: search.maxDuration.replace(/\s+/g, ""),
    limit: String(search.limit),
  };
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ""));
}

// Newest first.
export async function fetchSummaries(
  search: Search, now: number, signal?: AbortSignal): Promise<TraceSummary[]> {
  const data = await getData("/api/trace-summaries", searchParameters(search, now), signal);
  return asArray(data).map(decodeSummary).sort((a, b) => b.start - a.start);
}
