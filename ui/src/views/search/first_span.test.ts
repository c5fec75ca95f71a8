import { expect, test } from "vitest";

import { doors, sdkSettings, spanCommand } from "./first_span";

const here = { protocol: "http:", hostname: "10.0.0.7" };
const kTraceId = "0af7651916cd43dd8448eb211c80319c", kSpanId = "b7ad6b7169203331";

test("the command holds a whole OTLP request that the shell passes on as it is", () => {
  const command = spanCommand(here, 1_700_000_000_000, kTraceId, kSpanId);
  const body = /^curl -i http:\/\/10\.0\.0\.7:4318\/v1\/traces .* -d '([^']*)'$/.exec(command)?.[1];
  const request = JSON.parse(body!) as { resourceSpans: { scopeSpans: { spans: unknown[] }[] }[] };
  expect(request.resourceSpans[0]!.scopeSpans[0]!.spans).toEqual([{
    traceId: kTraceId, spanId: kSpanId, name: "hello", kind: 2,
    startTimeUnixNano: "1699999999975000000", endTimeUnixNano: "1700000000000000000",
  }]);
});

test("a page that came by TLS names ports that speak TLS", () => {
  const secure = { protocol: "https:", hostname: "traces.example" };
  expect(spanCommand(secure, 0, kTraceId, kSpanId)).toContain("curl -i https://traces.example:4318/");
  expect(sdkSettings(secure)).toContain("OTEL_EXPORTER_OTLP_ENDPOINT=https://traces.example:4318");
});

test("each door is at the host the page came from", () => {
  expect(doors(here).map((door) => door.address)).toEqual([
    "http://10.0.0.7:4318", "10.0.0.7:4317", "http://10.0.0.7:14268/api/traces",
    "http://10.0.0.7:9411/api/v2/spans",
  ]);
});
