// Each trace as a dot: when it started, how long it took. A click opens the trace, a drag searches
// in the region. The results table beside it holds the same data for those who cannot see or point.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { TraceSummary } from "../../api/trace_summaries";
import { formatClock, formatDay } from "../../base/clock_text";
import { formatDuration } from "../../base/duration";
import { locale, text } from "../../base/language";
import { scheme } from "../../base/theme";
import { beginDrawing, canvasColours, type CanvasColours } from "../../widgets/canvas";
import { useSize } from "../../widgets/use_size";
import {
  chooseAxes, decades, dotAt, durationAt, radiusOf, timeAt, timeTicks, xOf, yOf, type Axes,
} from "./scatter_layout";

export interface Region {
  start: number;  // µs
  end: number;
  minDuration: number;
  maxDuration: number;
}

interface Drag {
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
}

interface Properties {
  traces: readonly TraceSummary[];
  range: { start: number; end: number };
  onOpen: (traceId: string) => void;
  onSelect: (region: Region) => void;
}

const kHeight = 132;
const kDragPixelsMin = 6;

function drawGrid(context: CanvasRenderingContext2D, axes: Axes, colours: CanvasColours): void {
  const { left, right, top, bottom } = axes.box;
  context.lineWidth = 1;
  context.strokeStyle = colours.line;
  context.fillStyle = colours.muted;
  context.textAlign = "right";
  for (const duration of decades(axes)) {
    const y = Math.round(yOf(axes, duration)) + 0.5;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    context.fillText(formatDuration(duration).replace(".00", "").replace(".0", ""), left - 8, y);
  }
  const { ticks, step } = timeTicks(axes, (right - left) / 110);
  context.textAlign = "center";
  for (const tick of ticks) {
    const x = Math.round(xOf(axes, tick)) + 0.5;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    const label = step >= 86_400e6 ? formatDay(tick, locale.value) :
      formatClock(tick, 0).slice(0, step >= 60e6 ? 5 : 8);
    if (x > left + 16 && x < right - 16) context.fillText(label, x, bottom + 11);
  }
}

// Errors are diamonds, so that colour is not all that tells them.
function drawDot(context: CanvasRenderingContext2D, trace: TraceSummary, x: number, y: number,
                 colours: CanvasColours): void {
  const radius = radiusOf(trace);
  context.beginPath();
  if (trace.errorCount > 0) {
    context.moveTo(x, y - radius - 1);
    context.lineTo(x + radius + 1, y);
    context.lineTo(x, y + radius + 1);
    context.lineTo(x - radius - 1, y);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  const colour = trace.errorCount > 0 ? colours.error : colours.accent;
  context.globalAlpha = 0.35;
  context.fillStyle = colour;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 1.25;
  context.stroke();
}

function regionOf(axes: Axes, drag: Drag): Region {
  const clampX = (x: number) => Math.min(axes.box.right, Math.max(axes.box.left, x));
  const clampY = (y: number) => Math.min(axes.box.bottom, Math.max(axes.box.top, y));
  return {
    start: timeAt(axes, clampX(Math.min(drag.fromX, drag.toX))),
    end: timeAt(axes, clampX(Math.max(drag.fromX, drag.toX))),
    minDuration: durationAt(axes, clampY(Math.max(drag.fromY, drag.toY))),
    maxDuration: durationAt(axes, clampY(Math.min(drag.fromY, drag.toY))),
  };
}

function describe(region: Region, traces: readonly TraceSummary[]): string {
  const inside = traces.filter((trace) => trace.start >= region.start && trace.start <= region.end &&
    trace.duration >= region.minDuration && trace.duration <= region.maxDuration);
  return `${text.value.results(inside.length)}, ${formatDuration(region.minDuration)} – ` +
    formatDuration(region.maxDuration);
}

function drawDrag(context: CanvasRenderingContext2D, axes: Axes, drag: Drag,
                  traces: readonly TraceSummary[], colours: CanvasColours): void {
  const x = Math.min(drag.fromX, drag.toX), y = Math.min(drag.fromY, drag.toY);
  const width = Math.abs(drag.toX - drag.fromX), height = Math.abs(drag.toY - drag.fromY);
  context.globalAlpha = 0.12;
  context.fillStyle = colours.accent;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  context.strokeStyle = colours.accent;
  context.strokeRect(x + 0.5, y + 0.5, width, height);
  context.fillStyle = colours.text;
  context.textAlign = "left";
  context.fillText(describe(regionOf(axes, drag), traces), x + 6, Math.max(y - 9, 8));
}

function Tooltip({ trace, axes }: { trace: TraceSummary; axes: Axes }) {
  const x = xOf(axes, trace.start), y = yOf(axes, trace.duration);
  const isRight = x > (axes.box.left + axes.box.right) / 2;
  return (
    <div class="popup scatter-tip" style={{
      top: `${Math.max(0, Math.min(y - 24, kHeight - 70))}px`,
      ...(isRight ? { right: `calc(100% - ${x - 14}px)` } : { left: `${x + 14}px` }),
    }}>
      <p><span class="muted">{trace.rootService}</span> {trace.rootName || text.value.unknownRoot}</p>
      <p>
        <b>{formatDuration(trace.duration)}</b>{" · "}{formatClock(trace.start)}{" · "}
        {text.value.spanCount(trace.spanCount)}
        {trace.errorCount > 0 && <span class="error"> · {text.value.errorCount(trace.errorCount)}</span>}
      </p>
    </div>
  );
}

export function Scatter({ traces, range, onOpen, onSelect }: Properties) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(frame);
  const [hovered, setHovered] = useState(-1);
  const [drag, setDrag] = useState<Drag | null>(null);
  const axes = useMemo(
    () => chooseAxes(traces, range, { left: 64, top: 10, right: Math.max(80, width - 12), bottom: kHeight - 22 }),
    [traces, range, width]);

  useEffect(() => {
    const context = canvas.current && beginDrawing(canvas.current, width, kHeight);
    if (!context) return;
    const colours = canvasColours(scheme.value);
    drawGrid(context, axes, colours);
    // Errors last, so that they lie on top.
    for (const withErrors of [false, true]) {
      for (const trace of traces) {
        if (trace.errorCount > 0 !== withErrors) continue;
        drawDot(context, trace, xOf(axes, trace.start), yOf(axes, trace.duration), colours);
      }
    }
    const pointed = traces[hovered];
    if (pointed) {
      context.strokeStyle = colours.text;
      context.beginPath();
      context.arc(xOf(axes, pointed.start), yOf(axes, pointed.duration), radiusOf(pointed) + 3, 0, 7);
      context.stroke();
    }
    if (drag) drawDrag(context, axes, drag, traces, colours);
  }, [axes, traces, hovered, drag, width, scheme.value]);

  const place = (event: PointerEvent) => ({ x: event.offsetX, y: event.offsetY });
  const onPointerMove = (event: PointerEvent) => {
    const { x, y } = place(event);
    if (drag) setDrag({ ...drag, toX: x, toY: y });
    else setHovered(dotAt(traces, axes, x, y));
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const { x, y } = place(event);
    canvas.current!.setPointerCapture(event.pointerId);
    setDrag({ fromX: x, fromY: y, toX: x, toY: y });
  };
  const onPointerUp = () => {
    if (!drag) return;
    setDrag(null);
    const distance = Math.max(Math.abs(drag.toX - drag.fromX), Math.abs(drag.toY - drag.fromY));
    const trace = traces[dotAt(traces, axes, drag.fromX, drag.fromY)];
    if (distance >= kDragPixelsMin) onSelect(regionOf(axes, drag));
    else if (trace) onOpen(trace.traceId);
  };

  return (
    <figure class="scatter" aria-label={text.value.scatterTitle}>
      <div ref={frame} class="scatter-frame" title={hovered < 0 ? text.value.scatterHint : undefined}>
        <canvas ref={canvas} style={{ height: `${kHeight}px`, cursor: hovered >= 0 ? "pointer" : "crosshair" }}
          aria-hidden="true" onPointerMove={onPointerMove} onPointerDown={onPointerDown}
          onPointerUp={onPointerUp} onPointerLeave={() => setHovered(-1)}
          onPointerCancel={() => setDrag(null)} />
        {traces[hovered] && !drag && <Tooltip trace={traces[hovered]!} axes={axes} />}
      </div>
    </figure>
  );
}
