// Background work that must not slow down anybody who waits for an answer.
#pragma once

namespace spanhound {

// The calling thread gets the processor when others leave it some. A system that does not allow it
// changes nothing.
void LowerThreadPriority();

}  // namespace spanhound
