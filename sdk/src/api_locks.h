// The opentelemetry API guards its globals with spin locks of its own. A thread that holds one of
// them while another forks would leave it locked in the child, whose first span would spin for
// ever.
#pragma once

namespace spanhound::sdk {

// Every fork() from now on waits until they are free. Once is enough; more do no harm.
void FreeApiLocksInChildren();

}  // namespace spanhound::sdk
