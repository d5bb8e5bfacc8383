#include "bin_classes.hpp"
#include "bin_table.hpp"
#include "factory_table.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/factories.hpp"
#include "time_profile.hpp"

#include <algorithm>

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Range;
using config::Section;

/// Sums a table's column into the bins of an axis; fine bins must lie inside one axis bin. Rows
/// outside the axis are ignored.
std::vector<double> rebin(const Section& section, const config::Table& table,
                          const std::string& column, const std::string& column_unit,
                          const math::BinAxis& axis) {
  const auto lower = table.column(axis.name + "_lo", axis.unit);
  const auto upper = table.column(axis.name + "_hi", axis.unit);
  const auto values = table.column(column, column_unit);
  if (const auto found = math::first_straddling(lower, upper, axis.edges)) {
    section.fail("table", table.where(found->interval, axis.name + "_hi") + " straddles the " +
                              axis.name + " edge " + std::to_string(found->edge));
  }
  return math::sum_into_bins(lower, values, axis.edges);
}

/// Shape along the energy axis, any normalisation.
std::vector<double> energy_shape(const Section& section, const Context& context,
                                 const math::BinAxis& energy) {
  return rebin(section, context.table(section.text("table")), section.text("column"),
               section.kind() == "counts" ? "counts" : "1/bin", energy);
}

/// Shape along the time axis, any normalisation.
std::vector<double> time_shape(const Section& section, const Context& context,
                               const TimeAxis& time) {
  std::vector<double> shape;
  if (section.kind() == "histogram") {
    const config::Table& table = context.table(section.text("table"));
    const bool selected = section.text("efficiency") == "apply";
    shape = detector::time_factors(detail::read_time_profile(table, section.text("column")),
                                   time.axis.edges, selected ? time.efficiency.get() : nullptr);
  } else {
    shape = detector::exponential_factors(section.number("rate_per_us"), time.axis.edges);
  }
  return shape;
}

Eigen::ArrayXd normalised(const Section& section, const Eigen::ArrayXd& shape, double events) {
  const double sum = shape.sum();
  if (!(sum > 0.0)) section.fail("", "the background's shape has no events in the binning");
  return shape * (events / sum);
}

/// events x (energy shape) x (time shape), normalised to `events` over all bins.
Eigen::ArrayXd factorised(const Section& section, const Context& context,
                          const BackgroundSetting& setting) {
  const math::Binning& binning = *setting.binning;
  const TimeAxis* const time = setting.time;
  const math::BinAxis& energy = binning.axes.front();
  if (binning.axes.size() > (time == nullptr ? 1 : 2)) {
    section.fail("kind", "a factorised background has an energy and a time shape only",
                 "kind: table");
  }
  const double events = section.number("events");
  const std::vector<double> energies = energy_shape(section.section("energy"), context, energy);
  const std::vector<double> times = time == nullptr
                                        ? std::vector<double>{1.0}
                                        : time_shape(section.section("time"), context, *time);
  Eigen::ArrayXd shape(static_cast<Eigen::Index>(energies.size() * times.size()));
  Eigen::Index bin = 0;
  for (const double in_energy : energies) {
    for (const double in_time : times) shape(bin++) = in_energy * in_time;
  }
  return normalised(section, shape, events);
}

/// A column of a table in the experiment's own binning, one row a bin; normalised to `events` if
/// that is given, otherwise as it is.
Eigen::ArrayXd tabulated(const Section& section, const Context& context,
                         const BackgroundSetting& setting) {
  const config::Table& table = context.table(section.text("table"));
  Eigen::ArrayXd shape =
      detail::read_bins(section, table, section.text("column"), *setting.binning);
  const double floor = section.number("floor");
  shape = shape.max(floor);
  if (!section.has("events")) return shape;
  return normalised(section, shape, section.number("events"));
}

/// Expected counts just as a table gives them, one row a bin; with `only: {column: class}` the rows
/// of other classes count nothing.
Eigen::ArrayXd expected_counts(const Section& section, const Context& context,
                               const BackgroundSetting& setting) {
  const math::Binning& binning = *setting.binning;
  const config::Table& table = context.table(section.text("table"));
  Eigen::ArrayXd events = detail::read_bins(section, table, section.text("column"), binning);
  const auto only = section.section_if("only");
  if (!only) return events;
  for (const std::string& column : only->keys()) {
    const std::string wanted = only->text(column);
    const std::vector<std::string> classes = detail::read_classes(table, column);
    if (std::ranges::find(classes, wanted) == classes.end()) {
      only->fail(column, "no row of " + table.source() + " is of class '" + wanted + "'");
    }
    for (std::size_t row = 0; row < binning.size(); ++row) {
      if (classes[row] != wanted) events(static_cast<Eigen::Index>(row)) = 0.0;
    }
  }
  return events;
}

/// A published total that contains the neutrinos, without them. What a fit by others calls
/// background cannot be taken from their total without a prediction of the neutrinos in it: theirs,
/// or ours, with which the sum is the published total again at the centre of all pulls.
Eigen::ArrayXd remainder(const Section& section, const Context& context,
                         const BackgroundSetting& setting) {
  const config::Table& table = context.table(section.text("table"));
  const math::Binning& binning = *setting.binning;
  const Eigen::ArrayXd total = detail::read_bins(section, table, section.text("column"), binning);
  const double floor = section.number("floor");
  if (section.text("minus") == "standard_model") {
    return (total - *setting.standard_model).max(floor);
  }
  if (!section.has("neutrinos")) {
    section.fail("neutrinos", "no column is named",
                 "a column of " + table.source() + ", or minus: standard_model");
  }
  return (total - detail::read_bins(section, table, section.text("neutrinos"), binning)).max(floor);
}

config::Schema factorised_energy_schema() {
  const std::vector<Key> keys{
      Key::text("table", "file with <axis>_lo and <axis>_hi in the axis's unit"),
      Key::text("column", "its column of the shape; rows are summed into the bins")};
  return {.kinds = {{"histogram", "the column is in 1/bin", keys},
                    {"counts", "the column is in counts", keys}}};
}

config::Schema factorised_time_schema() {
  return {
      .kinds = {
          {"histogram",
           "a column of probabilities",
           {Key::text("table", "file with time_lo and time_hi in us"),
            Key::text("column", "its column in 1/bin"),
            Key::choice("efficiency", "the timing efficiency of the time axis",
                        {{"apply", "the column is before it"}, {"inside", "the column has it"}})}},
          {"exponential",
           "exp(-rate t)",
           {Key::number("rate_per_us", "decay rate", Range::positive())}}}};
}

std::vector<Key> tabulated_keys() {
  std::vector<Key> keys = detail::column_keys("expected events");
  keys.push_back(
      Key::number("floor", "least events in a bin, before `events`", Range::non_negative())
          .or_else(0.0));
  keys.push_back(Key::number("events", "sum over all bins after rescaling; without it as tabulated",
                             Range::positive())
                     .optional());
  return keys;
}

std::vector<Key> remainder_keys() {
  std::vector<Key> keys = detail::column_keys("events, neutrinos included");
  keys.push_back(Key::choice("minus", "the neutrinos to be taken off",
                             {{"column", "those of the column `neutrinos`"},
                              {"standard_model",
                               "those that this experiment predicts, before any "
                               "nuisance"}})
                     .or_else("column"));
  keys.push_back(Key::text("neutrinos", "column of the neutrinos in the total").optional());
  keys.push_back(Key::number("floor", "least events in a bin", Range::non_negative()).or_else(0.0));
  return keys;
}

std::vector<Key> expected_counts_keys() {
  std::vector<Key> keys = detail::column_keys("expected events");
  keys.push_back(Key::entries("only", "column of the table -> the class whose rows count",
                              Key::text("<column>", "class"))
                     .optional());
  keys.push_back(Key::choice("negative", "bins below 0",
                             {{"refused", "an error"},
                              {"kept", "reading noise of a difference, small beside other events"}})
                     .or_else("refused"));
  return keys;
}

using Builder = Eigen::ArrayXd (*)(const Section&, const Context&, const BackgroundSetting&);

const detail::FactoryTable<Builder>& builders() {
  static const detail::FactoryTable<Builder> table{
      {{"factorised",
        "events x energy shape x time shape",
        {Key::number("events", "sum over all bins", Range::positive()),
         Key::section("energy", "shape in energy", factorised_energy_schema()),
         Key::section("time", "shape in time; required when the experiment has a time axis",
                      factorised_time_schema())
             .optional()}},
       factorised},
      {{"expected_counts", "a column as it is, of some classes only", expected_counts_keys()},
       expected_counts},
      {{"remainder", "a published total less the neutrinos in it", remainder_keys()}, remainder},
      {{"table", "a column, rescaled or not", tabulated_keys()}, tabulated}};
  return table;
}

}  // namespace

config::Schema background_schema() { return detail::schema_of(builders()); }

Eigen::ArrayXd make_background(const Section& section, const Context& context,
                               const BackgroundSetting& setting) {
  Eigen::ArrayXd events = detail::find_builder(builders(), section)(section, context, setting);
  const bool may_be_negative =
      section.kind() == "expected_counts" && section.text("negative") == "kept";
  if (!may_be_negative && (events < 0.0).any()) {
    section.fail("", "the background has bins with negative events");
  }
  return events;
}

}  // namespace nudipole::experiment
