#include "load/shop_call_graph.h"

#include <array>

namespace spanhound::load {
namespace {

using enum ShopService;
using model::SpanKind;

constexpr std::array<std::string_view, kShopServices> kNames = {
    "frontend", "cart",    "checkout", "product-catalog", "recommendation", "ad",
    "currency", "payment", "shipping", "email",           "quote",          "fraud-detection"};

// Writes a call tree down: each method adds spans below `parent` and returns the inner one.
class Builder {
 public:
  explicit Builder(uint32_t weight) { type_.weight = weight; }

  int Http(std::string_view method, std::string_view route) {
    return Add({-1, kFrontend, kFrontend, ShopProtocol::kHttpServer, SpanKind::kServer,
                std::string(method) + " " + std::string(route), std::string(route), 3});
  }
  // The caller's span and the callee's.
  int Rpc(int parent, ShopService to, std::string_view service, std::string_view method,
          double mean_ms = 1.5) {
    ShopService from = type_.calls[static_cast<size_t>(parent)].service;
    std::string name = "shop." + std::string(service) + "/" + std::string(method);
    std::string detail = "shop." + std::string(service);
    int client = Add({parent, from, to, ShopProtocol::kRpc, SpanKind::kClient, name, detail, 0.4});
    return Add({client, to, from, ShopProtocol::kRpc, SpanKind::kServer, name, detail, mean_ms});
  }
  int Database(int parent, std::string_view operation, std::string_view table) {
    ShopService from = type_.calls[static_cast<size_t>(parent)].service;
    return Add({parent, from, from, ShopProtocol::kDatabase, SpanKind::kClient,
                std::string(operation) + " " + std::string(table), std::string(table), 1});
  }
  int Message(int parent, ShopService to, std::string_view topic) {
    ShopService from = type_.calls[static_cast<size_t>(parent)].service;
    int sent = Add({parent, from, to, ShopProtocol::kMessaging, SpanKind::kProducer,
                    "send " + std::string(topic), std::string(topic), 0.3});
    return Add({sent, to, from, ShopProtocol::kMessaging, SpanKind::kConsumer,
                "process " + std::string(topic), std::string(topic), 5});
  }
  ShopRequestType Take() { return std::move(type_); }

 private:
  int Add(ShopCall call) {
    type_.calls.push_back(std::move(call));
    return static_cast<int>(type_.calls.size()) - 1;
  }
  ShopRequestType type_;
};

ShopRequestType Home() {
  Builder b(20);
  int root = b.Http("GET", "/");
  b.Database(b.Rpc(root, kProductCatalog, "ProductCatalog", "ListProducts"), "SELECT", "products");
  b.Rpc(root, kCurrency, "Currency", "GetSupportedCurrencies", 0.5);
  b.Rpc(root, kAd, "Ads", "GetAds");
  return b.Take();
}

ShopRequestType Product() {
  Builder b(35);
  int root = b.Http("GET", "/product/{productId}");
  b.Database(b.Rpc(root, kProductCatalog, "ProductCatalog", "GetProduct"), "SELECT", "products");
  b.Rpc(b.Rpc(root, kRecommendation, "Recommendation", "ListRecommendations", 4), kProductCatalog,
        "ProductCatalog", "ListProducts");
  return b.Take();
}

ShopRequestType AddToCart() {
  Builder b(30);
  int root = b.Http("POST", "/cart/{cartId}/items");
  b.Rpc(root, kProductCatalog, "ProductCatalog", "GetProduct");
  b.Database(b.Rpc(root, kCart, "Cart", "AddItem"), "HMSET", "carts");
  return b.Take();
}

ShopRequestType ViewCart() {
  Builder b(10);
  int root = b.Http("GET", "/cart/{cartId}");
  b.Database(b.Rpc(root, kCart, "Cart", "GetCart"), "HGETALL", "carts");
  b.Rpc(b.Rpc(root, kShipping, "Shipping", "GetQuote", 2), kQuote, "Quote", "Calculate");
  return b.Take();
}

ShopRequestType Checkout() {
  Builder b(5);
  int root = b.Http("POST", "/checkout/{orderId}");
  int order = b.Rpc(root, kCheckout, "Checkout", "PlaceOrder", 8);
  b.Database(b.Rpc(order, kCart, "Cart", "GetCart"), "HGETALL", "carts");
  b.Rpc(order, kProductCatalog, "ProductCatalog", "GetProduct");
  b.Rpc(order, kCurrency, "Currency", "Convert", 0.5);
  b.Rpc(b.Rpc(order, kShipping, "Shipping", "GetQuote", 2), kQuote, "Quote", "Calculate");
  b.Rpc(order, kPayment, "Payment", "Charge", 20);
  b.Rpc(order, kShipping, "Shipping", "ShipOrder", 3);
  b.Rpc(order, kEmail, "Email", "SendConfirmation", 10);
  b.Message(order, kFraudDetection, "orders");
  return b.Take();
}

ShopRequestType Reindex() {
  constexpr int kProducts = 999;
  Builder b(0);
  int root = b.Http("POST", "/admin/reindex");
  for (int i = 0; i < kProducts; ++i) {
    int got = b.Rpc(root, kProductCatalog, "ProductCatalog", "IndexProduct", 0.2);
    b.Database(got, "UPDATE", "products");
  }
  b.Rpc(root, kEmail, "Email", "SendReport");
  return b.Take();
}

}  // namespace

std::string_view ShopServiceName(ShopService service) {
  return kNames[static_cast<size_t>(service)];
}

const std::vector<ShopRequestType>& ShopRequestTypes() {
  static const std::vector<ShopRequestType> types = {Home(), Product(), AddToCart(), ViewCart(),
                                                     Checkout()};
  return types;
}

const ShopRequestType& ShopReindex() {
  static const ShopRequestType type = Reindex();
  return type;
}

}  // namespace spanhound::load
