#include "factory_table.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/factories.hpp"
#include "time_profile.hpp"

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Range;
using config::Section;

using EfficiencyPtr = std::shared_ptr<const detector::Efficiency>;

EfficiencyPtr exponential_decay(const Section& section, const Context&) {
  return detector::exponential_decay_efficiency(section.number("start_us"),
                                                section.number("rate_per_us"));
}

using EfficiencyBuilder = EfficiencyPtr (*)(const Section&, const Context&);

const detail::FactoryTable<EfficiencyBuilder>& builders() {
  static const detail::FactoryTable<EfficiencyBuilder> table{
      {{"exponential_decay",
        "1 until a time, then exp(-rate (t - start))",
        {Key::number("start_us", "where the decay begins"),
         Key::number("rate_per_us", "decay rate", Range::positive())}},
       exponential_decay}};
  return table;
}

}  // namespace

namespace detail {

detector::TimeProfile read_time_profile(const config::Table& table, const std::string& column) {
  const auto probabilities = table.column(column, "1/bin", Range::non_negative());
  return {.edges_us = config::contiguous_edges(table, "time_lo", "time_hi", "us"),
          .probabilities = {probabilities.begin(), probabilities.end()}};
}

config::Key edges_key(const std::string& name) {
  return Key::numbers(name, "edges of the bins").at_least(2).ascending();
}

}  // namespace detail

config::Schema time_schema() {
  const std::vector<Key> keys{
      detail::edges_key("edges_us"),
      Key::section("efficiency", "timing efficiency", detail::schema_of(builders())).optional(),
      Key::section("arrival", "arrival times of the source's neutrinos",
                   {.keys = {Key::text("table", "file with time_lo and time_hi in us"),
                             Key::texts("classes",
                                        "its columns in 1/bin, one for each arrival "
                                        "class of the source (prompt, delayed)")}})};
  return {.kinds = {{"axis", "bins in time", keys},
                    {"window", "no bins: a selection between two edges", keys},
                    {"none", "no bins, no selection", {}}},
          .default_kind = "axis"};
}

TimeAxis make_time_axis(const Section& section, const Context& context) {
  TimeAxis time;
  time.axis = {.name = "time", .unit = "us", .edges = section.numbers("edges_us")};
  if (const auto efficiency = section.section_if("efficiency")) {
    time.efficiency = detail::find_builder(builders(), *efficiency)(*efficiency, context);
  }
  const Section arrival = section.section("arrival");
  const config::Table& table = context.table(arrival.text("table"));
  for (const std::string& name : arrival.texts("classes")) {
    time.arrival.emplace(name, detector::time_factors(detail::read_time_profile(table, name),
                                                      time.axis.edges, time.efficiency.get()));
  }
  return time;
}

}  // namespace nudipole::experiment
