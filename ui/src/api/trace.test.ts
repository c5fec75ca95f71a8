import { describe, expect, it } from "vitest";

import {
  buildTrace, kHasError, kHasEvents, kMissingParent, serviceName, spanDetails, spanId, spanName,
} from "./trace";

interface Given {
  parent?: string;
  start?: number;
  duration?: number;
  service?: string;
  tags?: object[];
  logs?: object[];
}

function traceOf(spans: Record<string, Given>) {
  const services = [...new Set(Object.values(spans).map((span) => span.service ?? "svc"))];
  return buildTrace({
    traceID: "t",
    processes: Object.fromEntries(services.map((name) => [
      name, { serviceName: name, tags: [{ key: "host", type: "string", value: "h-" + name }] },
    ])),
    spans: Object.entries(spans).map(([id, span]) => ({
      traceID: "t", spanID: id, operationName: "op-" + id, processID: span.service ?? "svc",
      references: span.parent ? [{ refType: "CHILD_OF", traceID: "t", spanID: span.parent }] : [],
      startTime: 1000 + (span.start ?? 0), duration: span.duration ?? 10, tags: span.tags ?? [],
      logs: span.logs ?? [],
    })),
  });
}

const ids = (trace: ReturnType<typeof buildTrace>) => trace.spans.map((_, row) => spanId(trace, row));

describe("buildTrace", () => {
  it("puts parents before children and children by start", () => {
    const trace = traceOf({
      c: { parent: "a", start: 6 }, b: { parent: "a", start: 2 }, a: { duration: 20 },
      d: { parent: "b", start: 3 },
    });
    expect(ids(trace)).toEqual(["a", "b", "d", "c"]);
    expect([...trace.parent]).toEqual([-1, 0, 1, 0]);
    expect([...trace.depth]).toEqual([0, 1, 2, 1]);
    expect([...trace.end]).toEqual([4, 3, 3, 4]);
    expect([...trace.childCount]).toEqual([2, 1, 0, 0]);
    expect([trace.start, trace.duration, trace.depthMax]).toEqual([1000, 20, 2]);
    expect(spanName(trace, 1)).toBe("op-b");
    expect(trace.rowOfSpan.get("c")).toBe(3);
  });

  it("is empty for nothing", () => {
    for (const raw of [undefined, null, {}, { spans: [] }, "odd"]) {
      expect(buildTrace(raw)).toMatchObject({ count: 0, duration: 0, start: 0 });
    }
  });

  it("shows spans whose parent is not stored as marked roots", () => {
    const trace = traceOf({ a: {}, b: { parent: "gone", start: 1 } });
    expect([...trace.parent]).toEqual([-1, -1]);
    expect([...trace.flags].map((flags) => flags & kMissingParent)).toEqual([0, kMissingParent]);
  });

  it("cuts circles and self-parents, and loses no span", () => {
    const trace = traceOf({
      root: {}, self: { parent: "self", start: 1 },
      x: { parent: "z", start: 4 }, y: { parent: "x", start: 5 }, z: { parent: "y", start: 6 },
      tail: { parent: "y", start: 2 },
    });
    expect(new Set(ids(trace)).size).toBe(6);
    expect(trace.count).toBe(6);
    expect(trace.depthMax).toBe(2);
  });

  it("keeps spans that share an id", () => {
    const trace = buildTrace({
      traceID: "t", processes: {}, spans: [
        { traceID: "t", spanID: "a", startTime: 1, duration: 5 },
        { traceID: "t", spanID: "a", startTime: 2, duration: 1 },
      ],
    });
    expect(trace.count).toBe(2);
  });

  it("counts self time once for overlapping and overhanging children", () => {
    const trace = traceOf({
      a: { duration: 100 }, b: { parent: "a", start: 10, duration: 30 },
      c: { parent: "a", start: 20, duration: 40 }, d: { parent: "a", start: 90, duration: 50 },
    });
    expect([...trace.selfTime]).toEqual([40, 30, 40, 50]);
  });

  it("lists services by self time with their errors", () => {
    const error = [{ key: "error", type: "bool", value: true }];
    const trace = traceOf({
      a: { service: "front", duration: 10 },
      b: { service: "back", parent: "a", start: 1, duration: 8, tags: error },
    });
    expect(trace.services).toEqual([
      { name: "back", spanCount: 1, errorCount: 1, selfTime: 8 },
      { name: "front", spanCount: 1, errorCount: 0, selfTime: 2 },
    ]);
    expect(serviceName(trace, 0)).toBe("front");
    expect([trace.errorCount, trace.flags[1]! & kHasError]).toEqual([1, kHasError]);
    expect(trace.processTags(1)).toEqual([{ key: "host", type: "string", value: "h-back" }]);
  });

  it("builds 100,000 spans, also as one chain, without recursion", () => {
    const count = 100_000;
    const spans = Array.from({ length: count }, (_, i) => ({
      traceID: "t", spanID: "s" + i, startTime: i, duration: 2 * count - i,
      references: i ? [{ refType: "CHILD_OF", traceID: "t", spanID: "s" + (i - 1) }] : [],
    }));
    const trace = buildTrace({ traceID: "t", spans, processes: {} });
    expect(trace.depthMax).toBe(count - 1);
    expect(trace.end[0]).toBe(count);
  });
});

it("decodes a span in full", () => {
  const trace = traceOf({
    a: {
      tags: [
        { key: "otel.scope.name", value: "lib" }, { key: "otel.scope.version", value: "1.2" },
        { key: "span.kind", value: "server" }, { key: "otel.status_code", value: "ERROR" },
        { key: "otel.status_description", value: "boom" }, { key: "n", type: "int64", value: 7 },
      ],
      logs: [
        { timestamp: 1005, fields: [{ key: "event", value: "later" }] },
        { timestamp: 1001, fields: [{ key: "event", value: "retry" }, { key: "n", value: 1 }] },
      ],
    },
  });
  expect(trace.flags[0]! & kHasEvents).toBe(kHasEvents);
  expect(spanDetails(trace, 0)).toMatchObject({
    name: "op-a", kind: "server", status: "ERROR", statusMessage: "boom", scope: "lib 1.2",
    attributes: [{ key: "n", type: "int64", value: "7" }],
    events: [{ time: 1001, name: "retry", attributes: [{ key: "n", type: "number", value: "1" }] },
      { time: 1005, name: "later", attributes: [] }],
  });
});
