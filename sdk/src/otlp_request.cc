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
constexpr std::size_t kBytesAroundRecords = 1024, kBytesAroundRecord = 8;

std::vector<const Scope*> ScopesOf(std::span<const EncodedRecord> records) {
  std::vector<const Scope*> scopes;
  for (const EncodedRecord& record : records) {
    if (std::find(scopes.begin(), scopes.end(), record.scope) == scopes.end()) {
      scopes.push_back(record.scope);
    }
  }
  return scopes;
}

void AppendScope(ByteBuffer* out, const Scope& scope) {
  const ProtoMessage message(out, kScope);
  if (!scope.name.empty()) AppendBytesField(out, kScopeName, scope.name);
  if (!scope.version.empty()) AppendBytesField(out, kScopeVersion, scope.version);
}

}  // namespace

void EncodeOtlpRequest(std::string_view resource, std::span<const EncodedRecord> records,
                       ByteBuffer* out) {
  std::size_t bytes = resource.size() + kBytesAroundRecords;
  for (const EncodedRecord& record : records) bytes += record.bytes.size() + kBytesAroundRecord;
  out->Room(bytes);  // so that it does not grow several times
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
