// gRPC by hand over node:http2, for tests that send what no gRPC library would. Reads one JSON
// object a line from stdin and answers with one line each: {"calls": [{path, body (base64 of the
// frames), headers, reset, hold, late}], port}. All calls of a line run at once on one connection.
// Answer: [{http, headers, trailers, body (base64), error, goaway, maxConcurrentStreams}]. A call to
// `hold` is answered with its first bytes; the line {"held": true} waits for the end of all held ones
// and answers with them. A `late` call is held, too, and sends only half of its body until the line
// {"finish": true}; it is answered as soon as the server has that half.
import http2 from "node:http2";
import readline from "node:readline";

const held = [];
const late = [];

function call(session, { path, body, headers = {}, reset = false, hold = false, late: isLate = false }) {
  const answer = { http: 0, headers: {}, trailers: {}, body: "", error: "", goaway: false };
  const stream = session.request({
    ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...headers,
  });
  const chunks = [];
  session.once("goaway", () => { answer.goaway = true; });
  const answered = () => ({ ...answer, body: Buffer.concat(chunks).toString("base64"),
                            maxConcurrentStreams: session.remoteSettings?.maxConcurrentStreams });
  stream.on("response", (fields) => {
    answer.http = fields[":status"];
    answer.headers = fields;
    if (fields["grpc-status"] !== undefined) answer.trailers = fields;
  });
  stream.on("trailers", (fields) => { answer.trailers = fields; });
  stream.on("data", (chunk) => chunks.push(chunk));
  stream.on("error", (error) => { answer.error = String(error.code ?? error); });
  const ended = new Promise((resolve) => stream.on("close", () => resolve(answered())));
  const bytes = Buffer.from(body, "base64");
  if (reset) {
    stream.write(bytes.subarray(0, Math.max(1, bytes.length - 1)));
    setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 20);
  } else if (isLate) {
    const half = bytes.length >> 1;
    late.push(() => stream.end(bytes.subarray(half)));
    held.push(ended);
    return new Promise((resolve) => stream.write(bytes.subarray(0, half), () => resolve(answered())));
  } else {
    stream.end(bytes);
  }
  if (!hold) return ended;
  held.push(ended);
  return Promise.race([new Promise((resolve) => stream.once("data", () => resolve(answered()))),
                       ended]);
}

async function answersTo({ port, calls, held: wantsHeld, finish }) {
  if (finish) return late.splice(0).forEach((send) => send()) ?? [];
  if (wantsHeld) return Promise.all(held.splice(0));
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.setMaxListeners(0);
  session.on("error", () => {});
  const answers = await Promise.all(calls.map((one) => call(session, one)));
  // Answered once the server has read all that came before it; of several it thinks ill.
  if (calls.some((one) => one.late)) await new Promise((resolve) => session.ping(resolve));
  session.close();  // once its held streams have ended
  return answers;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answersTo(JSON.parse(line))) + "\n");
}
