// Sends lines by the client named first to the address named second: elasticsearch (go-elasticsearch's
// BulkIndexer, URL) or fluent (fluent-logger-golang with acknowledgement, host:port). Prints what the
// client said of it, as JSON. Release 7, as 8 brings a thousand packages that take minutes to compile.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/elastic/go-elasticsearch/v7"
	"github.com/elastic/go-elasticsearch/v7/esutil"
	"github.com/fluent/fluent-logger-golang/fluent"
)

const (
	traceID = "0102030405060708090a0b0c0d0e0f10"
	spanID  = "00000000000000ab"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fields() map[string]any {
	return map[string]any{"text": "café <b>", "status": 503, "big": int64(-9007199254740993), "ratio": 0.5,
		"ok": true, "tags": []string{"a", "b"}, "http": map[string]any{"method": "GET"}}
}

func document(service string, number int) []byte {
	line := fields()
	line["@timestamp"] = fmt.Sprintf("2023-11-14T22:13:20.%03dZ", number*250)
	line["message"] = fmt.Sprintf("line %d", number)
	line["log.level"] = "warn"
	line["trace"] = map[string]string{"id": traceID}
	line["span"] = map[string]string{"id": spanID}
	line["service"] = map[string]string{"name": service}
	text, err := json.Marshal(line)
	must(err)
	return text
}

func bulk(url string) any {
	client, err := elasticsearch.NewClient(elasticsearch.Config{Addresses: []string{url},
		EnableRetryOnTimeout: true})
	must(err)
	indexer, err := esutil.NewBulkIndexer(esutil.BulkIndexerConfig{Client: client, Index: "app"})
	must(err)
	var stored atomic.Int64
	for number := 1; number <= 2; number++ {
		must(indexer.Add(context.Background(), esutil.BulkIndexerItem{Action: "create",
			Body: bytes.NewReader(document("go-elasticsearch", number)),
			OnSuccess: func(context.Context, esutil.BulkIndexerItem, esutil.BulkIndexerResponseItem) {
				stored.Add(1)
			}}))
	}
	must(indexer.Close(context.Background()))
	return map[string]any{"stored": stored.Load(), "failed": indexer.Stats().NumFailed}
}

// Each post returns when the line is acknowledged.
func fluentWithAck(address string) any {
	host, text, err := net.SplitHostPort(address)
	must(err)
	port, err := strconv.Atoi(text)
	must(err)
	logger, err := fluent.New(fluent.Config{FluentHost: host, FluentPort: port, RequestAck: true,
		SubSecondPrecision: true, MaxRetry: 1})
	must(err)
	acknowledged := 0
	for number := 1; number <= 2; number++ {
		line := fields()
		line["message"] = fmt.Sprintf("line %d", number)
		line["level"] = "warn"
		line["trace_id"] = traceID
		line["span_id"] = spanID
		line["service"] = "go-fluent"
		must(logger.PostWithTime("app.sub", time.Unix(1700000000, int64(number)*250_000_000), line))
		acknowledged++
	}
	must(logger.Close())
	return map[string]any{"acknowledged": acknowledged}
}

func main() {
	send := map[string]func(string) any{"elasticsearch": bulk, "fluent": fluentWithAck}[os.Args[1]]
	must(json.NewEncoder(os.Stdout).Encode(send(os.Args[2])))
}
