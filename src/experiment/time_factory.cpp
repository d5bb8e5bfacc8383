#include "factory_table.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/factories.hpp"
#include "time_profile.hpp"

namespace nudipole::experiment {
namespace {

using config::Range;
using config::Section;

using EfficiencyPtr = std::shared_ptr<const detector::Efficiency>;

EfficiencyPtr exponential_decay(const Section& section, const Context&) {
  return detector::exponential_decay_efficiency(section.number("start_us"),
                                                section.number("rate_per_us", Range::positive()));
}

using EfficiencyBuilder = EfficiencyPtr (*)(const Section&, const Context&);

EfficiencyPtr make_time_efficiency(const Section& section, const Context& context) {
  static const detail::FactoryTable<EfficiencyBuilder> table{
      {"exponential_decay", exponential_decay}};
  EfficiencyPtr efficiency = detail::find_builder(table, section)(section, context);
  section.finish();
  return efficiency;
}

}  // namespace

namespace detail {

detector::TimeProfile read_time_profile(const config::Table& table, const std::string& column) {
  const auto probabilities = table.column(column, "1/bin", Range::non_negative());
  return {.edges_us = config::contiguous_edges(table, "time_lo", "time_hi", "us"),
          .probabilities = {probabilities.begin(), probabilities.end()}};
}

std::vector<double> read_edges(const Section& section, const std::string& key) {
  std::vector<double> edges = section.numbers(key);
  if (edges.size() < 2) section.fail(key, "needs at least two edges");
  for (std::size_t i = 1; i < edges.size(); ++i) {
    if (edges[i] <= edges[i - 1]) {
      section.fail(key, "edges do not grow at entry " + std::to_string(i),
                   "strictly ascending numbers");
    }
  }
  return edges;
}

}  // namespace detail

TimeAxis make_time_axis(const Section& section, const Context& context) {
  TimeAxis time;
  time.axis = {.name = "time", .unit = "us", .edges = detail::read_edges(section, "edges_us")};
  if (const auto efficiency = section.section_if("efficiency")) {
    time.efficiency = make_time_efficiency(*efficiency, context);
  }
  const Section arrival = section.section("arrival");
  const config::Table table = context.table(arrival.text("table"));
  for (const std::string& name : arrival.texts("classes")) {
    time.arrival.emplace(name, detector::time_factors(detail::read_time_profile(table, name),
                                                      time.axis.edges, time.efficiency.get()));
  }
  arrival.finish();
  section.finish();
  return time;
}

}  // namespace nudipole::experiment
