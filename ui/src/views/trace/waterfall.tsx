// The span list with its bars: labels as DOM rows, bars as one canvas above them, both filled by
// hand once per frame for the rows in view.

import { effect } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { formatDuration } from "../../base/duration";
import { text } from "../../base/language";
import { readNumberSetting, writeSetting } from "../../base/settings";
import { scheme } from "../../base/theme";
import { beginDrawing, canvasColours, FrameScheduler } from "../../widgets/canvas";
import { Splitter } from "../../widgets/splitter";
import { useSize } from "../../widgets/use_size";
import { drawBars, timeOfX, xOfTime } from "./bar_painter";
import { RowPool } from "./row_pool";
import type { TraceState } from "./trace_state";
import { handleTreeKey } from "./tree_keys";
import {
  kRowHeight, panWindow, placeOf, rulerTicks, wholeTrace, zoomWindow, type TimeWindow,
} from "./waterfall_layout";

const kLabelWidthMin = 160;
const kTickEvery = 90;  // pixels
const kDragPixelsMin = 5;

interface Parts {
  scroller: HTMLDivElement;
  viewport: HTMLDivElement;
  canvas: HTMLCanvasElement;
}

interface Geometry {
  labelWidth: number;
  width: number;   // of the bars
  height: number;
  tickCount: number;
}

// Draws what the state says whenever it, the size or the place changes.
function usePainting(state: TraceState, parts: () => Parts | null, geometry: Geometry): void {
  const latest = useRef(geometry);
  latest.current = geometry;
  const scheduler = useRef<FrameScheduler | null>(null);
  useEffect(() => {
    const { scroller, viewport, canvas } = parts()!;
    const pool = new RowPool(viewport);
    let shownText = text.value;
    const paint = () => {
      const { labelWidth, width, height, tickCount } = latest.current;
      const { trace } = state;
      if (shownText !== text.value) pool.forgetAll();
      shownText = text.value;
      const rows = state.rows.value;
      const scrollTop = Math.max(0, Math.min(scroller.scrollTop, rows.length * kRowHeight - height));
      pool.show(scrollTop, height, {
        trace, rows, collapsed: state.collapsed.value, colours: state.colours.value,
        logCounts: state.logCounts.value, matches: state.matchSet.value,
        selected: state.selected.value, active: state.active.value, labelWidth, text: text.value,
      });
      const context = beginDrawing(canvas, width, height);
      if (!context) return;
      drawBars(context, {
        trace, rows, window: state.window.value, scrollTop, width, height, tickCount,
        serviceColours: state.colours.value, isolated: state.isolated.value,
        colours: canvasColours(scheme.value),
      });
    };
    const frames = scheduler.current = new FrameScheduler(paint);
    const stop = effect(() => {
      // Read here, so that a change of any of them asks for a frame.
      void [state.rows.value, state.colours.value, state.logCounts.value, state.matches.value,
        state.selected.value, state.active.value, state.window.value, state.isolated.value,
        scheme.value, text.value];
      frames.request();
    });
    const onScroll = () => frames.request();
    scroller.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      stop();
      frames.cancel();
      scroller.removeEventListener("scroll", onScroll);
      viewport.querySelectorAll(".span-row").forEach((row) => row.remove());
    };
  }, [state]);
  // With the new size, not a frame later: a canvas that is stretched shows bars beside other rows.
  useLayoutEffect(() => scheduler.current?.runNow(), [geometry]);
}

function Ruler({ window, width, tickCount, cursor }: {
  window: TimeWindow; width: number; tickCount: number; cursor: number | null;
}) {
  return (
    <div class="ruler" aria-hidden="true">
      {rulerTicks(window, tickCount).map((tick) => {
        const x = xOfTime(window, width, tick);
        return x < width - 24 && (
          <span key={tick} style={{ transform: `translateX(${x}px)` }}>{formatDuration(tick)}</span>
        );
      })}
      {cursor !== null && (
        <b style={{ transform: `translateX(clamp(0px, calc(${cursor}px - 50%), calc(${width}px - 100%)))` }}>
          {formatDuration(timeOfX(window, width, cursor))}
        </b>
      )}
    </div>
  );
}

// Pointer work on the bars: crosshair, drag to zoom, ctrl+wheel to zoom, shift+wheel to pan.
function useBarPointer(state: TraceState, labelWidth: number, width: number) {
  const [cursor, setCursor] = useState<number | null>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const total = wholeTrace(state.trace).to;
  const xOf = (event: MouseEvent) =>
    event.clientX - (event.currentTarget as Element).getBoundingClientRect().left - labelWidth;
  return {
    cursor,
    drag: dragFrom !== null && cursor !== null && Math.abs(cursor - dragFrom) >= kDragPixelsMin ?
      { left: Math.min(dragFrom, cursor), width: Math.abs(cursor - dragFrom) } : null,
    onPointerMove: (event: PointerEvent) => {
      const x = xOf(event);
      setCursor(x >= 0 && x <= width ? x : dragFrom !== null ? Math.max(0, Math.min(width, x)) : null);
    },
    onPointerLeave: () => dragFrom === null && setCursor(null),
    onPointerDown: (event: PointerEvent) => {
      const x = xOf(event);
      if (event.button !== 0 || x < 0) return;
      (event.currentTarget as Element).setPointerCapture(event.pointerId);
      setDragFrom(x);
    },
    // True when it was a drag, which is no click.
    onPointerUp: (event: PointerEvent): boolean => {
      const from = dragFrom, to = xOf(event);
      setDragFrom(null);
      if (from === null || Math.abs(to - from) < kDragPixelsMin) return false;
      const window = state.window.value;
      const [left, right] = from < to ? [from, to] : [to, from];
      state.setWindow({ from: timeOfX(window, width, left), to: timeOfX(window, width, right) });
      return true;
    },
    onWheel: (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      const window = state.window.value;
      if (event.shiftKey) {
        const delta = event.deltaX || event.deltaY;
        return state.setWindow(panWindow(window, Math.sign(delta) * 0.1, total));
      }
      const centre = timeOfX(window, width, Math.max(0, xOf(event)));
      state.setWindow(zoomWindow(window, event.deltaY > 0 ? 1.2 : 1 / 1.2, centre, total));
    },
  };
}

export function Waterfall({ state }: { state: TraceState }) {
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const viewport = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(scroller);
  const [labelWidth, setLabelWidth] = useState(() => readNumberSetting("label-width", 420));
  const shownLabelWidth = Math.max(kLabelWidthMin, Math.min(labelWidth, size.width * 0.6));
  const geometry = useMemo<Geometry>(() => {
    const width = Math.max(0, size.width - shownLabelWidth);
    return {
      labelWidth: shownLabelWidth, width, height: size.height,
      tickCount: Math.max(2, Math.floor(width / kTickEvery)),
    };
  }, [size, shownLabelWidth]);
  const parts = () => scroller.current && viewport.current && canvas.current &&
    { scroller: scroller.current, viewport: viewport.current, canvas: canvas.current };
  usePainting(state, parts, geometry);
  const pointer = useBarPointer(state, shownLabelWidth, geometry.width);
  const wasDrag = useRef(false);

  useEffect(() => {
    state.scrollToPlace = (place) => {
      const box = scroller.current;
      if (!box) return;
      const top = place * kRowHeight;
      const isAbove = top < box.scrollTop, isBelow = top + kRowHeight > box.scrollTop + box.clientHeight;
      if (!isAbove && !isBelow) return;
      const isNear = Math.abs(top - box.scrollTop - box.clientHeight / 2) < box.clientHeight;
      box.scrollTop = !isNear ? top - box.clientHeight / 3 :
        isAbove ? top : top + kRowHeight - box.clientHeight;
    };
    return () => (state.scrollToPlace = () => undefined);
  }, [state]);
  useEffect(() => {
    if (size.height > 0 && state.active.value > 0) state.goTo(state.active.value);
  }, [state, size.height > 0]);
  useEffect(() => {
    // The details may open below the list and take its place.
    if (state.selected.value >= 0) state.scrollToPlace(placeOf(state.rows.value, state.selected.value));
  }, [state, size.height]);
  useEffect(() => {
    // Preact's own listener would be passive, and the browser would zoom the page.
    const target = viewport.current!;
    target.addEventListener("wheel", pointer.onWheel, { passive: false });
    return () => target.removeEventListener("wheel", pointer.onWheel);
  });

  const resizeLabels = (width: number) => {
    setLabelWidth(width);
    writeSetting("label-width", String(width));
  };
  const onClick = (event: MouseEvent) => {
    if (wasDrag.current || window.getSelection()?.toString()) return;
    const y = event.clientY - viewport.current!.getBoundingClientRect().top;
    const place = Math.floor((y + scroller.current!.scrollTop) / kRowHeight);
    const row = state.rows.value[place];
    if (row === undefined) return;
    if ((event.target as Element).closest(".twisty") && state.trace.childCount[row]! > 0) {
      state.active.value = row;
      return state.setCollapsed(row, state.collapsed.value[row] === 0);
    }
    state.select(row);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(size.height / kRowHeight) - 1);
    if (handleTreeKey(state, event, page)) event.preventDefault();
  };

  const t = text.value;
  const shown = state.window.value;
  const rows = state.rows.value;
  const isActiveShown = rows[placeOf(rows, state.active.value)] === state.active.value;
  return (
    <div ref={frame} class="waterfall" style={{ "--label-width": `${shownLabelWidth}px` }}>
      <div class="waterfall-head">
        <div class="label-head">{t.serviceAndOperation}</div>
        <Ruler window={shown} width={geometry.width} tickCount={geometry.tickCount} cursor={pointer.cursor} />
      </div>
      <div ref={scroller} class="waterfall-scroll" tabIndex={-1}>
        <div ref={viewport} class="waterfall-viewport" role="treegrid" tabIndex={0}
          aria-label={t.waterfall} aria-rowcount={rows.length} aria-colcount={1}
          aria-activedescendant={isActiveShown ? `span-row-${state.active.value}` : undefined}
          style={{ height: `${size.height}px` }} onClick={onClick} onKeyDown={onKeyDown}
          onDblClick={(event) => event.offsetX > shownLabelWidth && state.setWindow(wholeTrace(state.trace))}
          onPointerMove={pointer.onPointerMove} onPointerLeave={pointer.onPointerLeave}
          onPointerDown={(event) => { wasDrag.current = false; pointer.onPointerDown(event); }}
          onPointerUp={(event) => { wasDrag.current = pointer.onPointerUp(event); }}>
          <canvas ref={canvas} class="bars" aria-hidden="true"
            style={{ left: `${shownLabelWidth}px`, width: `${geometry.width}px`, height: `${size.height}px` }} />
          {pointer.cursor !== null && (
            <i class="crosshair" style={{ left: `${shownLabelWidth + pointer.cursor}px` }} />
          )}
          {pointer.drag && (
            <i class="zoom-box" style={{
              left: `${shownLabelWidth + pointer.drag.left}px`, width: `${pointer.drag.width}px`,
            }} />
          )}
        </div>
        <div style={{ height: `${Math.max(0, rows.length * kRowHeight - size.height)}px` }} />
      </div>
      <div class="label-splitter" style={{ left: `${shownLabelWidth}px` }}>
        <Splitter label={t.resizeLabels} width={shownLabelWidth} min={kLabelWidthMin}
          max={Math.max(kLabelWidthMin, Math.floor(size.width * 0.6))} side="before" onResize={resizeLabels} />
      </div>
    </div>
  );
}
