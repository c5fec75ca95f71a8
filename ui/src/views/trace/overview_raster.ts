// The whole trace as a small picture, one pixel row for one or many spans. Written straight into
// pixels: 100,000 fillRect calls would take ten times as long.

import { kHasError, type Trace } from "../../api/trace";

const kBarPixelsMax = 5;   // per span at most, so that a trace of two spans does not shout
const kErrorMarkPixels = 4;

// "#rrggbb" as the pixel of a little-endian RGBA image.
export function pixelOf(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  return ((255 << 24) | (b! << 16) | (g! << 8) | r!) >>> 0;
}

export function rasterise(trace: Trace, serviceColours: readonly string[], error: string,
                          width: number, height: number): Uint32Array<ArrayBuffer> {
  const pixels = new Uint32Array(width * height);
  const services = serviceColours.map(pixelOf);
  const errorPixel = pixelOf(error);
  const perRow = Math.min(kBarPixelsMax, height / Math.max(1, trace.count));
  const scale = width / Math.max(trace.duration, 1);
  // Errors in a second turn: where many spans share a pixel row, the error must win.
  for (const isErrorTurn of [false, true]) {
    for (let row = 0; row < trace.count; ++row) {
      const hasError = (trace.flags[row]! & kHasError) !== 0;
      if (hasError !== isErrorTurn) continue;
      const top = Math.floor(row * perRow);
      const bottom = Math.max(top + 1, Math.floor((row + 1) * perRow - (perRow >= 3 ? 1 : 0)));
      const left = Math.min(width - 1, Math.floor(trace.offset[row]! * scale));
      const right = Math.min(width, Math.max(
        left + 1, Math.ceil((trace.offset[row]! + trace.spanDuration[row]!) * scale)));
      const service = services[trace.service[row]!]!;
      for (let y = top; y < bottom && y < height; ++y) {
        pixels.fill(service, y * width + left, y * width + right);
        if (!hasError) continue;
        const markEnd = Math.min(width, left + kErrorMarkPixels);
        pixels.fill(errorPixel, y * width + left, y * width + markEnd);
      }
    }
  }
  return pixels;
}
