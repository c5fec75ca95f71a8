// The strip above the waterfall: the whole trace, and which part of it the waterfall shows.

import { useEffect, useRef, useState } from "preact/hooks";

import { formatDuration } from "../../base/duration";
import { text } from "../../base/language";
import { kInks } from "../../base/palette";
import { scheme } from "../../base/theme";
import { useSize } from "../../widgets/use_size";
import { rasterise } from "./overview_raster";
import type { TraceState } from "./trace_state";
import { wholeTrace } from "./waterfall_layout";

const kHeightMin = 26;
const kHeightMax = 52;
const kHeightPerSpan = 6;
const kDragPixelsMin = 4;

export function Overview({ state }: { state: TraceState }) {
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width } = useSize(frame);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const whole = wholeTrace(state.trace);
  const height = Math.max(kHeightMin, Math.min(kHeightMax, state.trace.count * kHeightPerSpan));

  useEffect(() => {
    const target = canvas.current!;
    const ratio = devicePixelRatio || 1;
    const pixelWidth = Math.round(width * ratio), pixelHeight = Math.round(height * ratio);
    const context = target.getContext("2d");
    if (!context || pixelWidth < 1) return;
    target.width = pixelWidth;
    target.height = pixelHeight;
    const pixels = rasterise(
      state.trace, state.colours.value, kInks[scheme.value].error, pixelWidth, pixelHeight);
    context.putImageData(
      new ImageData(new Uint8ClampedArray(pixels.buffer), pixelWidth, pixelHeight), 0, 0);
  }, [state, width, state.colours.value, scheme.value]);

  const timeAt = (x: number) => whole.to * Math.max(0, Math.min(1, x / width));
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    canvas.current!.setPointerCapture(event.pointerId);
    setDrag({ from: event.offsetX, to: event.offsetX });
  };
  const onPointerMove = (event: PointerEvent) =>
    drag && setDrag({ ...drag, to: Math.max(0, Math.min(width, event.offsetX)) });
  const onPointerUp = () => {
    if (drag && Math.abs(drag.to - drag.from) >= kDragPixelsMin) {
      state.setWindow({
        from: timeAt(Math.min(drag.from, drag.to)), to: timeAt(Math.max(drag.from, drag.to)),
      });
    }
    setDrag(null);
  };

  const shown = state.window.value;
  const left = drag ? Math.min(drag.from, drag.to) : width * shown.from / whole.to;
  const right = drag ? Math.max(drag.from, drag.to) : width * shown.to / whole.to;
  const isZoomed = drag !== null || shown.from > 0 || shown.to < whole.to;
  return (
    <div class="overview" title={text.value.overview}>
      <div ref={frame} class="overview-frame" role="img" aria-label={
        `${text.value.overview}: ${formatDuration(shown.from)} – ${formatDuration(shown.to)}`}>
        <canvas ref={canvas} style={{ height: `${height}px` }} onPointerDown={onPointerDown}
          onPointerMove={onPointerMove} onPointerUp={onPointerUp} onPointerCancel={() => setDrag(null)}
          onDblClick={() => state.setWindow(whole)} />
        {isZoomed && (
          <>
            <i class="overview-shade" style={{ left: 0, width: `${left}px` }} />
            <i class="overview-shade" style={{ left: `${right}px`, right: 0 }} />
            <i class="overview-window" style={{ left: `${left}px`, width: `${Math.max(2, right - left)}px` }} />
          </>
        )}
      </div>
    </div>
  );
}
