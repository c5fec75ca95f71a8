// Draws the bars of the rows in view on one canvas.

import { asArray, asRecord } from "../../api/http";
import { kHasError, kHasEvents, type Trace } from "../../api/trace";
import { formatDuration } from "../../base/duration";
import { toNumber } from "../../base/numbers";
import { inkOn } from "../../base/palette";
import type { CanvasColours } from "../../widgets/canvas";
import { kRowHeight, rulerTicks, type TimeWindow } from "./waterfall_layout";

export interface BarsToDraw {
  trace: Trace;
  rows: Int32Array;
  window: TimeWindow;
  scrollTop: number;
  width: number;
  height: number;
  serviceColours: readonly string[];
  isolated: number;
  colours: CanvasColours;
  tickCount: number;
}

const kBarHeight = 12;
const kBarTop = (kRowHeight - kBarHeight) / 2;
const kBarWidthMin = 2;  // pixels: a short span must be seen, and must not look long either
const kPadding = 8;      // free pixels left and right of the time scale
const kGap = 6;          // between a bar, its duration and the edge of the chart
const kDiamond = 3.5;
const kEventsMax = 200;  // per row; more lie on top of each other anyway

export function xOfTime(window: TimeWindow, width: number, time: number): number {
  return kPadding + (width - 2 * kPadding) * (time - window.from) / (window.to - window.from);
}

export function timeOfX(window: TimeWindow, width: number, x: number): number {
  return window.from + (window.to - window.from) * (x - kPadding) / (width - 2 * kPadding);
}

function drawGrid(context: CanvasRenderingContext2D, view: BarsToDraw): void {
  context.strokeStyle = view.colours.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const tick of rulerTicks(view.window, view.tickCount)) {
    const x = Math.round(xOfTime(view.window, view.width, tick)) + 0.5;
    context.moveTo(x, 0);
    context.lineTo(x, view.height);
  }
  context.stroke();
}

function drawBar(context: CanvasRenderingContext2D, x: number, y: number, width: number,
                 colour: string, isError: boolean, colours: CanvasColours): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, kBarHeight, Math.min(2, width / 2));
  context.fill();
  if (!isError) return;
  // A red edge with a gap, so that it is seen on any service colour.
  context.fillStyle = colours.panel;
  context.fillRect(x - 2, y - 2, 6, kBarHeight + 4);
  context.fillStyle = colours.error;
  context.fillRect(x - 1, y - 2, 4, kBarHeight + 4);
}

function drawEvents(context: CanvasRenderingContext2D, view: BarsToDraw, row: number,
                    y: number): void {
  const events = asArray(view.trace.spans[row]!["logs"]);
  context.fillStyle = view.colours.text;
  context.strokeStyle = view.colours.panel;
  context.lineWidth = 1.5;
  for (const event of events.slice(0, kEventsMax)) {
    const time = toNumber(asRecord(event)["timestamp"]) - view.trace.start;
    if (time < view.window.from || time > view.window.to) continue;
    const x = xOfTime(view.window, view.width, time);
    context.beginPath();
    context.moveTo(x, y - kDiamond);
    context.lineTo(x + kDiamond, y);
    context.lineTo(x, y + kDiamond);
    context.lineTo(x - kDiamond, y);
    context.closePath();
    context.stroke();
    context.fill();
  }
}

// Beside the bar where there is room, right of it first, else on it.
function drawDuration(context: CanvasRenderingContext2D, view: BarsToDraw, label: string,
                      left: number, right: number, y: number, colour: string): void {
  const width = context.measureText(label).width;
  context.fillStyle = view.colours.muted;
  if (right + kGap + width + kGap <= view.width) {
    context.fillText(label, right + kGap, y);
  } else if (left - kGap - width - kGap >= 0) {
    context.fillText(label, left - kGap - width, y);
  } else {
    context.fillStyle = inkOn(colour);
    context.fillText(label, Math.max(left, 0) + 8, y);
  }
}

function drawRow(context: CanvasRenderingContext2D, view: BarsToDraw, row: number, top: number) {
  const { trace, window, width, colours } = view;
  const from = trace.offset[row]!, to = from + trace.spanDuration[row]!;
  const isError = (trace.flags[row]! & kHasError) !== 0;
  const service = trace.service[row]!;
  const colour = view.serviceColours[service]!;
  const middle = top + kRowHeight / 2;
  context.globalAlpha = view.isolated >= 0 && view.isolated !== service ? 0.22 : 1;
  // Far off the canvas coordinates lose precision; a little outside is as good.
  const left = Math.max(-20, Math.min(width + 20, xOfTime(window, width, from)));
  const right = Math.max(-20, Math.min(width + 20, xOfTime(window, width, to)));
  if (to >= window.from && from <= window.to) {
    const barWidth = Math.max(kBarWidthMin, right - left);
    drawBar(context, left, top + kBarTop, barWidth, colour, isError, colours);
    drawDuration(context, view, formatDuration(trace.spanDuration[row]!), left, left + barWidth,
      middle + 0.5, colour);
  } else {
    // Outside the part of time that is shown: an arrow says on which side.
    context.fillStyle = colours.muted;
    context.fillText(to < window.from ? "‹" : "›", to < window.from ? 2 : width - 8, middle);
  }
  if (trace.flags[row]! & kHasEvents) drawEvents(context, view, row, middle);
  context.globalAlpha = 1;
}

export function drawBars(context: CanvasRenderingContext2D, view: BarsToDraw): void {
  drawGrid(context, view);
  context.textAlign = "left";
  const first = Math.floor(view.scrollTop / kRowHeight);
  const last = Math.min(view.rows.length - 1, Math.floor((view.scrollTop + view.height) / kRowHeight));
  for (let place = first; place <= last; ++place) {
    drawRow(context, view, view.rows[place]!, place * kRowHeight - view.scrollTop);
  }
}
