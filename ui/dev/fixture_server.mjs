// The query API with made-up data, for `npm run dev` without a real server, and for looking at
// traces no demo sends: 5,000 and 100,000 spans, hostile names. Serves built files too:
//
//   node dev/fixture_server.mjs [PORT] [DIST]    (port 0 prints the one it got)

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const kPort = Number(process.argv[2] ?? 16690);
const kDist = process.argv[3] ?? "dist";
const kPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

// Park and Miller's generator: the same data on every run.
let seed = 20_26;
const random = () => (seed = (seed * 48271) % 0x7fffffff) / 0x7fffffff;
const pick = (list) => list[Math.floor(random() * list.length)];
const hex = (digits) => Array.from({ length: digits }, () => pick([..."0123456789abcdef"])).join("");

const kOperations = {
  "dashboard2ui": ["GET /api/namespaces", "GET /api/pods", "POST /api/deployments"],
  "dashboard2api": ["dashboard.Dashboard/ListNamespaces", "dashboard.Dashboard/ListPods"],
  "kube-apiserver": ["GET /api/v1/namespaces", "GET /api/v1/pods", "WATCH pods"],
  "redis": ["GET", "SETEX", "MGET"],
  "auth": ["auth.Sessions/Check", "auth.Sessions/Refresh"],
  "postgres": ["SELECT sessions", "INSERT audit"],
  "audit-writer": ["audit.record publish", "audit.record process"],
};
const kServices = Object.keys(kOperations);
const tag = (key, value, type = "string") => ({ key, type, value });

class TraceMaker {
  constructor(start) {
    this.traceId = hex(32);
    this.start = start;
    this.spans = [];
    this.logs = [];
  }

  add(service, name, offset, duration, parent, tags = [], options = {}) {
    const span = {
      traceID: this.traceId, spanID: hex(16), operationName: name, processID: service,
      startTime: this.start + Math.round(offset), duration: Math.round(duration), flags: 1,
      references: parent ? [{ refType: "CHILD_OF", traceID: this.traceId, spanID: parent.spanID }] : [],
      tags: [tag("otel.scope.name", "spanhound.http"), tag("otel.scope.version", "0.1.0"),
        tag("span.kind", options.kind ?? "internal"), ...tags], logs: options.logs ?? [], warnings: null,
    };
    if (options.error) {
      span.tags.push(tag("otel.status_code", "ERROR"), tag("error", true, "bool"),
        tag("otel.status_description", options.error));
    }
    this.spans.push(span);
    return span;
  }

  log(span, offset, severity, body, attributes = []) {
    const numbers = { DEBUG: 5, INFO: 9, WARN: 13, ERROR: 17 };
    this.logs.push({
      timeUnixNano: String(BigInt(span.startTime + offset) * 1000n), severityText: severity,
      severityNumber: numbers[severity], body, traceID: this.traceId, spanID: span.spanID,
      serviceName: span.processID, attributes,
    });
  }

  json() {
    const processes = Object.fromEntries([...new Set(this.spans.map((s) => s.processID))].map((name) => [
      name, { serviceName: name, tags: [tag("host.name", "node-7"), tag("service.version", "1.4.2"),
        tag("telemetry.sdk.language", "cpp"), tag("k8s.pod.name", `${name}-6bd9c7f5c4-x2x9q`)] }]));
    return { traceID: this.traceId, spans: this.spans, processes, warnings: null };
  }

  summary() {
    const services = new Map();
    let end = 0, errors = 0;
    for (const span of this.spans) {
      const isError = span.tags.some((t) => t.key === "error");
      const entry = services.get(span.processID) ?? { name: span.processID, spanCount: 0, errorCount: 0 };
      ++entry.spanCount;
      if (isError) ++entry.errorCount, ++errors;
      services.set(span.processID, entry);
      end = Math.max(end, span.startTime + span.duration);
    }
    return {
      traceID: this.traceId, rootServiceName: this.spans[0].processID,
      rootOperationName: this.spans[0].operationName,
      startTimeUnixNano: String(BigInt(this.start) * 1000n),
      durationNanos: String(BigInt(end - this.start) * 1000n), spanCount: this.spans.length,
      errorCount: errors, services: [...services.values()],
    };
  }
}

function dashboardTrace(start, scale, fails) {
  const made = new TraceMaker(start);
  const ms = (value) => value * 1000 * scale * (0.85 + random() * 0.3);
  const operation = pick(kOperations.dashboard2ui);
  const http = [tag("http.request.method", operation.split(" ")[0]), tag("url.path", operation.split(" ")[1]),
    tag("http.response.status_code", fails ? 502 : 200, "int64"), tag("server.address", "127.0.0.1"),
    tag("user_agent.original", "curl/7.88.1"), tag("url.full", "http://127.0.0.1:9090/api/namespaces")];
  const error = fails ? "upstream answered 500" : undefined;
  const root = made.add("dashboard2ui", operation, 0, ms(46), null, http, { kind: "server", error });
  const check = made.add("auth", "auth.Sessions/Check", ms(1), ms(5), root, [], { kind: "server" });
  made.add("redis", "GET", ms(2.2), ms(1.1), check, [tag("db.system", "redis"), tag("db.statement", "GET session:41")], { kind: "client" });
  const call = made.add("dashboard2ui", "dashboard.Dashboard/ListNamespaces", ms(7), ms(36), root,
    [tag("rpc.system", "grpc"), tag("rpc.grpc.status_code", fails ? 14 : 0, "int64")], { kind: "client", error });
  const back = made.add("dashboard2api", "dashboard.Dashboard/ListNamespaces", ms(8), ms(34), call,
    [tag("rpc.system", "grpc"), tag("baggage.request", "donuts")], { kind: "server", error,
      logs: [{ timestamp: start + Math.round(12_000 * scale), fields: [tag("event", "cache miss"), tag("key", "namespaces")] }] });
  made.add("redis", "GET", ms(9), ms(1.3), back, [tag("db.system", "redis"), tag("db.statement", "GET namespaces")], { kind: "client" });
  const list = made.add("dashboard2api", "GET /api/v1/namespaces", ms(12), ms(24), back,
    [tag("http.request.method", "GET"), tag("url.full", "https://kube.example/api/v1/namespaces")], { kind: "client", error });
  made.add("kube-apiserver", "GET /api/v1/namespaces", ms(13), ms(21), list, http, { kind: "server", error });
  if (!fails) made.add("redis", "SETEX", ms(38), ms(1.6), back, [tag("db.system", "redis")], { kind: "client" });
  made.log(root, 400, "INFO", `request ${operation}`, [tag("remote", "127.0.0.1:50812")]);
  made.log(back, 900, "INFO", "listing namespaces for donuts", [tag("pspan_id", call.spanID)]);
  made.log(back, 3200, "DEBUG", "cache miss: namespaces");
  if (fails) made.log(list, 9000, "ERROR", "kubernetes answered 500: etcdserver: request timed out");
  else made.log(back, 30_000, "WARN", "kubernetes list took longer than 20 ms", [tag("took_ms", 24, "int64")]);
  made.log(root, 40_000, fails ? "ERROR" : "INFO", fails ? "502 after 46 ms" : "200 after 46 ms");
  return made;
}

function bigTrace(start, count) {
  const made = new TraceMaker(start);
  const total = 4_200_000;
  const open = [made.add("dashboard2ui", "POST /api/deployments", 0, total, null, [], { kind: "server" })];
  while (made.spans.length < count) {
    const parent = open[Math.floor(random() ** 1.6 * open.length)];
    const from = parent.startTime - start;
    const offset = from + random() * parent.duration * 0.8;
    const room = from + parent.duration - offset;
    const service = pick(kServices);
    const span = made.add(service, pick(kOperations[service]), offset, room * random() ** 2, parent,
      [tag("shard", String(made.spans.length % 16)), tag("db.statement", "SELECT 1")],
      { error: random() < 0.004 ? "deadline exceeded" : undefined });
    if (span.duration > 2000 && open.length < 600) open.push(span);
    if (random() < 0.02) made.log(span, 10, pick(["INFO", "DEBUG", "WARN"]), "step of a long job");
  }
  return made;
}

const kHostile = ["<img src=x onerror=window.hacked=1>", "javascript:window.hacked=1",
  "\"><script>window.hacked=1</script>", "\u202Egnirts desrever", "x".repeat(5000)];

function hostileTrace(start) {
  const made = new TraceMaker(start);
  const root = made.add(kHostile[0], kHostile[2], 0, 1000, null, [], {});
  for (const text of kHostile) {
    made.add("svc " + text, text, 10, 100, root, kHostile.map((value) => tag(text, value)));
    made.log(root, 5, "INFO", text, [tag(text, text)]);
  }
  const orphan = made.add("lost", "parent not stored", 500, 90, { spanID: hex(16) });
  made.log(orphan, 1, "WARN", "who am I?");
  return made;
}

const now = Date.now() * 1000;
const traces = Array.from({ length: 64 }, (_, i) => {
  const fails = random() < 0.12;
  const scale = Math.exp((random() - 0.35) * 1.6) * (fails ? 4 : 1) * (random() < 0.08 ? 9 : 1);
  return dashboardTrace(now - Math.round(i * 52e6 * (0.6 + random())) - 3e6, scale, fails);
});
traces.push(bigTrace(now - 400e6, 5000), bigTrace(now - 900e6, 100_000), hostileTrace(now - 60e6));
traces.sort((a, b) => b.start - a.start);
const big = traces.filter((trace) => trace.spans.length >= 5000);

function summaries(query) {
  const start = Number(query.get("start") ?? 0), end = Number(query.get("end") ?? Infinity);
  const tags = Object.entries(JSON.parse(query.get("tags") || "{}"));
  return traces.filter((trace) => trace.start >= start && trace.start <= end &&
    trace.spans.some((span) => (!query.get("service") || span.processID === query.get("service")) &&
      (!query.get("operation") || span.operationName === query.get("operation")) &&
      tags.every(([key, value]) => span.tags.some((t) => t.key === key && String(t.value) === value))))
    .slice(0, Number(query.get("limit") ?? 20)).map((trace) => trace.summary());
}

function answer(path, query) {
  if (path === "/api/services") return { data: kServices };
  if (path === "/api/operations") {
    return { data: (kOperations[query.get("service")] ?? []).map((name) => ({ name, spanKind: "server" })) };
  }
  if (path === "/api/trace-summaries") return { data: summaries(query) };
  const id = /^\/api\/traces\/(.+)$/.exec(path)?.[1] ?? query.get("traceID");
  const trace = traces.find((candidate) => candidate.traceId === id);
  if (!trace) return null;
  if (path === "/api/logs") {
    return { data: trace.logs.filter((l) => !query.get("spanID") || l.spanID === query.get("spanID")) };
  }
  return { data: [trace.json()] };
}

const kTypes = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml" };

async function serveFile(path, response) {
  const headers = { "Content-Security-Policy": kPolicy, "X-Content-Type-Options": "nosniff" };
  const file = normalize(path).replace(/^(\.\.[/\\])+/, "");
  try {
    const bytes = await readFile(join(kDist, file));
    response.writeHead(200, { ...headers, "Content-Type": kTypes[extname(file)] ?? "text/plain" });
    response.end(bytes);
  } catch {
    response.writeHead(200, { ...headers, "Content-Type": kTypes[".html"] });
    response.end(await readFile(join(kDist, "index.html")));
  }
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (!url.pathname.startsWith("/api/")) return serveFile(url.pathname, response);
  const body = answer(url.pathname, url.searchParams);
  response.writeHead(body ? 200 : 404, { "Content-Type": body ? "application/json" : "text/plain" });
  response.end(JSON.stringify(body ?? { data: null, errors: [{ code: 404, msg: "trace not found" }] }));
});
server.listen(kPort, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}/`);
  for (const trace of big) console.log(`${trace.spans.length} spans: /trace/${trace.traceId}`);
});
