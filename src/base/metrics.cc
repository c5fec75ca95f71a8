#include "base/metrics.h"

#include <algorithm>
#include <charconv>

#include "base/json_writer.h"

namespace spanhound {
namespace {

std::string LabelText(const MetricLabels& labels) {
  if (labels.empty()) return "";
  std::string text = "{";
  for (const auto& [name, value] : labels) {
    if (text.size() > 1) text.push_back(',');
    text += name + "=";
    AppendJsonString(text, value);  // label values escape \, " and newline as JSON does
  }
  return text + "}";
}

std::string NumberText(double value) {
  char text[32];
  return std::string(text, std::to_chars(text, text + sizeof text, value).ptr);
}

}  // namespace

Counter& Metrics::NewCounter(std::string name, std::string help, MetricLabels labels) {
  std::lock_guard lock(mutex_);
  std::string label_text = LabelText(labels);
  for (Series& series : series_) {
    if (series.name == name && series.labels == label_text) return series.counter;
  }
  Series& series = series_.emplace_back();
  series.name = std::move(name);
  series.help = std::move(help);
  series.labels = std::move(label_text);
  return series.counter;
}

void Metrics::NewGauge(std::string name, std::string help, std::function<double()> read,
                       MetricLabels labels) {
  std::lock_guard lock(mutex_);
  std::string label_text = LabelText(labels);
  for (Series& series : series_) {
    if (series.name != name || series.labels != label_text) continue;
    series.read_gauge = std::move(read);
    return;
  }
  Series& series = series_.emplace_back();
  series.name = std::move(name);
  series.help = std::move(help);
  series.labels = std::move(label_text);
  series.read_gauge = std::move(read);
}

std::string Metrics::PrometheusText() const {
  std::lock_guard lock(mutex_);
  std::vector<const Series*> sorted;
  for (const Series& series : series_) sorted.push_back(&series);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Series* a, const Series* b) { return a->name < b->name; });
  std::string text;
  const Series* previous = nullptr;
  for (const Series* series : sorted) {
    if (previous == nullptr || previous->name != series->name) {
      text += "# HELP " + series->name + " " + series->help + "\n";
      text += "# TYPE " + series->name + (series->read_gauge ? " gauge\n" : " counter\n");
    }
    text += series->name + series->labels + " ";
    text += series->read_gauge ? NumberText(series->read_gauge())
                               : std::to_string(series->counter.value());
    text += "\n";
    previous = series;
  }
  return text;
}

}  // namespace spanhound
