#include "observables.hpp"

#include "bin_table.hpp"
#include "factory_table.hpp"
#include "time_profile.hpp"

#include <algorithm>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;
using prediction::ConditionalShape;
using prediction::ConditionalShapes;

/// What every builder of shapes needs.
struct ShapeInput {
  const Context* context;
  math::Binning binning;  ///< energy, then the other axes

  [[nodiscard]] Eigen::Index energies() const {
    return static_cast<Eigen::Index>(binning.axes.front().size());
  }
  [[nodiscard]] Eigen::Index others() const {
    return static_cast<Eigen::Index>(binning.size()) / energies();
  }
};

/// A column as [energy bin, other bin].
ConditionalShape read_shape(const Section& section, const ShapeInput& input) {
  const Eigen::ArrayXd bins = read_bins(section, input.context->table(section.text("table")),
                                        section.text("column"), input.binning);
  return Eigen::Map<const Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      bins.data(), input.energies(), input.others());
}

/// A column over the sum of the normaliser in each energy bin.
ConditionalShape read_normalised_shape(const Section& section, const ShapeInput& input) {
  ConditionalShape events = read_shape(section, input);
  const Section normaliser = section.section("normaliser");
  const Eigen::ArrayXd sums = read_shape(normaliser, input).rowwise().sum();
  if (!(sums(0) > 0.0)) normaliser.fail("column", "has no events in the first energy bin");
  return prediction::normalised_shape(std::move(events), sums);
}

ConditionalShapes tabulated_shape(const Section& section, const ShapeInput& input) {
  return read_normalised_shape(section, input);
}

ConditionalShapes pulse_shapes(const Section& section, const ShapeInput& input) {
  const ConditionalShape table = read_normalised_shape(section, input);
  const double mean = section.number("mean_us");
  const double width = section.number("width_us");
  const auto& axes = input.binning.axes;
  const auto time = std::ranges::find(axes, "time", &math::BinAxis::name);
  if (time == axes.end()) section.fail("kind", "a pulse needs an axis called time");
  const auto time_axis = static_cast<std::size_t>(time - axes.begin());

  std::map<std::string, ConditionalShape> shapes;
  const Section lifetimes = section.section("lifetimes_us");
  for (const std::string& arrival : lifetimes.keys()) {
    const double lifetime = lifetimes.number(arrival);
    shapes.emplace(arrival, prediction::with_pulse(
                                table, input.binning, time_axis,
                                {.mean_us = mean, .width_us = width, .lifetime_us = lifetime}));
  }
  return shapes;
}

using ShapeBuilder = ConditionalShapes (*)(const Section&, const ShapeInput&);

std::vector<Key> shape_keys() {
  std::vector<Key> keys = column_keys("signal events, in the experiment's binning");
  keys.push_back(Key::section("normaliser",
                              "column whose sum over an energy bin's companions divides the other",
                              {.keys = column_keys("events")}));
  return keys;
}

std::vector<Key> pulse_keys() {
  std::vector<Key> keys = shape_keys();
  keys.push_back(Key::number("mean_us", "mean of the Gaussian pulse"));
  keys.push_back(Key::number("width_us", "its standard deviation", Range::positive()));
  keys.push_back(Key::entries("lifetimes_us",
                              "arrival class of the source -> lifetime of the exponential that the "
                              "pulse is convolved with, in us; 0: none",
                              Key::number("<class>", "lifetime [us]", Range::non_negative())));
  return keys;
}

const FactoryTable<ShapeBuilder>& shape_builders() {
  static const FactoryTable<ShapeBuilder> table{
      {{"table", "the same for all arrival classes", shape_keys()}, tabulated_shape},
      {{"pulse", "the table over all axes but the time, in time a pulse", pulse_keys()},
       pulse_shapes}};
  return table;
}

Observables read_companions(const Section& section, const Context& context,
                            const math::BinAxis& energy) {
  Observables observables;
  for (const Section& axis : section.sections("axes")) {
    observables.axes.push_back(
        {.name = axis.text("name"), .unit = axis.text("unit"), .edges = axis.numbers("edges")});
  }
  ShapeInput input{.context = &context, .binning = {.axes = {energy}}};
  input.binning.axes.insert(input.binning.axes.end(), observables.axes.begin(),
                            observables.axes.end());
  const Section spread = section.section("spread");
  observables.shapes = find_builder(shape_builders(), spread)(spread, input);
  return observables;
}

Observables energy_alone(const math::BinAxis& energy) {
  return {.shapes = ConditionalShape::Ones(static_cast<Eigen::Index>(energy.size()), 1).eval()};
}

Observables read_time(const Section& section, const Context& context, const math::BinAxis& energy) {
  const std::string& kind = section.kind();
  if (kind == "none") return energy_alone(energy);
  TimeAxis time = make_time_axis(section, context);
  if (kind == "window" && time.axis.size() != 1) {
    section.fail("edges_us", "a window has a beginning and an end", "two edges");
  }
  std::map<std::string, ConditionalShape> shapes;
  for (const auto& [arrival, factors] : time.arrival) {
    shapes.emplace(arrival, Eigen::Map<const Eigen::ArrayXd>(
                                factors.data(), static_cast<Eigen::Index>(factors.size()))
                                .transpose()
                                .replicate(static_cast<Eigen::Index>(energy.size()), 1));
  }
  if (kind == "window") return {.shapes = std::move(shapes)};
  Observables observables{.axes = {time.axis}, .shapes = std::move(shapes)};
  observables.time = std::move(time);
  return observables;
}

}  // namespace

config::Schema companions_schema() {
  return {.keys = {Key::sections(
                       "axes", "axes of the bins beside the energy, slowest first",
                       {.keys = {Key::text("name", "columns of tables are <name>_lo, <name>_hi"),
                                 Key::text("unit", "unit of the edges in headings"),
                                 edges_key("edges")}}),
                   Key::section("spread", "how signal events of an energy bin spread over them",
                                schema_of(shape_builders()))}};
}

Observables read_observables(const Section& root, const Context& context,
                             const math::BinAxis& energy) {
  const auto time = root.section_if("time");
  const auto others = root.section_if("companions");
  if (time) return read_time(*time, context, energy);
  if (others) return read_companions(*others, context, energy);
  return energy_alone(energy);
}

const prediction::ConditionalShape& shape_of(const Observables& observables,
                                             const flux::Component& component,
                                             const Section& root) {
  const auto* shape = prediction::find_shape(observables.shapes, component.arrival);
  if (shape != nullptr) return *shape;
  const bool in_time = root.has("time");
  root.section(in_time ? "time" : "companions")
      .fail(in_time ? "arrival" : "spread",
            "no arrival class '" + component.arrival + "', which " + component.name + " needs");
}

}  // namespace nudipole::experiment::detail
