#include "cli/span_tree.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "base/hash_map.h"

namespace spanhound::cli {
namespace {

constexpr size_t kNone = SIZE_MAX;

class TreeLayout {
 public:
  explicit TreeLayout(const TraceView& trace)
      : spans_(trace.spans), parent_(spans_.size(), kNone), children_(spans_.size()) {
    FindParents();
    SortAndLink();
  }

  std::vector<TreeLine> Run() {
    for (size_t root : roots_) WalkFrom(root);
    // What is left lies in loops: cut each one before its earliest span.
    for (size_t span : by_start_) WalkFrom(span);
    return std::move(lines_);
  }

 private:
  struct Step {
    size_t span;
    size_t level;
    bool is_last;
    std::string indent;  // of its siblings and it
  };

  void FindParents() {
    HashMap<std::string_view, size_t> by_id;
    for (size_t i = 0; i < spans_.size(); ++i) by_id.try_emplace(spans_[i].span_id, i);
    for (size_t i = 0; i < spans_.size(); ++i) {
      const auto parent = by_id.find(spans_[i].parent_span_id);
      if (parent != by_id.end() && parent->second != i) parent_[i] = parent->second;
    }
  }

  void SortAndLink() {
    by_start_.resize(spans_.size());
    std::iota(by_start_.begin(), by_start_.end(), size_t{0});
    std::ranges::stable_sort(by_start_, {},
                             [this](size_t i) { return spans_[i].start_unix_micros; });
    for (size_t span : by_start_) {
      if (parent_[span] == kNone) {
        roots_.push_back(span);
      } else {
        children_[parent_[span]].push_back(span);
      }
    }
    is_drawn_.assign(spans_.size(), false);
  }

  // With a stack of its own: how deep spans nest is up to whoever sent them.
  void WalkFrom(size_t root) {
    if (is_drawn_[root]) return;
    std::vector<Step> stack;
    stack.push_back({root, 0, true, ""});
    while (!stack.empty()) {
      const Step step = std::move(stack.back());
      stack.pop_back();
      if (is_drawn_[step.span]) continue;
      is_drawn_[step.span] = true;
      Draw(step);
      const std::string& below = lines_.back().below;
      const std::vector<size_t>& children = children_[step.span];
      for (size_t i = children.size(); i-- > 0;) {
        stack.push_back({children[i], step.level + 1, i + 1 == children.size(), below});
      }
    }
  }

  void Draw(const Step& step) {
    TreeLine& line = lines_.emplace_back();
    line.span = step.span;
    line.misses_parent = !spans_[step.span].parent_span_id.empty() && parent_[step.span] == kNone;
    line.child_time = ChildTime(step.span);
    if (step.level == 0) return;
    if (step.level > kTreeLevelsMax) {
      line.branch = line.below = step.indent;
      return;
    }
    line.branch = step.indent + (step.is_last ? "└─ " : "├─ ");
    line.below = step.indent + (step.is_last ? "   " : "│  ");
  }

  std::vector<std::pair<int64_t, int64_t>> ChildTime(size_t span) const {
    std::vector<std::pair<int64_t, int64_t>> times;
    for (size_t child : children_[span]) {  // by start
      const int64_t start = spans_[child].start_unix_micros;
      const int64_t end = start + spans_[child].duration_micros;
      if (!times.empty() && start <= times.back().second) {
        times.back().second = std::max(times.back().second, end);
      } else {
        times.emplace_back(start, end);
      }
    }
    return times;
  }

  const std::vector<SpanView>& spans_;
  std::vector<size_t> parent_;
  std::vector<std::vector<size_t>> children_;  // by start
  std::vector<size_t> by_start_;
  std::vector<size_t> roots_;
  std::vector<bool> is_drawn_;
  std::vector<TreeLine> lines_;
};

}  // namespace

std::vector<TreeLine> LayOutTree(const TraceView& trace) { return TreeLayout(trace).Run(); }

}  // namespace spanhound::cli
