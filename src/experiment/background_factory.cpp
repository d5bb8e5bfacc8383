#include "bin_classes.hpp"
#include "bin_table.hpp"
#include "factory_table.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/factories.hpp"
#include "time_profile.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::experiment {
namespace {

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
  constexpr double tolerance = 1.0e-9;
  std::vector<double> sums(axis.size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    for (std::size_t bin = 0; bin < axis.size(); ++bin) {
      const bool begins_inside =
          lower[row] > axis.edges[bin] - tolerance && lower[row] < axis.edges[bin + 1] - tolerance;
      if (!begins_inside) continue;
      if (upper[row] > axis.edges[bin + 1] + tolerance) {
        section.fail("table", table.where(row, axis.name + "_hi") + " straddles the " + axis.name +
                                  " edge " + std::to_string(axis.edges[bin + 1]));
      }
      sums[bin] += values[row];
    }
  }
  return sums;
}

/// Shape along the energy axis, any normalisation.
std::vector<double> energy_shape(const Section& section, const Context& context,
                                 const math::BinAxis& energy) {
  const std::string kind = section.choice("kind", {"histogram", "counts"});
  const config::Table table = context.table(section.text("table"));
  std::vector<double> shape =
      rebin(section, table, section.text("column"), kind == "counts" ? "counts" : "1/bin", energy);
  section.finish();
  return shape;
}

/// Shape along the time axis, any normalisation.
std::vector<double> time_shape(const Section& section, const Context& context,
                               const TimeAxis& time) {
  const std::string kind = section.choice("kind", {"histogram", "exponential"});
  std::vector<double> shape;
  if (kind == "histogram") {
    const config::Table table = context.table(section.text("table"));
    const bool selected = section.choice("efficiency", {"apply", "inside"}) == "apply";
    shape = detector::time_factors(detail::read_time_profile(table, section.text("column")),
                                   time.axis.edges, selected ? time.efficiency.get() : nullptr);
  } else {
    const double rate = section.number("rate_per_us", Range::positive());
    for (std::size_t bin = 0; bin < time.axis.size(); ++bin) {
      shape.push_back(std::exp(-rate * time.axis.edges[bin]) -
                      std::exp(-rate * time.axis.edges[bin + 1]));
    }
  }
  section.finish();
  return shape;
}

Eigen::ArrayXd normalised(const Section& section, Eigen::ArrayXd shape, double events) {
  const double sum = shape.sum();
  if (!(sum > 0.0)) section.fail("", "the background's shape has no events in the binning");
  return shape * (events / sum);
}

/// events x (energy shape) x (time shape), normalised to `events` over all bins.
Eigen::ArrayXd factorised(const Section& section, const Context& context,
                          const math::Binning& binning, const TimeAxis* time) {
  const math::BinAxis& energy = binning.axes.front();
  if (binning.axes.size() > (time == nullptr ? 1 : 2)) {
    section.fail("kind", "a factorised background has an energy and a time shape only",
                 "kind: table");
  }
  const double events = section.number("events", Range::positive());
  const std::vector<double> energies = energy_shape(section.section("energy"), context, energy);
  const std::vector<double> times = time == nullptr
                                        ? std::vector<double>{1.0}
                                        : time_shape(section.section("time"), context, *time);
  Eigen::ArrayXd shape(static_cast<Eigen::Index>(energies.size() * times.size()));
  Eigen::Index bin = 0;
  for (const double in_energy : energies) {
    for (const double in_time : times) shape(bin++) = in_energy * in_time;
  }
  return normalised(section, std::move(shape), events);
}

/// A column of a table in the experiment's own binning, one row a bin; normalised to `events` if
/// that is given, otherwise as it is.
Eigen::ArrayXd tabulated(const Section& section, const Context& context,
                         const math::Binning& binning, const TimeAxis*) {
  const config::Table table = context.table(section.text("table"));
  Eigen::ArrayXd shape = detail::read_bins(section, table, section.text("column"), binning);
  const double floor = section.number_or("floor", 0.0, Range::non_negative());
  shape = shape.max(floor);
  if (!section.has("events")) return shape;
  return normalised(section, std::move(shape), section.number("events", Range::positive()));
}

/// Expected counts just as a table gives them, one row a bin; with `only: {column: class}` the rows
/// of other classes count nothing.
Eigen::ArrayXd expected_counts(const Section& section, const Context& context,
                               const math::Binning& binning, const TimeAxis*) {
  const config::Table table = context.table(section.text("table"));
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

using Builder = Eigen::ArrayXd (*)(const Section&, const Context&, const math::Binning&,
                                   const TimeAxis*);

}  // namespace

Eigen::ArrayXd make_background(const Section& section, const Context& context,
                               const math::Binning& binning, const TimeAxis* time) {
  static const detail::FactoryTable<Builder> table{
      {"factorised", factorised}, {"expected_counts", expected_counts}, {"table", tabulated}};
  Eigen::ArrayXd events = detail::find_builder(table, section)(section, context, binning, time);
  if ((events < 0.0).any()) section.fail("", "the background has bins with negative events");
  section.finish();
  return events;
}

}  // namespace nudipole::experiment
