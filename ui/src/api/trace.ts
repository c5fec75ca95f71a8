// A whole trace as columns: one row per span in display order (a parent before its children,
// children by start). Typed arrays and loops only, so that 100,000 spans or a chain of that depth
// are nothing special. Details of a span stay raw JSON until somebody looks (span_details.ts).

import { toNumber } from "../base/numbers";
import { decodeAttributes, type Attribute } from "./attribute";
import { asArray, asRecord, asText, getData } from "./http";
import { decodeReferences, decodeSpanDetails, type RawSpan, type SpanDetails } from "./span_details";

export const kHasError = 1;
export const kHasEvents = 2;
export const kMissingParent = 4;  // names a parent that is not in the trace
export const kHasWarnings = 8;

export interface TraceService {
  name: string;
  spanCount: number;
  errorCount: number;
  selfTime: number;  // µs
}

export interface Trace {
  traceId: string;
  count: number;
  start: number;     // µs since 1970, of the earliest span
  duration: number;  // µs, to the latest end
  errorCount: number;
  depthMax: number;
  warnings: string[];
  services: TraceService[];  // most self time first
  spans: RawSpan[];          // by row, like every array below
  parent: Int32Array;        // row, -1 for roots
  end: Int32Array;           // row after the last descendant
  depth: Int32Array;
  childCount: Int32Array;
  offset: Float64Array;      // µs after `start`
  spanDuration: Float64Array;
  selfTime: Float64Array;    // µs in which no child ran
  service: Int32Array;       // into `services`
  flags: Uint8Array;
  rowOfSpan: Map<string, number>;
  processTags(row: number): Attribute[];
}

interface Links {
  parent: Int32Array;  // by input index, -1 for roots
  missing: Uint8Array;
}

function linkParents(spans: readonly RawSpan[]): Links {
  const indexOf = new Map<string, number>();
  spans.forEach((span, i) => {
    const id = asText(span["spanID"]);
    if (!indexOf.has(id)) indexOf.set(id, i);
  });
  const parent = new Int32Array(spans.length).fill(-1);
  const missing = new Uint8Array(spans.length);
  for (let i = 0; i < spans.length; ++i) {
    const span = spans[i]!;
    const traceId = asText(span["traceID"]);
    const id = decodeReferences(span).find((r) => r.isParent && r.traceId === traceId)?.spanId ??
      asText(span["parentSpanID"]);
    if (!id || /^0+$/.test(id)) continue;
    const found = indexOf.get(id);
    if (found === undefined) missing[i] = 1;
    else if (found !== i) parent[i] = found;
  }
  return { parent, missing };
}

// Broken data may hold parents in a circle; the span by which the earliest one leads into it
// becomes a root.
function cutCircles(parent: Int32Array, byStart: Int32Array): void {
  const seen = new Int32Array(parent.length);  // the walk (1-based) that came by
  let walk = 0;
  for (const first of byStart) {
    ++walk;
    let at = first;
    while (at >= 0 && seen[at] === 0) {
      seen[at] = walk;
      at = parent[at]!;
    }
    // The walk met itself: `at` lies on a circle, of which `first` may be only a tail.
    if (at >= 0 && seen[at] === walk) parent[at] = -1;
  }
}

// Input indexes in display order, by an explicit stack.
function displayOrder(parent: Int32Array, byStart: Int32Array): Int32Array {
  const count = parent.length;
  const firstChild = new Int32Array(count).fill(-1), next = new Int32Array(count).fill(-1);
  let firstRoot = -1;
  for (let k = count - 1; k >= 0; --k) {  // backwards, so that each list ends up by start
    const i = byStart[k]!, of = parent[i]!;
    if (of < 0) {
      next[i] = firstRoot;
      firstRoot = i;
    } else {
      next[i] = firstChild[of]!;
      firstChild[of] = i;
    }
  }
  const order = new Int32Array(count);
  const stack = new Int32Array(count + 1);
  let depth = 0, row = 0;
  if (firstRoot >= 0) stack[depth++] = firstRoot;
  while (depth > 0) {
    const i = stack[--depth]!;
    order[row++] = i;
    if (next[i]! >= 0) stack[depth++] = next[i]!;
    if (firstChild[i]! >= 0) stack[depth++] = firstChild[i]!;
  }
  return order;
}

function sortedByStart(starts: Float64Array): Int32Array {
  const order = Int32Array.from(starts, (_, i) => i);
  return order.sort((a, b) => starts[a]! - starts[b]! || a - b);
}

// Children of a row come by start, so one running end per parent is enough.
function computeSelfTimes(parent: Int32Array, offset: Float64Array, duration: Float64Array) {
  const self = Float64Array.from(duration);
  const coveredTo = Float64Array.from(offset);
  for (let row = 0; row < parent.length; ++row) {
    const of = parent[row]!;
    if (of < 0) continue;
    const parentEnd = offset[of]! + duration[of]!;
    const from = Math.max(offset[row]!, coveredTo[of]!);
    const to = Math.min(offset[row]! + duration[row]!, parentEnd);
    if (to > from) {
      self[of] = self[of]! - (to - from);
      coveredTo[of] = to;
    }
  }
  for (let row = 0; row < self.length; ++row) self[row] = Math.max(0, self[row]!);
  return self;
}

function hasErrorTag(span: RawSpan): boolean {
  return asArray(span["tags"]).some((item) => {
    const { key, value } = asRecord(item);
    return (key === "error" && (value === true || value === "true")) ||
      (key === "otel.status_code" && value === "ERROR");
  });
}

interface ServiceColumn {
  services: TraceService[];
  service: Int32Array;
}

function groupServices(names: string[], self: Float64Array, flags: Uint8Array): ServiceColumn {
  const byName = new Map<string, TraceService>();
  names.forEach((name, row) => {
    let entry = byName.get(name);
    if (!entry) byName.set(name, entry = { name, spanCount: 0, errorCount: 0, selfTime: 0 });
    ++entry.spanCount;
    entry.selfTime += self[row]!;
    if (flags[row]! & kHasError) ++entry.errorCount;
  });
  const services = [...byName.values()].sort((a, b) =>
    b.selfTime - a.selfTime || (a.name < b.name ? -1 : 1));
  const indexOf = new Map(services.map((entry, i) => [entry.name, i]));
  return { services, service: Int32Array.from(names, (name) => indexOf.get(name)!) };
}

interface Shape {
  parent: Int32Array;
  end: Int32Array;
  depth: Int32Array;
  childCount: Int32Array;
}

function shapeOf(order: Int32Array, parentOfInput: Int32Array): Shape {
  const count = order.length;
  const rowOf = new Int32Array(count);
  order.forEach((i, row) => (rowOf[i] = row));
  const shape: Shape = {
    parent: new Int32Array(count).fill(-1), end: new Int32Array(count),
    depth: new Int32Array(count), childCount: new Int32Array(count),
  };
  for (let row = 0; row < count; ++row) {
    const of = parentOfInput[order[row]!]!;
    shape.end[row] = row + 1;
    if (of < 0) continue;
    const parent = shape.parent[row] = rowOf[of]!;
    shape.depth[row] = shape.depth[parent]! + 1;
    ++shape.childCount[parent]!;
  }
  for (let row = count - 1; row > 0; --row) {
    const parent = shape.parent[row]!;
    if (parent >= 0) shape.end[parent] = Math.max(shape.end[parent]!, shape.end[row]!);
  }
  return shape;
}

export function buildTrace(raw: unknown): Trace {
  const item = asRecord(raw);
  const input = asArray(item["spans"]).map(asRecord);
  const processes = asRecord(item["processes"]);
  const { parent: parentOfInput, missing } = linkParents(input);
  const byStart = sortedByStart(Float64Array.from(input, (span) => toNumber(span["startTime"])));
  cutCircles(parentOfInput, byStart);
  const order = displayOrder(parentOfInput, byStart);
  const spans = Array.from(order, (i) => input[i]!);
  const shape = shapeOf(order, parentOfInput);

  let start = Infinity, last = -Infinity, depthMax = 0, errorCount = 0;
  const offset = Float64Array.from(spans, (span) => toNumber(span["startTime"]));
  const duration = Float64Array.from(spans, (span) => Math.max(0, toNumber(span["duration"])));
  const flags = new Uint8Array(spans.length);
  for (let row = 0; row < spans.length; ++row) {
    const span = spans[row]!;
    start = Math.min(start, offset[row]!);
    last = Math.max(last, offset[row]! + duration[row]!);
    depthMax = Math.max(depthMax, shape.depth[row]!);
    const hasError = hasErrorTag(span);
    if (hasError) ++errorCount;
    flags[row] = (hasError ? kHasError : 0) | (missing[order[row]!] ? kMissingParent : 0) |
      (asArray(span["logs"]).length ? kHasEvents : 0) |
      (asArray(span["warnings"]).length ? kHasWarnings : 0);
  }
  if (spans.length === 0) start = last = 0;
  for (let row = 0; row < spans.length; ++row) offset[row]! -= start;

  const self = computeSelfTimes(shape.parent, offset, duration);
  const process = (row: number) => asRecord(processes[asText(spans[row]!["processID"])]);
  const names = spans.map((_, row) => asText(process(row)["serviceName"]));
  const rowOfSpan = new Map<string, number>();
  spans.forEach((span, row) => {
    const id = asText(span["spanID"]);
    if (!rowOfSpan.has(id)) rowOfSpan.set(id, row);
  });
  return {
    traceId: asText(item["traceID"]), count: spans.length, start, duration: last - start,
    errorCount: errorCount, depthMax: depthMax, warnings: asArray(item["warnings"]).map(asText),
    ...groupServices(names, self, flags), spans, ...shape, offset, spanDuration: duration,
    selfTime: self, flags, rowOfSpan: rowOfSpan,
    processTags: (row) => decodeAttributes(process(row)["tags"]),
  };
}

export function spanName(trace: Trace, row: number): string {
  return asText(trace.spans[row]!["operationName"]);
}

export function spanId(trace: Trace, row: number): string {
  return asText(trace.spans[row]!["spanID"]);
}

export function serviceName(trace: Trace, row: number): string {
  return trace.services[trace.service[row]!]!.name;
}

export function spanDetails(trace: Trace, row: number): SpanDetails {
  return decodeSpanDetails(trace.spans[row]!);
}

export async function fetchTrace(traceId: string, signal?: AbortSignal): Promise<Trace> {
  const data = await getData(`/api/traces/${encodeURIComponent(traceId)}`, {}, signal);
  return buildTrace(asArray(data)[0]);
}
