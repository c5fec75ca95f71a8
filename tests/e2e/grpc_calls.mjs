// gRPC by hand over node:http2, for tests that send what no gRPC library would. Reads one JSON
// object a line from stdin and answers with one line each: {"calls": [{path, body (base64 of the
// frames), headers, resetAfter}], port}. All calls of a line run at once on one connection. Answer:
// [{http, headers, trailers, body (base64), error}].
import http2 from "node:http2";
import readline from "node:readline";

function call(session, { path, body, headers = {}, reset = false }) {
  return new Promise((resolve) => {
    const answer = { http: 0, headers: {}, trailers: {}, body: "", error: "" };
    const stream = session.request({
      ":method": "POST", ":path": path, "content-type": "application/grpc", te: "trailers", ...headers,
    });
    const chunks = [];
    const done = () => {
      answer.body = Buffer.concat(chunks).toString("base64");
      resolve(answer);
    };
    stream.on("response", (fields) => {
      answer.http = fields[":status"];
      answer.headers = fields;
      if (fields["grpc-status"] !== undefined) answer.trailers = fields;
    });
    stream.on("trailers", (fields) => { answer.trailers = fields; });
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("error", (error) => { answer.error = String(error.code ?? error); });
    stream.on("close", done);
    const bytes = Buffer.from(body, "base64");
    if (reset) {
      stream.write(bytes.subarray(0, Math.max(1, bytes.length - 1)));
      setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), 20);
    } else {
      stream.end(bytes);
    }
  });
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { port, calls } = JSON.parse(line);
  const session = http2.connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  const answers = await Promise.all(calls.map((one) => call(session, one)));
  session.close();
  process.stdout.write(JSON.stringify(answers) + "\n");
}
