// Where the dots of the duration-over-time chart lie. Pure, so that it is tested without a canvas.

import type { TraceSummary } from "../../api/trace_summaries";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Axes {
  box: Box;
  start: number;  // µs
  end: number;
  low: number;    // µs, above 0: the duration axis is logarithmic
  high: number;
}

export function chooseAxes(
  traces: readonly TraceSummary[], range: { start: number; end: number }, box: Box): Axes {
  let start = Infinity, end = -Infinity, low = Infinity, high = 0;
  for (const trace of traces) {
    start = Math.min(start, trace.start);
    end = Math.max(end, trace.start);
    low = Math.min(low, Math.max(1, trace.duration));
    high = Math.max(high, trace.duration, 1);
  }
  if (traces.length === 0) return { box, start: range.start, end: range.end, low: 1e3, high: 1e6 };
  // The traces shown may fill only the newest part of a long range: then show that part.
  const span = range.end - range.start;
  if (end - start > span / 3 && Number.isFinite(span)) {
    start = Math.min(start, range.start);
    end = Math.max(end, range.end);
  }
  const margin = Math.max((end - start) * 0.03, 500_000);
  // At least a factor of four between the ends, whole halves of a decade.
  const floor = 10 ** (Math.floor(Math.log10(low) * 2 - 0.2) / 2);
  const ceiling = Math.max(10 ** (Math.ceil(Math.log10(high) * 2 + 0.2) / 2), floor * 10);
  return { box, start: start - margin, end: end + margin, low: floor, high: ceiling };
}

export function xOf(axes: Axes, time: number): number {
  const { left, right } = axes.box;
  return left + (right - left) * (time - axes.start) / (axes.end - axes.start);
}

export function yOf(axes: Axes, duration: number): number {
  const { top, bottom } = axes.box;
  const share = Math.log(Math.max(duration, axes.low) / axes.low) / Math.log(axes.high / axes.low);
  return bottom - (bottom - top) * Math.min(1, share);
}

export function timeAt(axes: Axes, x: number): number {
  const { left, right } = axes.box;
  return axes.start + (axes.end - axes.start) * (x - left) / (right - left);
}

export function durationAt(axes: Axes, y: number): number {
  const { top, bottom } = axes.box;
  return axes.low * (axes.high / axes.low) ** ((bottom - y) / (bottom - top));
}

export function radiusOf(trace: TraceSummary): number {
  return Math.min(9, 3 + Math.log2(Math.max(1, trace.spanCount)) * 0.6);
}

// The trace whose dot is nearest, within reach; -1 when none is.
export function dotAt(traces: readonly TraceSummary[], axes: Axes, x: number, y: number): number {
  let best = -1, bestDistance = 14;
  traces.forEach((trace, index) => {
    const distance = Math.hypot(xOf(axes, trace.start) - x, yOf(axes, trace.duration) - y) -
      radiusOf(trace);
    if (distance < bestDistance) [best, bestDistance] = [index, distance];
  });
  return best;
}

// Powers of ten inside the duration axis.
export function decades(axes: Axes): number[] {
  const result: number[] = [];
  for (let power = Math.ceil(Math.log10(axes.low) - 1e-9); 10 ** power <= axes.high * 1.001; ++power) {
    result.push(10 ** power);
  }
  return result;
}

const kTimeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600,
  43_200, 86_400, 172_800, 604_800];

// Round local clock times, about `count` of them.
export function timeTicks(axes: Axes, count: number): { ticks: number[]; step: number } {
  const wanted = (axes.end - axes.start) / 1e6 / Math.max(1, count);
  const seconds = kTimeSteps.find((step) => step >= wanted) ?? kTimeSteps[kTimeSteps.length - 1]!;
  const step = seconds * 1e6;
  const zone = new Date(axes.start / 1000).getTimezoneOffset() * 60e6;
  const ticks: number[] = [];
  for (let at = Math.ceil((axes.start - zone) / step) * step + zone; at <= axes.end; at += step) {
    ticks.push(at);
  }
  return { ticks, step };
}
