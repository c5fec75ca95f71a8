#include "otlp_request.h"

#include <algorithm>
#include <vector>

#include "proto_reader.h"
#include "proto_writer.h"

namespace spanhound::sdk {
namespace {

// Field numbers of ExportTraceServiceRequest, ResourceSpans and ScopeSpans, and of their like for
// logs.
constexpr unsigned kResourceRecords = 1;
constexpr unsigned kResource = 1, kScopeRecords = 2;
constexpr unsigned kScope = 1, kRecords = 2, kSchemaUrl = 3;
constexpr unsigned kScopeName = 1, kScopeVersion = 2;
constexpr std::size_t kBytesAroundRecord = 8;

std::vector<const Scope*> ScopesOf(std::span<const EncodedRecord> records) {
  std::vector<const Scope*> scopes;
  for (const EncodedRecord& record : records) {
    if (std::find(scopes.begin(), scopes.end(), record.scope) == scopes.end()) {
      scopes.push_back(record.scope);
    }
  }
  return scopes;
}

void AppendScope(std::string* out, const Scope& scope) {
  const ProtoMessage message(out, kScope);
  if (!scope.name.empty()) AppendBytesField(out, kScopeName, scope.name);
  if (!scope.version.empty()) AppendBytesField(out, kScopeVersion, scope.version);
}

void AppendResourceRecords(std::string* out, std::string_view resource,
                           std::span<const EncodedRecord> records) {
  std::size_t bytes = resource.size();
  for (const EncodedRecord& record : records) bytes += record.bytes.size() + kBytesAroundRecord;
  out->reserve(bytes + 1024);
  const ProtoMessage resource_records(out, kResourceRecords);
  AppendBytesField(out, kResource, resource);
  for (const Scope* scope : ScopesOf(records)) {
    const ProtoMessage scope_records(out, kScopeRecords);
    AppendScope(out, *scope);
    for (const EncodedRecord& record : records) {
      if (record.scope == scope) AppendBytesField(out, kRecords, record.bytes);
    }
    if (!scope->schema_url.empty()) AppendBytesField(out, kSchemaUrl, scope->schema_url);
  }
}

}  // namespace

std::string EncodeOtlpRequest(std::string_view resource, std::span<const EncodedRecord> records) {
  std::string request;
  AppendResourceRecords(&request, resource, records);
  return request;
}

PartialSuccess ParseOtlpReply(std::string_view reply) {
  PartialSuccess partial;
  for (ProtoReader field(reply); field.Next();) {
    if (field.number() != 1 || field.type() != ProtoType::kBytes) continue;
    for (ProtoReader inner(field.bytes()); inner.Next();) {
      if (inner.number() == 1) partial.rejected = inner.value();
      if (inner.number() == 2) partial.message = inner.bytes();
    }
  }
  return partial;
}

}  // namespace spanhound::sdk
