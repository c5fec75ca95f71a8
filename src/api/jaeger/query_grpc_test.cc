// Questions to a real store; the answers are read back by the decoders of the doors, to which a
// chunk of api_v2 is a batch and one of api_v3 an export.
#include "api/jaeger/query_grpc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "query/testing/stored_telemetry.h"
#include "wire/jaeger/jaeger_proto.h"
#include "wire/otlp/otlp.h"
#include "wire/proto_time.h"
#include "wire/testing/batch_text.h"
#include "wire/testing/hex_bytes.h"

namespace spanhound::api {
namespace {

using query::kTextEpochNanos;
using wire::ProtoWriter;

constexpr char kV2[] = "/jaeger.api_v2.QueryService/";
constexpr char kV3[] = "/jaeger.api_v3.QueryService/";

struct Answer {
  Status status;
  std::string body;
  std::vector<std::string> messages;
};

template <typename Write>
std::string Written(Write write) {
  std::string bytes;
  ProtoWriter writer(bytes);
  write(writer);
  return bytes;
}

std::string TraceRequest(std::string_view id, bool is_raw = false) {
  return Written([&](ProtoWriter& writer) {
    writer.Bytes(1, id);
    writer.Varint(4, is_raw ? 1 : 0);
  });
}

// A FindTracesRequest; `write` writes the fields of its query.
template <typename Write>
std::string Query(Write write) {
  return Written([&](ProtoWriter& writer) { writer.Message(1, [&] { write(writer); }); });
}

std::string QueryOfService(std::string_view service) {
  return Query([&](ProtoWriter& writer) { writer.Bytes(1, service); });
}

void Times(ProtoWriter& writer, uint64_t start_ms, uint64_t end_ms) {
  wire::WriteProtoTime(writer, 4, kTextEpochNanos + start_ms * 1'000'000);
  wire::WriteProtoTime(writer, 5, kTextEpochNanos + end_ms * 1'000'000);
}

class QueryGrpc : public testing::Test {
 protected:
  explicit QueryGrpc(std::vector<std::string> lines = DefaultLines())
      : telemetry_(lines, {}, query::StoredAs::kHead), engine_(telemetry_.store()) {}

  static std::vector<std::string> DefaultLines() {
    return {"trace 1",
            R"(shop checkout @1ms +10ms kind=server status=error message="no" state="a=b" flags=1)"
            R"( scope=io@1.2 scope.s=1 resource.host=h resource.az=1 n=7 d=1.5 b=true ip=16909060)"
            R"( event:retry@2ms event.z=1 event.a=2 link=2/9 link.opentracing.ref_type=child_of)",
            "  stock reserve @2ms +1ms kind=client",
            "trace 2",
            "shop browse @5ms +100ms kind=server color=red",
            "shop browse @6ms +1ms kind=internal parent=99"};
  }

  Answer Call(const std::string& method, std::string body, model::Tenancy tenancy,
              std::vector<std::pair<std::string, std::string>> metadata = {}) {
    std::optional<Answer> answer;
    for (const auto& [name, handler] : JaegerQueryGrpcMethods(engine_, tenancy)) {
      if (name != method) continue;
      handler({std::move(body), std::move(metadata), name}, [&answer](net::GrpcReply reply) {
        answer = Answer{reply.status, std::move(reply.body), {}};
        if (!reply.messages) return;
        while (auto message = reply.messages()) answer->messages.push_back(std::move(*message));
      });
      break;
    }
    return answer.value();
  }
  Answer Call(const std::string& method, std::string body) {
    return Call(method, std::move(body), model::Tenancy::kOff);
  }

  query::StoredTelemetry telemetry_;
  query::Engine engine_;
};

// PostSpansRequest { 1 batch { 1 spans } } of a chunk { 1 spans }.
model::SpanBatch SpansOfChunk(const std::string& chunk) {
  const std::string request = Written([&](ProtoWriter& writer) { writer.Bytes(1, chunk); });
  auto decoded = wire::DecodeJaegerProto(request, {});
  EXPECT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->rejected_count, 0u) << decoded->rejected_message;
  return std::move(decoded->batch);
}

std::string V2Text(const Answer& answer) {
  std::string text;
  for (const std::string& chunk : answer.messages) text += wire::BatchText(SpansOfChunk(chunk));
  return text;
}

std::string V3Text(const Answer& answer) {
  std::string text;
  for (const std::string& message : answer.messages) {
    auto decoded = wire::DecodeOtlpTraces(message, {});
    EXPECT_TRUE(decoded.ok()) << decoded.status().ToString();
    text += wire::BatchText(decoded->batch);
  }
  return text;
}

const std::string kTrace1 = std::string(15, '\0') + '\1';

// Field by field from model.proto.
TEST_F(QueryGrpc, ASpanOfApiV2InBytes) {
  const Answer answer = Call(std::string(kV2) + "GetTrace", TraceRequest(kTrace1));
  ASSERT_TRUE(answer.status.ok()) << answer.status.ToString();
  ASSERT_EQ(answer.messages.size(), 1u);
  std::string second;
  wire::ProtoReader reader(answer.messages[0]);
  while (reader.Next()) second = reader.bytes();
  EXPECT_EQ(wire::HexBytes("0a1000000000000000000000000000000001"  // trace id
                           "12080000000000000002"                  // span id
                           "1a0772657365727665"                    // "reserve"
                           "221c"                                  // reference, CHILD_OF
                           "0a1000000000000000000000000000000001"
                           "12080000000000000001"
                           "320a"  // start
                           "0880f2d6ca06"
                           "1080897a"
                           "3a04"  // 1 ms
                           "10c0843d"
                           "4213"  // span.kind=client
                           "0a097370616e2e6b696e64"
                           "1a06636c69656e74"
                           "5207"  // process
                           "0a0573746f636b"),
            second);
}

TEST_F(QueryGrpc, ATraceOfApiV2HasWhatTheJsonShows) {
  const Answer answer = Call(std::string(kV2) + "GetTrace", TraceRequest(kTrace1));
  const std::string text = V2Text(answer);
  for (const char* part : {"name=checkout kind=2", "status=2 message=no state=a=b flags=1",
                           "{s=1, n=7, d=1.5/3ff8000000000000, b=true, ip='1.2.3.4'}", "name=retry",
                           "{a=2, z=1}",  // sorted
                           "name=io version=1.2", "{service.name='shop', az=1, host='h'}",
                           "opentracing.ref_type='child_of'"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
  const std::string raw = V2Text(Call(std::string(kV2) + "GetTrace", TraceRequest(kTrace1, true)));
  for (const char* part : {"ip=16909060}", "{z=1, a=2}", "{service.name='shop', host='h', az=1}"}) {
    EXPECT_NE(raw.find(part), std::string::npos) << part << "\n" << raw;
  }
}

TEST_F(QueryGrpc, ATraceOfApiV3IsWhatCameIn) {
  const Answer answer = Call(std::string(kV3) + "GetTrace", TraceRequest("01"));
  ASSERT_TRUE(answer.status.ok()) << answer.status.ToString();
  ASSERT_EQ(answer.messages.size(), 1u);
  std::vector<std::string> lines = DefaultLines();
  lines.resize(3);
  const auto expected =
      wire::DecodeOtlpTraces(wire::EncodeOtlpTraces(query::SpansFromText(lines)), {});
  EXPECT_EQ(V3Text(answer), wire::BatchText(expected->batch));
}

TEST_F(QueryGrpc, ASpanWithoutItsParentIsWarnedOf) {
  const std::string id = std::string(15, '\0') + '\2';
  const std::string warning = "parent span 0000000000000099 is not stored";
  const auto has_warning = [&](bool is_raw) {
    const Answer answer = Call(std::string(kV2) + "GetTrace", TraceRequest(id, is_raw));
    return answer.messages.at(0).find(warning) != std::string::npos;
  };
  EXPECT_TRUE(has_warning(false));
  EXPECT_FALSE(has_warning(true));
}

TEST_F(QueryGrpc, TraceIdsThatAreNone) {
  const auto code_of = [this](const char* service, std::string_view id) {
    return Call(std::string(service) + "GetTrace", TraceRequest(id)).status.code();
  };
  for (const std::string& id : {std::string(), std::string(16, '\0'), std::string(3, 'x')}) {
    EXPECT_EQ(code_of(kV2, id), Code::kInvalidArgument);
  }
  EXPECT_EQ(code_of(kV2, std::string(16, 'x')), Code::kNotFound);
  EXPECT_EQ(code_of(kV2, kTrace1.substr(8)), Code::kOk);  // 64 bits
  for (const char* id : {"", "0", "xyz"}) EXPECT_EQ(code_of(kV3, id), Code::kInvalidArgument) << id;
  EXPECT_EQ(code_of(kV3, "123"), Code::kNotFound);
  EXPECT_EQ(Call(std::string(kV2) + "GetTrace", "\x0a\x09").status.code(), Code::kInvalidArgument);
}

TEST_F(QueryGrpc, SearchesByEveryField) {
  const auto found = [this](const std::string& body) {
    const Answer answer = Call(std::string(kV2) + "FindTraces", body);
    EXPECT_TRUE(answer.status.ok()) << answer.status.ToString();
    std::string ids;
    for (const std::string& chunk : answer.messages) {
      ids += SpansOfChunk(chunk).spans.at(0).trace_id.ToHex().back();
    }
    return ids;
  };
  EXPECT_EQ(found(Query([](ProtoWriter&) {})), "21");  // the newest first
  EXPECT_EQ(found(QueryOfService("stock")), "1");
  EXPECT_EQ(found(QueryOfService("nobody")), "");
  EXPECT_EQ(found(Query([](ProtoWriter& query) { query.Bytes(2, "browse"); })), "2");
  EXPECT_EQ(found(Query([](ProtoWriter& query) {
              query.Message(3, [&] {
                query.Bytes(1, "color");
                query.Bytes(2, "red");
              });
            })),
            "2");
  EXPECT_EQ(found(Query([](ProtoWriter& query) { Times(query, 0, 2); })), "1");
  EXPECT_EQ(found(Query([](ProtoWriter& query) { Times(query, 3, 5); })), "2");  // both inclusive
  const auto duration = [](uint32_t field) {
    return Query([field](ProtoWriter& query) { wire::WriteProtoTime(query, field, 50'000'000); });
  };
  EXPECT_EQ(found(duration(6)), "2");
  EXPECT_EQ(found(duration(7)), "21");
  EXPECT_EQ(found(Query([](ProtoWriter& query) { query.Varint(8, 1); })), "2");
}

TEST_F(QueryGrpc, SearchesThatMakeNoSense) {
  const auto code_of = [this](const char* service, const std::string& body) {
    return Call(std::string(service) + "FindTraces", body).status.code();
  };
  EXPECT_EQ(code_of(kV2, ""), Code::kInvalidArgument);
  EXPECT_EQ(code_of(kV2, Query([](ProtoWriter& query) { Times(query, 5, 2); })),
            Code::kInvalidArgument);
  EXPECT_EQ(code_of(kV2, Query([](ProtoWriter& query) {
                      wire::WriteProtoTime(query, 6, 5);
                      wire::WriteProtoTime(query, 7, 4);
                    })),
            Code::kInvalidArgument);
  EXPECT_EQ(code_of(kV3, QueryOfService("shop")), Code::kInvalidArgument);  // it wants times
  EXPECT_EQ(code_of(kV3, Query([](ProtoWriter& query) { Times(query, 0, 9); })), Code::kOk);
}

TEST_F(QueryGrpc, ServicesAndOperations) {
  for (const char* service : {kV2, kV3}) {
    EXPECT_EQ(Call(std::string(service) + "GetServices", "").body,
              std::string("\x0a\x04shop\x0a\x05stock"));
  }
  const auto operation = [](uint32_t field, std::string_view name, std::string_view kind) {
    return Written([&](ProtoWriter& writer) {
      writer.Message(field, [&] {
        writer.Bytes(1, name);
        writer.Bytes(2, kind);
      });
    });
  };
  const std::string shop("\x0a\x04shop");
  EXPECT_EQ(Call(std::string(kV2) + "GetOperations", shop).body,
            "\x0a\x06"
            "browse"
            "\x0a\x08"
            "checkout" +
                operation(2, "browse", "internal") + operation(2, "browse", "server") +
                operation(2, "checkout", "server"));
  EXPECT_EQ(Call(std::string(kV2) + "GetOperations", shop + "\x12\x08internal").body,
            "\x0a\x06"
            "browse" +
                operation(2, "browse", "internal"));
  EXPECT_EQ(Call(std::string(kV3) + "GetOperations", shop + "\x12\x08internal").body,
            operation(1, "browse", "internal"));
}

TEST_F(QueryGrpc, Dependencies) {
  const auto asked = [](uint64_t start, uint64_t end) {
    return Written([&](ProtoWriter& writer) {
      wire::WriteProtoTime(writer, 1, start);
      wire::WriteProtoTime(writer, 2, end);
    });
  };
  const std::string all = asked(kTextEpochNanos, kTextEpochNanos + 1'000'000'000);
  const std::string expected("\x0a\x0f\x0a\x04shop\x12\x05stock\x18\x01");
  EXPECT_EQ(Call(std::string(kV2) + "GetDependencies", all).body, expected);
  EXPECT_EQ(Call(std::string(kV3) + "GetDependencies", all).body, expected);
  EXPECT_EQ(Call(std::string(kV2) + "GetDependencies", asked(1, 2)).body, "");
  EXPECT_EQ(Call(std::string(kV2) + "GetDependencies", "").status.code(), Code::kInvalidArgument);
}

TEST_F(QueryGrpc, WhatIsNotThereSaysWhy) {
  for (const char* method : {"/jaeger.api_v2.QueryService/ArchiveTrace",
                             "/jaeger.api_v2.metrics.MetricsQueryService/GetCallRates"}) {
    const Answer answer = Call(method, "");
    EXPECT_EQ(answer.status.code(), Code::kUnimplemented);
    EXPECT_FALSE(answer.status.message().empty());
  }
}

TEST_F(QueryGrpc, WhoAsksSeesOneTenant) {
  const auto services = [this](const std::string& tenant) {
    return Call(std::string(kV2) + "GetServices", "", model::Tenancy::kByHeader,
                {{"x-tenant", tenant}});
  };
  EXPECT_EQ(services("other").body, "");
  EXPECT_NE(services(std::string(model::kDefaultTenant)).body, "");
  EXPECT_EQ(services("a/b").status.code(), Code::kInvalidArgument);
}

class LargeTraces : public QueryGrpc {
 protected:
  LargeTraces() : QueryGrpc(Lines()) {}

  // 25 spans, and then three of which each is longer than half of a message may be.
  static std::vector<std::string> Lines() {
    std::vector<std::string> lines = {"trace 1"};
    for (int i = 0; i < 25; ++i) lines.push_back("shop op @" + std::to_string(i) + "ms +1ms");
    lines.push_back("trace 2");
    const std::string text = "=\"" + std::string(1'000'000, 't') + "\"";
    for (int i = 0; i < 3; ++i) {
      lines.push_back("shop op @" + std::to_string(i) + "ms +1ms a" + text + " b" + text);
    }
    return lines;
  }
};

TEST_F(LargeTraces, ComeInChunksOfOneTrace) {
  const auto counts = [this](const std::string& method, const std::string& body) {
    std::string text;
    for (const std::string& message : Call(method, body).messages) {
      const bool is_v2 = method.starts_with(kV2);
      const model::SpanBatch batch =
          is_v2 ? SpansOfChunk(message) : std::move(wire::DecodeOtlpTraces(message, {})->batch);
      const model::TraceId& id = batch.spans.at(0).trace_id;
      text += std::to_string(batch.spans.size()) + "/" + id.ToHex().back() + " ";
      for (const model::Span& span : batch.spans) EXPECT_EQ(span.trace_id, id);
      EXPECT_TRUE(std::ranges::is_sorted(batch.spans, {}, &model::Span::start_unix_nanos));
    }
    return text;
  };
  EXPECT_EQ(counts(std::string(kV2) + "GetTrace", TraceRequest(kTrace1)), "10/1 10/1 5/1 ");
  EXPECT_EQ(counts(std::string(kV3) + "GetTrace", TraceRequest("1")), "25/1 ");
  const std::string all = Query([](ProtoWriter& query) { Times(query, 0, 1000); });
  EXPECT_EQ(counts(std::string(kV2) + "FindTraces", all), "10/1 10/1 5/1 1/2 1/2 1/2 ");
  EXPECT_EQ(counts(std::string(kV3) + "FindTraces", all), "25/1 1/2 1/2 1/2 ");
}

}  // namespace
}  // namespace spanhound::api
