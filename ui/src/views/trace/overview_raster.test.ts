import { expect, it } from "vitest";

import { buildTrace } from "../../api/trace";
import { pixelOf, rasterise } from "./overview_raster";

it("paints spans where they lie, errors on top", () => {
  const trace = buildTrace({
    traceID: "t", processes: { p: { serviceName: "s" } }, spans: [
      { traceID: "t", spanID: "a", processID: "p", startTime: 0, duration: 100 },
      { traceID: "t", spanID: "b", processID: "p", startTime: 50, duration: 50,
        tags: [{ key: "error", value: true }],
        references: [{ refType: "CHILD_OF", traceID: "t", spanID: "a" }] },
    ],
  });
  const service = pixelOf("#2773c0"), error = pixelOf("#ff0000");
  expect([service, error]).toEqual([0xffc07327, 0xff0000ff]);
  const pixels = rasterise(trace, ["#2773c0"], "#ff0000", 10, 4);
  const line = (y: number) => [...pixels.subarray(y * 10, y * 10 + 10)];
  expect(line(0)).toEqual(Array(10).fill(service));
  expect(line(2)).toEqual([...Array(5).fill(0), ...Array(4).fill(error), service]);
});

it("keeps an error visible among 100,000 spans", () => {
  const spans = Array.from({ length: 100_000 }, (_, i) => ({
    traceID: "t", spanID: "s" + i, startTime: 0, duration: 1000,
    tags: i === 50_000 ? [{ key: "error", value: true }] : [],
  }));
  const trace = buildTrace({ traceID: "t", processes: {}, spans });
  const error = pixelOf("#ff0000");
  expect(rasterise(trace, ["#2773c0"], "#ff0000", 200, 60).includes(error)).toBe(true);
});
