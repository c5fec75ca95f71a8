// zipkincore.thrift: Span{1 trace_id, 3 name, 4 id, 5 parent_id, 6 annotations,
// 8 binary_annotations, 9 debug, 10 timestamp, 11 duration, 12 trace_id_high}.
#include "wire/zipkin/zipkin_thrift.h"

#include <bit>

#include "wire/thrift_numbers.h"
#include "wire/zipkin/zipkin_v1.h"

namespace spanhound::wire {
namespace {

using model::AttributeValue;

// The shortest that says anything, 3 bytes of header a field: a span with both of its ids, an
// annotation with a time and a value, a tag with key, value and type.
constexpr uint32_t kSpanBytesMin = 23;
constexpr uint32_t kAnnotationBytesMin = 19;
constexpr uint32_t kBinaryAnnotationBytesMin = 22;
constexpr uint32_t kCompactBytesMin = 5;  // any of them in the compact protocol

// In the order of zipkincore's AnnotationType.
enum class AnnotationType { kBool, kBytes, kI16, kI32, kI64, kDouble, kString };

int64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return static_cast<int64_t>(value);
}

// Values whose bytes do not fit their type stay bytes.
AttributeValue TypedValue(std::string_view bytes, int32_t type) {
  switch (static_cast<AnnotationType>(type)) {
    case AnnotationType::kBool:
      if (bytes.size() == 1) return AttributeValue::Bool(bytes[0] != 0);
      break;
    case AnnotationType::kI16:
      if (bytes.size() == 2) return AttributeValue::Int(static_cast<int16_t>(BigEndian(bytes)));
      break;
    case AnnotationType::kI32:
      if (bytes.size() == 4) return AttributeValue::Int(static_cast<int32_t>(BigEndian(bytes)));
      break;
    case AnnotationType::kI64:
      if (bytes.size() == 8) return AttributeValue::Int(BigEndian(bytes));
      break;
    case AnnotationType::kDouble:
      if (bytes.size() == 8) return AttributeValue::Double(std::bit_cast<double>(BigEndian(bytes)));
      break;
    case AnnotationType::kString: return AttributeValue::String(bytes);
    case AnnotationType::kBytes: break;
  }
  return AttributeValue::Bytes(bytes);
}

class ZipkinThriftDecoder {
 public:
  ZipkinThriftDecoder(ThriftReader& reader, ZipkinSpans& spans) : reader_(reader), spans_(spans) {}

  void Run() {
    const uint32_t count = StructList(kSpanBytesMin);
    for (uint32_t i = 0; i < count && reader_.ok() && spans_.ok(); ++i) Span();
  }

 private:
  void Span() {
    ZipkinV1Span span;
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (!ScalarField(field, &span) && !ListField(field, &span)) reader_.Skip(field);
    }
    if (reader_.ok() && spans_.ok()) AddZipkinV1(span, &spans_);
  }

  bool ScalarField(const ThriftReader::Field& field, ZipkinV1Span* span) {
    if (field.Is(1, ThriftType::kI64)) {
      PutBigEndian(reader_.I64(), 8, &span->trace_id);
    } else if (field.Is(3, ThriftType::kString)) {
      span->name = reader_.String();
    } else if (field.Is(4, ThriftType::kI64)) {
      PutBigEndian(reader_.I64(), 0, &span->id);
    } else if (field.Is(5, ThriftType::kI64)) {
      PutBigEndian(reader_.I64(), 0, &span->parent_id);
    } else if (field.Is(9, ThriftType::kBool)) {
      span->is_debug = reader_.Bool(field);
    } else if (field.Is(10, ThriftType::kI64)) {
      span->start_unix_nanos = NanosFromMicros(reader_.I64());
    } else if (field.Is(11, ThriftType::kI64)) {
      span->duration_nanos = NanosFromMicros(reader_.I64());
    } else if (field.Is(12, ThriftType::kI64)) {
      PutBigEndian(reader_.I64(), 0, &span->trace_id);
    } else {
      return false;
    }
    return true;
  }

  bool ListField(const ThriftReader::Field& field, ZipkinV1Span* span) {
    if (field.Is(6, ThriftType::kList)) {
      const auto annotations = spans_.NewArray<ZipkinV1Annotation>(StructList(kAnnotationBytesMin));
      for (ZipkinV1Annotation& annotation : annotations) Annotation(&annotation);
      span->annotations = annotations;
    } else if (field.Is(8, ThriftType::kList)) {
      const auto annotations =
          spans_.NewArray<ZipkinV1BinaryAnnotation>(StructList(kBinaryAnnotationBytesMin));
      for (ZipkinV1BinaryAnnotation& annotation : annotations) BinaryAnnotation(&annotation);
      span->binary_annotations = annotations;
    } else {
      return false;
    }
    return true;
  }

  void Annotation(ZipkinV1Annotation* annotation) {
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kI64)) {
        annotation->time_unix_nanos = NanosFromMicros(reader_.I64());
      } else if (field.Is(2, ThriftType::kString)) {
        annotation->value = reader_.String();
      } else if (field.Is(3, ThriftType::kStruct)) {
        Endpoint(&annotation->host);
      } else {
        reader_.Skip(field);
      }
    }
  }

  void BinaryAnnotation(ZipkinV1BinaryAnnotation* annotation) {
    std::string_view value;
    int32_t type = static_cast<int32_t>(AnnotationType::kBytes);
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kString)) {
        annotation->tag.key = reader_.String();
      } else if (field.Is(2, ThriftType::kString)) {
        value = reader_.String();
      } else if (field.Is(3, ThriftType::kI32)) {
        type = reader_.I32();
      } else if (field.Is(4, ThriftType::kStruct)) {
        Endpoint(&annotation->host);
      } else {
        reader_.Skip(field);
      }
    }
    annotation->tag.value = TypedValue(value, type);
  }

  void Endpoint(ZipkinEndpoint* endpoint) {
    ThriftReader::Field field;
    while (reader_.NextField(&field)) {
      if (field.Is(1, ThriftType::kI32)) {
        char address[4];
        const uint32_t ipv4 = static_cast<uint32_t>(reader_.I32());
        for (int i = 0; i < 4; ++i) address[i] = static_cast<char>(ipv4 >> (24 - 8 * i));
        if (ipv4 != 0) endpoint->ip = spans_.IpText({address, sizeof address});
      } else if (field.Is(2, ThriftType::kI16)) {
        endpoint->port = static_cast<uint16_t>(reader_.I16());
      } else if (field.Is(3, ThriftType::kString)) {
        endpoint->service_name = reader_.String();
      } else if (field.Is(4, ThriftType::kString)) {
        const std::string_view ipv6 = reader_.String();
        if (endpoint->ip.empty()) endpoint->ip = spans_.IpText(ipv6);
      } else {
        reader_.Skip(field);
      }
    }
  }

  uint32_t StructList(uint32_t binary_bytes_min) {
    const bool is_binary = reader_.protocol() == ThriftProtocol::kBinary;
    return reader_.StructList(is_binary ? binary_bytes_min : kCompactBytesMin);
  }

  ThriftReader& reader_;
  ZipkinSpans& spans_;
};

}  // namespace

void ReadZipkinThriftSpans(ThriftReader& reader, ZipkinSpans* spans) {
  ZipkinThriftDecoder(reader, *spans).Run();
}

Result<Decoded<model::SpanBatch>> DecodeZipkinThrift(std::string bytes,
                                                     const RequestLimits& limits) {
  Decoded<model::SpanBatch> decoded;
  ThriftReader reader(decoded.batch.memory.Adopt(std::move(bytes)));
  ZipkinSpans spans(limits, &decoded);
  ReadZipkinThriftSpans(reader, &spans);
  RETURN_IF_ERROR(spans.status());
  if (!reader.ok()) {
    return InvalidArgument("byte " + std::to_string(reader.offset()) + ": " + reader.error());
  }
  return decoded;
}

}  // namespace spanhound::wire
