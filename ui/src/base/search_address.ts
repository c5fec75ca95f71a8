// A search as the address bar holds it. Reads Jaeger UI's links too (tags as JSON, lookback, µs
// times), so dashboards that link to a Jaeger find their way here.

import { parseDuration } from "./duration";
import { formatLogfmt, parseLogfmt, type Tags } from "./logfmt";

export const kLookbacks = ["5m", "15m", "1h", "6h", "24h", "2d", "7d", "30d"] as const;
export const kLimits = [20, 50, 100, 200, 500, 1000] as const;
export const kSorts = ["newest", "longest", "spans", "errors"] as const;
export type Sort = (typeof kSorts)[number];

export interface Search {
  service: string;    // empty: all services
  operation: string;  // empty: all operations
  tags: string;       // logfmt, as typed
  lookback: string;   // one of kLookbacks, or "custom"
  start: number;      // µs, when custom
  end: number;
  minDuration: string;
  maxDuration: string;
  limit: number;
  sort: Sort;
}

export const kDefaultSearch: Search = {
  service: "", operation: "", tags: "", lookback: "1h", start: 0, end: 0,
  minDuration: "", maxDuration: "", limit: 20, sort: "newest",
};

function tagsFromParameter(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const tags = Object.create(null) as Tags;
    for (const [key, value] of Object.entries(JSON.parse(text) as object)) tags[key] = String(value);
    return formatLogfmt(tags);
  } catch {
    return text;
  }
}

function tagsToParameter(text: string): string {
  const parsed = parseLogfmt(text);
  return parsed.problem ? text : JSON.stringify(parsed.tags);
}

export function readSearch(query: string): Search {
  const parameters = new URLSearchParams(query);
  const text = (name: string) => parameters.get(name)?.trim() ?? "";
  const start = Number(text("start")), end = Number(text("end"));
  const hasRange = start > 0 && end > start;
  let lookback = text("lookback");
  if (lookback === "" ? hasRange : lookback === "custom") lookback = hasRange ? "custom" : "";
  if (lookback !== "custom" && lookbackMicros(lookback) === null) lookback = kDefaultSearch.lookback;
  const limit = Math.floor(Number(text("limit")));
  const sort = kSorts.find((known) => known === text("sort"));
  const duration = (name: string) => (parseDuration(text(name)) === null ? "" : text(name));
  return {
    service: text("service") === "all" ? "" : text("service"),
    operation: text("operation") === "all" ? "" : text("operation"),
    tags: tagsFromParameter(text("tags")),
    lookback,
    start: lookback === "custom" ? start : 0,
    end: lookback === "custom" ? end : 0,
    minDuration: duration("minDuration"),
    maxDuration: duration("maxDuration"),
    limit: limit >= 1 && limit <= 10_000 ? limit : kDefaultSearch.limit,
    sort: sort ?? kDefaultSearch.sort,
  };
}

// Only what differs from the default, so that short searches have short links.
export function writeSearch(search: Search): string {
  const parameters = new URLSearchParams();
  const put = (name: keyof Search, value: string) => {
    if (value !== "" && value !== String(kDefaultSearch[name])) parameters.set(name, value);
  };
  put("service", search.service);
  put("operation", search.operation);
  put("tags", search.tags.trim() === "" ? "" : tagsToParameter(search.tags));
  put("lookback", search.lookback);
  if (search.lookback === "custom") {
    put("start", String(Math.floor(search.start)));
    put("end", String(Math.ceil(search.end)));
  }
  put("minDuration", search.minDuration);
  put("maxDuration", search.maxDuration);
  put("limit", String(search.limit));
  put("sort", search.sort);
  const text = parameters.toString();
  return text ? "/search?" + text : "/search";
}

const kLookbackUnits: Record<string, number> = { m: 60e6, h: 3600e6, d: 86_400e6 };

// "15m", "2d" in microseconds; null when it is none.
export function lookbackMicros(lookback: string): number | null {
  const match = /^(\d{1,4})([mhd])$/.exec(lookback);
  return match ? Number(match[1]) * kLookbackUnits[match[2]!]! : null;
}

// The time range to ask for, in µs.
export function timeRange(search: Search, now: number): { start: number; end: number } {
  if (search.lookback === "custom") return { start: search.start, end: search.end };
  return { start: now - lookbackMicros(search.lookback)!, end: now };
}

// "/trace/<hex>" or plain hex, whatever was pasted; null when it holds no trace id.
export function findTraceId(pasted: string): string | null {
  const address = pasted.trim().replace(/[?#].*$/, "");
  const match = /(?:^|[^0-9a-z])([0-9a-f]{1,32})$/i.exec(address);
  return match ? match[1]!.toLowerCase() : null;
}
