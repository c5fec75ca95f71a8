#include "store/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace spanhound::store {
namespace {

using model::SpanKind;
using testing::ElementsAre;

TEST(CatalogTest, AnAnswerTakesOnlyWhatWasAskedFor) {
  Catalog services = Catalog::OfServices(UINT64_MAX);
  Catalog operations = Catalog::OfOperations("b", UINT64_MAX);
  for (Catalog* catalog : {&services, &operations}) {
    catalog->AddOperation("a", "GET", SpanKind::kServer, 1);
    catalog->AddOperation("b", "GET", SpanKind::kServer, 2);
    catalog->AddOperation("b", "GET", SpanKind::kClient, 3);
    catalog->AddOperation("b", "GET", SpanKind::kServer, 4);
  }
  EXPECT_THAT(services.Services().entries, ElementsAre("a", "b"));
  EXPECT_TRUE(services.operations().empty());
  EXPECT_TRUE(operations.services().empty());
  const auto listing = operations.Operations("b");
  ASSERT_EQ(listing.entries.size(), 2u);
  EXPECT_EQ(listing.entries[0].span_count, 6u);
  EXPECT_EQ(listing.entries[1].span_count, 3u);
  EXPECT_TRUE(listing.is_complete);
}

TEST(CatalogTest, AMillionServicesStayWithinTheBudget) {
  Catalog services = Catalog::OfServices(kListingBytesMax);
  for (int i = 0; i < 1'000'000; ++i) services.AddService("service-" + std::to_string(i));
  const Listing<std::string> listing = services.Services();
  EXPECT_FALSE(listing.is_complete);
  EXPECT_LT(listing.entries.size(), kListingBytesMax / kListingEntryBytes);
  EXPECT_GT(listing.entries.size(), 100'000u);
}

TEST(CatalogTest, AMillionOperationsStayWithinTheBudget) {
  Catalog operations = Catalog::OfOperations("shop", kListingBytesMax);
  for (int i = 0; i < 1'000'000; ++i) {
    operations.AddOperation("shop", "GET /" + std::to_string(i), SpanKind::kServer, 1);
    operations.AddOperation("other", "GET /" + std::to_string(i), SpanKind::kServer, 1);
  }
  operations.AddOperation("shop", "GET /1", SpanKind::kServer, 1);
  const auto listing = operations.Operations("shop");
  EXPECT_FALSE(listing.is_complete);
  EXPECT_GT(listing.entries.size(), 100'000u);
  EXPECT_EQ(std::ranges::find(listing.entries, "GET /1", &OperationEntry::name)->span_count, 2u);
}

TEST(CatalogTest, WithoutALimitEverythingIsKept) {
  Catalog catalog;
  for (int i = 0; i < 200'000; ++i) catalog.AddService("service-" + std::to_string(i));
  EXPECT_EQ(catalog.services().size(), 200'000u);
  EXPECT_TRUE(catalog.Services().is_complete);
}

}  // namespace
}  // namespace spanhound::store
