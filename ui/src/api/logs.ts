// Log records of a trace, oldest first.

import { nanosToMicros, toNumber } from "../base/numbers";
import { decodeAttributes, type Attribute } from "./attribute";
import { asArray, asRecord, asText, getData } from "./http";

export const kLogLinesMax = 5000;  // more do not help a reader, and the page stays quick

export type Severity = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "none";

export interface LogLine {
  time: number;  // µs since 1970
  severity: Severity;
  severityText: string;
  body: string;
  spanId: string;
  service: string;
  attributes: Attribute[];
}

// OpenTelemetry's severity numbers: four steps per level from 1 (TRACE) to 24 (FATAL4).
function severityOf(number: number, name: string): Severity {
  const levels: Severity[] = ["trace", "debug", "info", "warn", "error", "fatal"];
  if (number >= 1 && number <= 24) return levels[Math.floor((number - 1) / 4)]!;
  const lower = name.toLowerCase();
  return levels.find((level) => lower.startsWith(level)) ?? "none";
}

export function decodeLogLine(raw: unknown): LogLine {
  const item = asRecord(raw);
  const severityText = asText(item["severityText"]);
  const severity = severityOf(toNumber(item["severityNumber"]), severityText);
  return {
    time: nanosToMicros(item["timeUnixNano"]) || nanosToMicros(item["observedTimeUnixNano"]),
    severity,
    severityText: severityText || (severity === "none" ? "" : severity.toUpperCase()),
    body: asText(item["body"]) || asText(item["eventName"]),
    spanId: asText(item["spanID"]),
    service: asText(item["serviceName"]),
    attributes: decodeAttributes(item["attributes"]),
  };
}

export async function fetchLogs(traceId: string, signal?: AbortSignal): Promise<LogLine[]> {
  const data = await getData(
    "/api/logs", { traceID: traceId, order: "oldest", limit: String(kLogLinesMax) }, signal);
  return asArray(data).map(decodeLogLine).sort((a, b) => a.time - b.time);
}
