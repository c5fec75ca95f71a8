// The web shop behind the "shop" workload: which services there are and which calls a request
// makes. Tables only; made once, const, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/span_batch.h"

namespace spanhound::load {

enum class ShopService : uint8_t {
  kFrontend,
  kCart,
  kCheckout,
  kProductCatalog,
  kRecommendation,
  kAd,
  kCurrency,
  kPayment,
  kShipping,
  kEmail,
  kQuote,
  kFraudDetection,
};
inline constexpr size_t kShopServices = 12;
std::string_view ShopServiceName(ShopService service);

// Decides which attributes a span carries.
enum class ShopProtocol : uint8_t { kHttpServer, kRpc, kDatabase, kMessaging };

struct ShopCall {
  int parent = -1;  // index of an earlier call; -1: the root
  ShopService service;
  ShopService peer;  // the other side
  ShopProtocol protocol;
  model::SpanKind kind;
  std::string name;
  std::string detail;  // route, rpc service, SQL table or topic
  double mean_self_ms;
};

struct ShopRequestType {
  uint32_t weight;  // how often, in percent
  std::vector<ShopCall> calls;
};

// Weights sum up to 100.
const std::vector<ShopRequestType>& ShopRequestTypes();
// 3,000 calls: the one request in ten thousand that every trace viewer has to survive.
const ShopRequestType& ShopReindex();

}  // namespace spanhound::load
