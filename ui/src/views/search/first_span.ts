// What a newcomer with an empty store needs: where to send, and commands that work as they are.
// Ports are the defaults; only the server's log knows others.

export interface Door {
  name: string;
  address: string;
}

// The page's own address: whoever reached it reaches the other ports by the same name.
export type Place = Pick<Location, "protocol" | "hostname">;

const hostOf = (place: Place) => place.hostname || "127.0.0.1";

function origin(place: Place, port: number): string {
  return `${place.protocol === "https:" ? "https:" : "http:"}//${hostOf(place)}:${port}`;
}

export function doors(place: Place): Door[] {
  return [
    { name: "OTLP HTTP", address: origin(place, 4318) },
    { name: "OTLP gRPC", address: `${hostOf(place)}:4317` },
    { name: "Jaeger Thrift HTTP", address: `${origin(place, 14268)}/api/traces` },
    { name: "Zipkin", address: `${origin(place, 9411)}/api/v2/spans` },
  ];
}

// Sends one span that has just ended at `nowMillis`.
export function spanCommand(place: Place, nowMillis: number, traceId: string, spanId: string): string {
  const end = BigInt(nowMillis) * 1_000_000n;
  const span = {
    traceId, spanId, name: "hello", kind: 2,
    startTimeUnixNano: String(end - 25_000_000n), endTimeUnixNano: String(end),
  };
  const body = {
    resourceSpans: [{
      resource: { attributes: [{ key: "service.name", value: { stringValue: "my-service" } }] },
      scopeSpans: [{ spans: [span] }],
    }],
  };
  return `curl -i ${origin(place, 4318)}/v1/traces -H 'Content-Type: application/json' -d '` +
    `${JSON.stringify(body)}'`;
}

// For a program with any OpenTelemetry SDK; not all of them speak HTTP unless told.
export function sdkSettings(place: Place): string {
  return "export OTEL_SERVICE_NAME=my-service OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf " +
    `OTEL_EXPORTER_OTLP_ENDPOINT=${origin(place, 4318)}`;
}
