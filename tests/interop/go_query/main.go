// Asks Jaeger's query services with the client Jaeger 1.50 ships. Each line of stdin is a question,
// "SERVICE.METHOD REQUEST" with the request as JSON; it is answered with a JSON line for each message
// and one of the status.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/gogo/protobuf/jsonpb"
	"github.com/gogo/protobuf/proto"
	_ "github.com/jaegertracing/jaeger/pkg/gogocodec"
	"github.com/jaegertracing/jaeger/proto-gen/api_v2"
	"github.com/jaegertracing/jaeger/proto-gen/api_v2/metrics"
	"github.com/jaegertracing/jaeger/proto-gen/api_v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
)

const timeout = 30 * time.Second

// What a question is answered with, message by message, until io.EOF.
type answers func() (proto.Message, error)

type method func(ctx context.Context, request string) answers

func failed(err error) answers {
	return func() (proto.Message, error) { return nil, err }
}

func read[R any](text string) (*R, error) {
	request := new(R)
	return request, jsonpb.UnmarshalString(text, any(request).(proto.Message))
}

func unary[R any, M proto.Message](
	call func(context.Context, *R, ...grpc.CallOption) (M, error)) method {
	return func(ctx context.Context, text string) answers {
		request, err := read[R](text)
		if err != nil {
			return failed(err)
		}
		message, err := call(ctx, request)
		return func() (proto.Message, error) {
			before := err
			err = io.EOF
			return message, before
		}
	}
}

func stream[R any, M proto.Message, S interface{ Recv() (M, error) }](
	call func(context.Context, *R, ...grpc.CallOption) (S, error)) method {
	return func(ctx context.Context, text string) answers {
		request, err := read[R](text)
		if err != nil {
			return failed(err)
		}
		messages, err := call(ctx, request)
		if err != nil {
			return failed(err)
		}
		return func() (proto.Message, error) { return messages.Recv() }
	}
}

func methods(conn *grpc.ClientConn) map[string]method {
	v2, v3 := api_v2.NewQueryServiceClient(conn), api_v3.NewQueryServiceClient(conn)
	return map[string]method{
		"v2.GetTrace":                stream(v2.GetTrace),
		"v2.FindTraces":              stream(v2.FindTraces),
		"v2.GetServices":             unary(v2.GetServices),
		"v2.GetOperations":           unary(v2.GetOperations),
		"v2.GetDependencies":         unary(v2.GetDependencies),
		"v2.ArchiveTrace":            unary(v2.ArchiveTrace),
		"v3.GetTrace":                stream(v3.GetTrace),
		"v3.FindTraces":              stream(v3.FindTraces),
		"v3.GetServices":             unary(v3.GetServices),
		"v3.GetOperations":           unary(v3.GetOperations),
		"metrics.GetMinStepDuration": unary(metrics.NewMetricsQueryServiceClient(conn).GetMinStepDuration),
	}
}

func ask(one method, request string) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	next := one(ctx, request)
	for {
		message, err := next()
		if err == io.EOF {
			err = nil
		} else if err == nil {
			var line bytes.Buffer
			must((&jsonpb.Marshaler{OrigName: true}).Marshal(&line, message))
			fmt.Println(line.String())
			continue
		}
		line, _ := json.Marshal(map[string]string{
			"code": status.Code(err).String(), "message": status.Convert(err).Message()})
		fmt.Println(string(line))
		return
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	conn, err := grpc.Dial(os.Args[1], grpc.WithTransportCredentials(insecure.NewCredentials()))
	must(err)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		name, request, _ := strings.Cut(lines.Text(), " ")
		ask(methods(conn)[name], request)
	}
	must(lines.Err())
}
