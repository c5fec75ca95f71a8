// What the metrics API (metrics-server) answers: usage of nodes and pods.
//
// Pure functions: any input, no exceptions. Failure: kRefused for what is no such list. What has an
// amount that cannot be read is left out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "dashboard2api.pb.h"
#include "service/result.h"

namespace dashboard2api::kube {

inline constexpr char kNodeMetricsPath[] = "/apis/metrics.k8s.io/v1beta1/nodes";
inline constexpr char kPodMetricsPath[] = "/apis/metrics.k8s.io/v1beta1/pods";

using UsageByName = std::map<std::string, WeiYun::Dashboard2api::Usage>;

// `now_ms` goes into what is returned as the time of measurement.
service::Result<UsageByName> ParseNodeMetrics(std::string_view json, std::int64_t now_ms);

// By namespace, then by pod; a pod uses what its containers use together.
service::Result<std::map<std::string, UsageByName>> ParsePodMetrics(std::string_view json,
                                                                    std::int64_t now_ms);

}  // namespace dashboard2api::kube
