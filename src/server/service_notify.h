// Tells the service manager how far the process is (sd_notify(3)): systemd, with Type=notify,
// starts what depends on us only once we are ready. Nothing happens where nobody asked (no
// NOTIFY_SOCKET). Any thread.
#pragma once

#include <string_view>

namespace spanhound::server {

// `state`: "READY=1", "STOPPING=1". What cannot be told is not an error of the server's.
void NotifyServiceManager(std::string_view state);

}  // namespace spanhound::server
