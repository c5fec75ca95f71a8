"""Sends lines by the client named first to the address named second: elasticsearch (helpers.bulk, any
release) or fluent (fluent-logger). Prints what the client said of it, as JSON."""

import json
import sys

TRACE, SPAN = "0102030405060708090a0b0c0d0e0f10", "00000000000000ab"
FIELDS = {"text": "café <b>", "status": 503, "big": -9007199254740993, "ratio": 0.5, "ok": True,
          "tags": ["a", "b"], "http": {"method": "GET"}}


def elasticsearch(url):
    from elasticsearch import Elasticsearch, __version__, helpers
    client = Elasticsearch([url], http_compress=True)
    service = f"python-es{__version__[0]}"
    documents = [{"_index": "app", "_id": f"{service}-{number}",
                  "@timestamp": f"2023-11-14T22:13:20.{number * 250}Z", "message": f"line {number}",
                  "log.level": "warn", "trace": {"id": TRACE}, "span": {"id": SPAN},
                  "service": {"name": service}, **FIELDS} for number in (1, 2)]
    stored, errors = helpers.bulk(client, documents, stats_only=False)
    # An answer that got lost: the same documents once more are the same lines.
    helpers.bulk(client, documents)
    refused = helpers.bulk(client, [{"_op_type": "update", "_index": "app", "_id": "1", "doc": {}}],
                           raise_on_error=False)[1]
    client.close()
    return {"stored": stored, "errors": errors, "refused": refused[0]["update"]["status"]}


def fluent(address):
    from fluent.sender import EventTime, FluentSender
    host, port = address.split(":")
    sender = FluentSender("app", host=host, port=int(port), timeout=20)
    sent = [sender.emit_with_time("sub", EventTime(1_700_000_000 + number / 4), {
        "message": f"line {number}", "level": "warn", "trace_id": TRACE, "span_id": SPAN,
        "service": "python-fluent", **FIELDS}) for number in (1, 2)]
    sender.close()
    return {"sent": sent, "error": str(sender.last_error or "")}


client, address = sys.argv[1:]
print(json.dumps({"elasticsearch": elasticsearch, "fluent": fluent}[client](address)))
