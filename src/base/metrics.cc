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

Metrics::Series& Metrics::FindOrMake(std::string name, std::string help,
                                     const MetricLabels& labels) {
  std::string label_text = LabelText(labels);
  for (Series& series : series_) {
    if (series.name == name && series.labels == label_text) return series;
  }
  Series& series = series_.emplace_back();
  series.name = std::move(name);
  series.help = std::move(help);
  series.labels = std::move(label_text);
  return series;
}

Counter& Metrics::NewCounter(std::string name, std::string help, MetricLabels labels) {
  std::lock_guard lock(mutex_);
  Series& series = FindOrMake(std::move(name), std::move(help), labels);
  if (!series.counter) series.counter.emplace();
  return *series.counter;
}

Level& Metrics::NewLevel(std::string name, std::string help, MetricLabels labels) {
  std::lock_guard lock(mutex_);
  Series& series = FindOrMake(std::move(name), std::move(help), labels);
  if (!series.level) series.level.emplace();
  return *series.level;
}

void Metrics::NewGauge(std::string name, std::string help, std::function<double()> read,
                       MetricLabels labels) {
  std::lock_guard lock(mutex_);
  FindOrMake(std::move(name), std::move(help), labels).read_gauge = std::move(read);
}

std::string Metrics::ValueText(const Series& series) {
  if (series.counter) return std::to_string(series.counter->value());
  if (series.level) return std::to_string(series.level->value());
  return "";
}

std::string Metrics::PrometheusText() const {
  std::lock_guard lock(mutex_);
  std::vector<const Series*> sorted;
  for (const Series& series : series_) sorted.push_back(&series);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Series* a, const Series* b) { return a->name < b->name; });
  // Gauges are read outside of this lock: they may take others.
  std::vector<std::string> values;
  {
    std::lock_guard together(together_mutex_);
    for (const Series* series : sorted) values.push_back(ValueText(*series));
  }
  std::string text;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const Series& series = *sorted[i];
    if (i == 0 || sorted[i - 1]->name != series.name) {
      text += "# HELP " + series.name + " " + series.help + "\n";
      text += "# TYPE " + series.name + (series.counter ? " counter\n" : " gauge\n");
    }
    if (series.read_gauge) values[i] = NumberText(series.read_gauge());
    text += series.name + series.labels + " " + values[i] + "\n";
  }
  return text;
}

}  // namespace spanhound
