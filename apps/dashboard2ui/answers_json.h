// The JSON that the front answers with.
#pragma once

#include <string>
#include <string_view>

#include "dashboard2api.pb.h"

namespace dashboard2ui {

std::string ToJson(const WeiYun::Dashboard2api::GetNameSpacesResponse& response);
std::string ToJson(const WeiYun::Dashboard2api::GetNodesResponse& response);
std::string ToJson(const WeiYun::Dashboard2api::GetPodsResponse& response);
std::string ToJson(const WeiYun::Dashboard2api::GetDeploymentsResponse& response);
std::string ToJson(const WeiYun::Dashboard2api::GetServicesResponse& response);

// `trace_id` lets the reader of an error find its trace; may be empty.
std::string ErrorJson(std::string_view code, std::string_view message, std::string_view trace_id);

}  // namespace dashboard2ui
