#include "baggage_propagator.h"

#include <opentelemetry/baggage/baggage.h>
#include <opentelemetry/baggage/baggage_context.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "environment.h"
#include "remote_parent.h"
#include "spanhound/attribute.h"

namespace spanhound::sdk {
namespace {

namespace baggage = opentelemetry::baggage;
namespace nostd = opentelemetry::nostd;
namespace propagation = opentelemetry::context::propagation;
using Members = std::vector<std::pair<std::string, std::string>>;
using SharedBaggage = nostd::shared_ptr<baggage::Baggage>;

constexpr char kPropertiesKey[] = "spanhound.baggage_properties";

bool IsToken(std::string_view text) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

void AppendEncoded(std::string* out, std::string_view value) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : value) {
    const bool plain =
        c > ' ' && c <= '~' && c != '"' && c != ',' && c != ';' && c != '\\' && c != '%';
    if (plain) {
      *out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      *out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
}

// The entries of Baggage are C strings.
bool Holds(std::string_view text) { return text.find('\0') == std::string_view::npos; }

class BaggagePropagator : public propagation::TextMapPropagator {
 public:
  Context Extract(const propagation::TextMapCarrier& carrier, Context& context) noexcept override {
    Members members, properties;
    Parse(ToStd(carrier.Get("baggage")), &members, &properties);
    if (members.empty()) return context;
    Context extended = baggage::SetBaggage(context, SharedBaggage(new baggage::Baggage(members)));
    if (properties.empty()) return extended;
    return extended.SetValue(kPropertiesKey, SharedBaggage(new baggage::Baggage(properties)));
  }

  void Inject(propagation::TextMapCarrier& carrier, const Context& context) noexcept override {
    const auto value = context.GetValue(baggage::kBaggageHeader);
    const auto* const all = absl::get_if<SharedBaggage>(&value);
    if (all == nullptr || *all == nullptr) return;
    const auto beside = context.GetValue(kPropertiesKey);
    const auto* const properties = absl::get_if<SharedBaggage>(&beside);
    std::string header;
    std::size_t count = 0;
    (*all)->GetAllEntries([&](nostd::string_view key, nostd::string_view text) {
      if (!IsToken(ToStd(key))) return true;
      std::string member = header.empty() ? "" : ",";
      member.append(key.data(), key.size()).append("=");
      AppendEncoded(&member, ToStd(text));
      std::string told;
      if (properties != nullptr && (*properties)->GetValue(key, told)) member += told;
      if (header.size() + member.size() > kBaggageBytesMax) return true;
      header += member;
      return ++count < kBaggageMembersMax;
    });
    if (!header.empty()) carrier.Set("baggage", header);
  }

  bool Fields(nostd::function_ref<bool(nostd::string_view)> callback) const noexcept override {
    return callback("baggage");
  }

 private:
  static void Parse(std::string_view header, Members* members, Members* properties) {
    std::size_t bytes = 0;
    while (!header.empty() && members->size() < kBaggageMembersMax) {
      const std::size_t comma = std::min(header.find(','), header.size());
      const std::string_view member = header.substr(0, comma);
      header.remove_prefix(std::min(comma + 1, header.size()));
      bytes += member.size() + 1;
      if (bytes > kBaggageBytesMax + 1) return;
      const std::size_t semicolon = std::min(member.find(';'), member.size());
      const std::string_view pair = member.substr(0, semicolon);
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view key = Trim(pair.substr(0, equals));
      std::string value = PercentDecode(Trim(pair.substr(equals + 1)));
      if (!IsToken(key) || !Holds(value)) continue;
      const auto same = [&](const auto& each) { return each.first == key; };
      if (std::any_of(members->begin(), members->end(), same)) continue;
      members->emplace_back(key, std::move(value));
      const std::string_view told = member.substr(semicolon);
      if (!told.empty() && Holds(told)) properties->emplace_back(key, told);
    }
  }
};

}  // namespace

std::unique_ptr<propagation::TextMapPropagator> MakeBaggagePropagator() {
  return std::make_unique<BaggagePropagator>();
}

}  // namespace spanhound::sdk
