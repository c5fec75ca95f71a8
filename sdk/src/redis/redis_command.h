// What the conventions want to know about a Redis command, from its bytes on the wire (RESP), which
// every way of giving hiredis a command ends in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spanhound::sdk {

// "*2\r\n$3\r\nGET\r\n$1\r\na\r\n" as {"GET", "a"}: views into it. What is not whole is left out.
std::vector<std::string_view> ParseCommand(std::string_view formatted);

// Upper case; _OTHER for what is no name of a command.
std::string OperationName(const std::vector<std::string_view>& command);

// "SET pods ?": the keys of known commands (unless `show_keys` says no), "?" for all else.
std::string QueryText(const std::vector<std::string_view>& command, bool show_keys);

// The first word of an error reply ("WRONGTYPE Operation against..."), "ERR" if it has none.
std::string ErrorPrefix(std::string_view error);

}  // namespace spanhound::sdk
