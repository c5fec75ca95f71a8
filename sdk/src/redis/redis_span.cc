#include "redis/redis_span.h"

#include <utility>
#include <vector>

#include "attribute_text.h"
#include "duration_metric.h"
#include "redis/redis_command.h"
#include "semantic_names.h"

namespace spanhound::sdk {
namespace {

namespace trace = opentelemetry::trace;

constexpr std::string_view kScopeName = "spanhound.redis_client";
constexpr std::string_view kSystem = "redis";

DurationMetric& Duration() {
  static auto& metric = *new DurationMetric(kScopeName, names::kDbDuration,
                                            "Duration of database client operations.");
  return metric;
}

std::string_view Text(const char* text) { return text == nullptr ? std::string_view() : text; }

// Where the connection goes; the address is the one it was made with.
void AddServer(const redisContext& connection, std::vector<Attribute>* attributes) {
  if (connection.connection_type == REDIS_CONN_UNIX) {
    attributes->emplace_back(names::kServerAddress, Text(connection.unix_sock.path));
    return;
  }
  attributes->emplace_back(names::kServerAddress, Text(connection.tcp.host));
  attributes->emplace_back(names::kServerPort, connection.tcp.port);
}

std::string_view ErrorType(int hiredis_error) {
  switch (hiredis_error) {
    case REDIS_ERR_IO: return "io";
    case REDIS_ERR_EOF: return "closed";
    case REDIS_ERR_PROTOCOL: return "protocol";
    case REDIS_ERR_OOM: return "out_of_memory";
    default: return "closed";  // hiredis answers commands of a closing connection without a reason
  }
}

}  // namespace

RedisSpan::RedisSpan(const redisContext& connection, const RedisOptions& options,
                     std::string operation, std::string_view query_text, std::size_t batch_size)
    : operation_(std::move(operation)),
      start_(std::chrono::steady_clock::now()),
      context_(opentelemetry::context::RuntimeContext::GetCurrent()) {
  const std::string database = std::to_string(options.database);
  std::vector<Attribute> attributes = {{names::kDbSystem, kSystem},
                                       {names::kDbOperation, operation_},
                                       {names::kDbNamespace, database},
                                       {names::kDbQueryText, query_text}};
  if (batch_size > 1) attributes.emplace_back(names::kDbBatchSize, batch_size);
  AddServer(connection, &attributes);
  span_ = StartRequestSpan(kScopeName, operation_, trace::SpanKind::kClient, attributes, context_);
  context_ = WithSpan(context_, span_);
}

void RedisSpan::End(const redisReply* reply, const redisContext& connection) {
  if (reply == nullptr) {
    return Finish(ErrorType(connection.err),
                  connection.err == 0 ? "connection closed" : connection.errstr);
  }
  if (reply->type != REDIS_REPLY_ERROR) return Finish("", "");
  const std::string_view message(reply->str, reply->len);
  const std::string prefix = ErrorPrefix(message);
  span_->SetAttribute(ToOtel(names::kDbStatusCode), ToOtel(prefix));
  Finish(prefix, message);
}

void RedisSpan::Finish(std::string_view error_type, std::string_view message) {
  std::vector<Attribute> measured = {{names::kDbSystem, kSystem},
                                     {names::kDbOperation, operation_}};
  if (!error_type.empty()) {
    measured.emplace_back(names::kErrorType, error_type);
    span_->SetAttribute(ToOtel(names::kErrorType), ToOtel(error_type));
    span_->SetStatus(trace::StatusCode::kError, ToOtel(AttributeText(message)));
  }
  if (const auto histogram = Duration().Listener()) {
    histogram->Record(SecondsSince(start_), Attributes(measured), context_);
  }
  span_->End();
}

}  // namespace spanhound::sdk
