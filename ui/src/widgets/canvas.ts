// What every canvas here needs: device pixels, the theme's colours, redraw once per frame.

import { kInks, kLines, kSurfaces, type Scheme } from "../base/palette";

export interface CanvasColours {
  scheme: Scheme;
  page: string;
  panel: string;
  raised: string;
  line: string;
  text: string;
  muted: string;
  accent: string;
  error: string;
  warning: string;
}

export function canvasColours(scheme: Scheme): CanvasColours {
  return { scheme, line: kLines[scheme], ...kSurfaces[scheme], ...kInks[scheme] };
}

export const kCanvasFont = '11px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif';

// Sizes the canvas to its box and clears it; null while it has no size.
export function beginDrawing(canvas: HTMLCanvasElement, width: number, height: number) {
  const context = canvas.getContext("2d");
  if (!context || width <= 0 || height <= 0) return null;
  const ratio = devicePixelRatio || 1;
  const pixelWidth = Math.round(width * ratio), pixelHeight = Math.round(height * ratio);
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = kCanvasFont;
  context.textBaseline = "middle";
  return context;
}

// Runs `draw` at the next frame, once, however often it is asked.
export class FrameScheduler {
  private handle = 0;

  constructor(private readonly draw: () => void) {}

  request(): void {
    if (this.handle !== 0) return;
    this.handle = requestAnimationFrame(() => {
      this.handle = 0;
      this.draw();
    });
  }

  // In this frame already, in place of a request that is under way.
  runNow(): void {
    this.cancel();
    this.draw();
  }

  cancel(): void {
    cancelAnimationFrame(this.handle);
    this.handle = 0;
  }
}
