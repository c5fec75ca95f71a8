import { expect, it } from "vitest";

import { decodeLogLine } from "./logs";

it("reads a record", () => {
  expect(decodeLogLine({
    timeUnixNano: "1700000000000001000", severityText: "WARN", severityNumber: 13, body: "slow",
    traceID: "a", spanID: "b", serviceName: "api",
    attributes: [{ key: "n", type: "int64", value: 4 }],
  })).toEqual({
    time: 1_700_000_000_000_001, severity: "warn", severityText: "WARN", body: "slow", spanId: "b",
    service: "api", attributes: [{ key: "n", type: "int64", value: "4" }],
  });
});

it("knows the severity from number or text, and shows structured bodies", () => {
  expect(decodeLogLine({ severityNumber: "17", body: { a: 1 } }))
    .toMatchObject({ severity: "error", severityText: "ERROR", body: '{"a":1}' });
  expect(decodeLogLine({ severityText: "Information" }).severity).toBe("info");
  expect(decodeLogLine({ severityNumber: 99 }).severity).toBe("none");
  expect(decodeLogLine({ observedTimeUnixNano: "5000" }).time).toBe(5);
});
