// One span in full, decoded from its raw JSON when somebody looks at it.

import { toNumber } from "../base/numbers";
import { decodeAttributes, type Attribute } from "./attribute";
import { asArray, asRecord, asText } from "./http";

export type RawSpan = Record<string, unknown>;

export interface SpanEvent {
  time: number;  // µs since 1970
  name: string;
  attributes: Attribute[];
}

export interface SpanReference {
  isParent: boolean;
  traceId: string;
  spanId: string;
}

export interface SpanDetails {
  spanId: string;
  name: string;
  kind: string;    // "server"; empty when not said
  status: string;  // "OK", "ERROR" or empty
  statusMessage: string;
  scope: string;   // "name version"
  attributes: Attribute[];
  events: SpanEvent[];
  references: SpanReference[];
  warnings: string[];
}

// Span tags that are shown in places of their own.
const kOwnPlace = new Set([
  "span.kind", "otel.status_code", "otel.status_description", "otel.scope.name",
  "otel.scope.version", "otel.library.name", "otel.library.version",
]);

function decodeEvent(raw: unknown): SpanEvent {
  const event = asRecord(raw);
  const fields = decodeAttributes(event["fields"]);
  const name = fields.find((field) => field.key === "event")?.value ?? "";
  return {
    time: toNumber(event["timestamp"]), name,
    attributes: fields.filter((field) => field.key !== "event"),
  };
}

export function decodeReferences(raw: RawSpan): SpanReference[] {
  return asArray(raw["references"]).map((item) => {
    const reference = asRecord(item);
    return {
      isParent: reference["refType"] === "CHILD_OF", traceId: asText(reference["traceID"]),
      spanId: asText(reference["spanID"]),
    };
  });
}

export function decodeSpanDetails(raw: RawSpan): SpanDetails {
  const tags = decodeAttributes(raw["tags"]);
  const tag = (...keys: string[]) => tags.find((item) => keys.includes(item.key))?.value ?? "";
  const isError = tags.some((item) => item.key === "error" && item.value === "true");
  const scope = [tag("otel.scope.name", "otel.library.name"),
    tag("otel.scope.version", "otel.library.version")];
  return {
    spanId: asText(raw["spanID"]),
    name: asText(raw["operationName"]),
    kind: tag("span.kind"),
    status: tag("otel.status_code") || (isError ? "ERROR" : ""),
    statusMessage: tag("otel.status_description"),
    scope: scope.filter(Boolean).join(" "),
    attributes: tags.filter((item) => !kOwnPlace.has(item.key)),
    events: asArray(raw["logs"]).map(decodeEvent).sort((a, b) => a.time - b.time),
    references: decodeReferences(raw),
    warnings: asArray(raw["warnings"]).map(asText),
  };
}
