// The arithmetic of the waterfall: which rows show, what part of time shows. Pure.

import { serviceName, spanId, spanName, type Trace } from "../../api/trace";
import { asArray, asRecord, asText } from "../../api/http";
import { niceStep } from "../../base/duration";

export const kRowHeight = 24;

// Part of the trace's time that is shown, µs after its start.
export interface TimeWindow {
  from: number;
  to: number;
}

// Trace rows that are not inside a collapsed one, ascending.
export function visibleRows(trace: Trace, collapsed: Uint8Array): Int32Array {
  const rows = new Int32Array(trace.count);
  let count = 0;
  for (let row = 0; row < trace.count;) {
    rows[count++] = row;
    row = collapsed[row] ? trace.end[row]! : row + 1;
  }
  return rows.subarray(0, count);
}

// The place of `row` in `rows`, or of the collapsed ancestor that hides it.
export function placeOf(rows: Int32Array, row: number): number {
  let low = 0, high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]! <= row) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// `collapsed` with every ancestor of `row` open; the same array when nothing changes.
export function withRowShown(trace: Trace, collapsed: Uint8Array, row: number): Uint8Array {
  let result = collapsed;
  for (let at = trace.parent[row]!; at >= 0; at = trace.parent[at]!) {
    if (!result[at]) continue;
    if (result === collapsed) result = collapsed.slice();
    result[at] = 0;
  }
  return result;
}

export function allCollapsed(trace: Trace): Uint8Array {
  return Uint8Array.from(trace.childCount, (count) => (count > 0 ? 1 : 0));
}

export function wholeTrace(trace: Trace): TimeWindow {
  return { from: 0, to: Math.max(trace.duration, 1) };
}

const kNarrowestMicros = 0.1;

// `window` moved and cut so that it lies in the trace.
export function clampWindow(window: TimeWindow, total: number): TimeWindow {
  const span = Math.min(Math.max(window.to - window.from, kNarrowestMicros), total);
  const from = Math.min(Math.max(0, window.from), total - span);
  return { from, to: from + span };
}

// Scaled by `factor` (below 1 zooms in) around the time `centre`, which keeps its place.
export function zoomWindow(window: TimeWindow, factor: number, centre: number, total: number) {
  const from = centre - (centre - window.from) * factor;
  return clampWindow({ from, to: from + (window.to - window.from) * factor }, total);
}

export function panWindow(window: TimeWindow, share: number, total: number): TimeWindow {
  const step = (window.to - window.from) * share;
  return clampWindow({ from: window.from + step, to: window.to + step }, total);
}

export function rulerTicks(window: TimeWindow, count: number): number[] {
  const step = niceStep(window.to - window.from, count);
  const ticks: number[] = [];
  for (let k = Math.ceil(window.from / step - 1e-9) + 0; k * step <= window.to; ++k) ticks.push(k * step);
  return ticks;
}

function tagsContain(tags: unknown, words: string): boolean {
  return asArray(tags).some((item) => {
    const { key, value } = asRecord(item);
    const keyText = asText(key).toLowerCase(), valueText = asText(value).toLowerCase();
    return keyText.includes(words) || valueText.includes(words) || `${keyText}=${valueText}` === words;
  });
}

// Rows whose name, service, id, attributes or events contain the text typed.
export function findRows(trace: Trace, typed: string): Int32Array {
  const words = typed.trim().toLowerCase();
  if (words === "") return new Int32Array(0);
  const services = trace.services.map((service) => service.name.toLowerCase().includes(words));
  const known = new Map<string, boolean>();  // names repeat
  const found: number[] = [];
  for (let row = 0; row < trace.count; ++row) {
    const name = spanName(trace, row);
    let inName = known.get(name);
    if (inName === undefined) known.set(name, inName = name.toLowerCase().includes(words));
    const span = trace.spans[row]!;
    if (inName || services[trace.service[row]!] || spanId(trace, row).startsWith(words) ||
        tagsContain(span["tags"], words) ||
        asArray(span["logs"]).some((event) => tagsContain(asRecord(event)["fields"], words))) {
      found.push(row);
    }
  }
  return Int32Array.from(found);
}

// The row's service, unless its parent's is the same and so already says it.
export function shownService(trace: Trace, row: number): string {
  const parent = trace.parent[row]!;
  return parent >= 0 && trace.service[parent] === trace.service[row] ? "" : serviceName(trace, row);
}
