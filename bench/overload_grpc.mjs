// The gRPC half of overload.py: unary calls with one body made beforehand. Reads one JSON object a
// line: {port, path, body (a file with the framed message), connections, seconds, clients} for a
// closed loop or {..., rate} for an open one, whose calls leave on time whether or not others were
// answered. Answers {codes, told (refusals with RetryInfo), sent, notSent, latencies (s), errors}.
import http2 from "node:http2";
import fs from "node:fs";
import readline from "node:readline";

const OUTSTANDING_MAX = 20000;

function connect({ port, connections }) {
  return Promise.all(Array.from({ length: connections }, () => new Promise((resolve, reject) => {
    const session = http2.connect(`http://127.0.0.1:${port}`, {
      settings: { initialWindowSize: 1 << 20 }, peerMaxConcurrentStreams: 100,
      maxSessionMemory: 8192 });  // in MB; past it node itself would end streams
    session.once("connect", () => resolve(session));
    session.once("error", reject);
  })));
}

async function run(task) {
  const sessions = await connect(task);
  const body = fs.readFileSync(task.body);
  const result = { codes: {}, told: 0, sent: 0, notSent: 0, latencies: [], errors: {} };
  const end = performance.now() + task.seconds * 1000;
  let outstanding = 0;
  let turn = 0;

  function call() {
    const started = performance.now();
    const session = sessions[turn++ % sessions.length];
    outstanding += 1;
    result.sent += 1;
    return new Promise((resolve) => {
      const stream = session.request({
        ":method": "POST", ":path": task.path, "content-type": "application/grpc", te: "trailers",
        "grpc-encoding": "gzip", "grpc-timeout": "10S" });
      let fields = {};
      stream.on("response", (headers) => { fields = headers; });
      stream.on("trailers", (trailers) => { fields = trailers; });
      stream.on("error", (error) => {
        if (fields["grpc-status"] !== undefined) return;  // a refusal cuts off what is still sent
        const name = error.message ?? String(error);
        result.errors[name] = (result.errors[name] ?? 0) + 1;
      });
      stream.on("close", () => {
        outstanding -= 1;
        const now = performance.now();
        const code = fields["grpc-status"];
        if (code !== undefined && now < end) {
          result.codes[code] = (result.codes[code] ?? 0) + 1;
          if (code === "0") result.latencies.push((now - started) / 1000);
          if (code !== "0" && fields["grpc-status-details-bin"] !== undefined) result.told += 1;
        }
        resolve();
      });
      stream.resume();
      stream.end(body);
    });
  }

  if (task.rate === undefined) {
    const client = async () => { while (performance.now() < end) await call(); };
    await Promise.all(Array.from({ length: task.clients }, client));
  } else {
    const begin = performance.now();
    let due = 0;
    while (performance.now() < end) {
      for (const now = (performance.now() - begin) / 1000 * task.rate; due < now; ++due) {
        if (outstanding < OUTSTANDING_MAX) call(); else result.notSent += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const grace = performance.now() + 20000;
    while (outstanding > 0 && performance.now() < grace) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  for (const session of sessions) session.destroy();
  return result;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await run(JSON.parse(line))) + "\n");
}
