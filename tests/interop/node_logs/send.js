// Sends one trace or one batch of logs with the client named first to the address named second, and
// prints the ids it made, as JSON.
'use strict';

const TRACE = '0102030405060708090a0b0c0d0e0f10';
const SPAN = '00000000000000ab';

// A client and a server span that share an id, as Zipkin's own tracers make them.
async function zipkin(url) {
  const {Tracer, BatchRecorder, ExplicitContext, InetAddress, Annotation,
    jsonEncoder: {JSON_V2}} = require('zipkin');
  const {HttpLogger} = require('zipkin-transport-http');
  const logger = new HttpLogger({endpoint: `${url}/api/v2/spans`, jsonEncoder: JSON_V2,
    httpInterval: 50});
  const sent = new Promise((resolve, reject) => {
    logger.on('success', resolve);
    logger.on('error', reject);
    setTimeout(reject, 20000);  // the logger's own timers do not keep the process alive
  });
  const recorder = new BatchRecorder({logger});
  const ctxImpl = new ExplicitContext();
  const tracer = new Tracer({ctxImpl, recorder, localServiceName: 'front', traceId128Bit: true});
  const id = tracer.createRootId();
  tracer.scoped(() => {
    tracer.setId(id);
    tracer.recordServiceName('front');
    tracer.recordRpc('get');
    tracer.recordBinary('http.path', '/cart');
    tracer.recordAnnotation(new Annotation.ClientSend());
    tracer.recordAnnotation(new Annotation.ServerAddr({serviceName: 'back',
      host: new InetAddress('10.0.0.2'), port: 8080}));
    tracer.recordMessage('retry');
    tracer.recordBinary('error', 'reset by peer');
    tracer.recordAnnotation(new Annotation.ClientRecv());
  });
  await sent;
  return {traceID: id.traceId, spanID: id.spanId};
}

async function otel(url) {
  const {ZipkinExporter} = require('@opentelemetry/exporter-zipkin');
  const {BasicTracerProvider, SimpleSpanProcessor} = require('@opentelemetry/sdk-trace-base');
  const {SpanKind, SpanStatusCode} = require('@opentelemetry/api');
  const {resourceFromAttributes} = require('@opentelemetry/resources');
  const exporter = new ZipkinExporter({url: `${url}/api/v2/spans`});
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({'service.name': 'otel-front', 'service.version': '3'}),
    spanProcessors: [new SimpleSpanProcessor(exporter)]});
  const span = provider.getTracer('lib', '1.2').startSpan('work', {kind: SpanKind.PRODUCER,
    startTime: [1700000000, 1000], attributes: {text: 'a', number: 5, flag: true}});
  span.addEvent('retry', {n: 1}, [1700000000, 2000]);
  span.setStatus({code: SpanStatusCode.ERROR, message: 'too late'});
  span.end([1700000000, 501000]);
  await provider.forceFlush();
  await provider.shutdown();
  return {traceID: span.spanContext().traceId, spanID: span.spanContext().spanId};
}

async function elasticsearch(url) {
  const {Client} = require('@elastic/elasticsearch');
  const client = new Client({node: url, compression: true});
  const info = await client.info();
  const dropped = [];
  const result = await client.helpers.bulk({
    datasource: [
      {'@timestamp': '2023-11-14T22:13:20.123Z', message: 'from elastic', 'log.level': 'warn',
        'trace.id': TRACE, 'span.id': SPAN, service: {name: 'es-svc'}, status: 503},
      {message: 'second', ratio: 0.5, tags: ['a', 'b']}],
    onDocument: () => ({create: {_index: 'app'}}),
    onDrop: (doc) => dropped.push(doc),
  });
  const one = await client.index({index: 'single', id: '7', document: {message: 'alone'}});
  const refused = await client.bulk({operations: [{update: {_index: 'app', _id: '1'}}, {doc: {}}]});
  await client.close();
  return {version: info.version.number, successful: result.successful, failed: result.failed,
    dropped: dropped.length, result: one.result, id: one._id, errors: refused.errors,
    status: refused.items[0].update.status};
}

async function fluent(address) {
  const {FluentClient, EventTime} = require('@fluent-org/logger');
  const [host, port, key] = address.split('|');
  const client = new FluentClient('app', {eventMode: 'CompressedPackedForward',
    ack: {ackTimeout: 20000}, socket: {host, port: Number(port), timeout: 20000},
    ...(key ? {security: {clientHostname: 'here', sharedKey: key, username: 'logger',
      password: 'secret'}} : {})});
  await Promise.all([1, 2].map((n) => client.emit('sub',
      {message: `line ${n}`, level: 'info', trace_id: TRACE, n}, new EventTime(1700000000, n))));
  await client.shutdown();
  return {acknowledged: 2};
}

const [client, address] = process.argv.slice(2);
({zipkin, otel, elasticsearch, fluent})[client](address).then(
    (made) => { console.log(JSON.stringify(made)); process.exit(0); },
    (error) => { console.error(error); process.exit(1); });
