#include "companions.hpp"

#include "bin_table.hpp"
#include "factory_table.hpp"
#include "time_profile.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Range;
using config::Section;

/// What every builder of a spread needs.
struct SpreadInput {
  const Context* context;
  math::Binning binning;  ///< energy, then the companions

  [[nodiscard]] Eigen::Index energies() const {
    return static_cast<Eigen::Index>(binning.axes.front().size());
  }
  [[nodiscard]] Eigen::Index companions() const {
    return static_cast<Eigen::Index>(binning.size()) / energies();
  }
};

/// A column as [energy bin, companion bin].
prediction::Spread read_spread(const Section& section, const SpreadInput& input) {
  const Eigen::ArrayXd bins = read_bins(section, input.context->table(section.text("table")),
                                        section.text("column"), input.binning);
  return Eigen::Map<const Eigen::Array<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
      bins.data(), input.energies(), input.companions());
}

/// A column over the sum of the normaliser in each energy bin.
prediction::Spread normalised_spread(const Section& section, const SpreadInput& input) {
  prediction::Spread spread = read_spread(section, input);
  const Section normaliser = section.section("normaliser");
  const Eigen::ArrayXd sums = read_spread(normaliser, input).rowwise().sum();
  if (!(sums(0) > 0.0)) normaliser.fail("column", "has no events in the first energy bin");
  Eigen::Index filled = 0;
  for (Eigen::Index energy = 0; energy < sums.size(); ++energy) {
    if (sums(energy) > 0.0) {
      filled = energy;
      spread.row(energy) /= sums(energy);
    } else {
      spread.row(energy) = spread.row(filled);
    }
  }
  return spread;
}

void tabulated_spread(const Section& section, const SpreadInput& input, Companions& companions) {
  companions.any_class = normalised_spread(section, input);
}

/// Integral from -infinity to t of a Gaussian pulse convolved with an exponential decay.
double arrived_before(double t_us, double mean_us, double width_us, double lifetime_us) {
  const double delay = t_us - mean_us;
  const auto below = [](double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); };
  const double pulse = below(delay / width_us);
  if (lifetime_us == 0.0) return pulse;
  const double ratio = width_us / lifetime_us;
  return pulse -
         std::exp(0.5 * ratio * ratio - delay / lifetime_us) * below(delay / width_us - ratio);
}

void pulse_spread(const Section& section, const SpreadInput& input, Companions& companions) {
  const prediction::Spread table = normalised_spread(section, input);
  const double mean = section.number("mean_us");
  const double width = section.number("width_us");
  const auto& axes = input.binning.axes;
  const auto time = std::ranges::find(axes, "time", &math::BinAxis::name);
  if (time == axes.end()) section.fail("kind", "a pulse needs an axis called time");
  const auto time_axis = static_cast<std::size_t>(time - axes.begin());

  const Section lifetimes = section.section("lifetimes_us");
  for (const std::string& arrival : lifetimes.keys()) {
    const double lifetime = lifetimes.number(arrival);
    std::vector<double> factor;
    for (std::size_t bin = 0; bin < time->size(); ++bin) {
      factor.push_back(arrived_before(time->edges[bin + 1], mean, width, lifetime) -
                       arrived_before(time->edges[bin], mean, width, lifetime));
    }
    // Sum over the time bins that share all other bins, then the pulse in place of the time.
    prediction::Spread spread = prediction::Spread::Zero(table.rows(), table.cols());
    for (Eigen::Index c = 0; c < table.cols(); ++c) {
      const std::vector<std::size_t> to = input.binning.indices(static_cast<std::size_t>(c));
      for (Eigen::Index other = 0; other < table.cols(); ++other) {
        std::vector<std::size_t> from = input.binning.indices(static_cast<std::size_t>(other));
        from[time_axis] = to[time_axis];
        if (from == to) spread.col(c) += table.col(other) * factor[to[time_axis]];
      }
    }
    companions.spreads.emplace(arrival, std::move(spread));
  }
}

using SpreadBuilder = void (*)(const Section&, const SpreadInput&, Companions&);

std::vector<Key> spread_keys() {
  std::vector<Key> keys = column_keys("signal events, in the experiment's binning");
  keys.push_back(Key::section("normaliser",
                              "column whose sum over an energy bin's companions divides the other",
                              {.keys = column_keys("events")}));
  return keys;
}

std::vector<Key> pulse_keys() {
  std::vector<Key> keys = spread_keys();
  keys.push_back(Key::number("mean_us", "mean of the Gaussian pulse"));
  keys.push_back(Key::number("width_us", "its standard deviation", Range::positive()));
  keys.push_back(Key::entries("lifetimes_us",
                              "arrival class of the source -> lifetime of the exponential that the "
                              "pulse is convolved with, in us; 0: none",
                              Key::number("<class>", "lifetime [us]", Range::non_negative())));
  return keys;
}

const FactoryTable<SpreadBuilder>& spread_builders() {
  static const FactoryTable<SpreadBuilder> table{
      {{"table", "the same for all arrival classes", spread_keys()}, tabulated_spread},
      {{"pulse", "the table over all axes but the time, in time a pulse", pulse_keys()},
       pulse_spread}};
  return table;
}

void read_companions(const Section& section, const Context& context, const math::BinAxis& energy,
                     Companions& companions) {
  for (const Section& axis : section.sections("axes")) {
    companions.axes.push_back(
        {.name = axis.text("name"), .unit = axis.text("unit"), .edges = axis.numbers("edges")});
  }
  SpreadInput input{.context = &context, .binning = {.axes = {energy}}};
  input.binning.axes.insert(input.binning.axes.end(), companions.axes.begin(),
                            companions.axes.end());
  const Section spread = section.section("spread");
  find_builder(spread_builders(), spread)(spread, input, companions);
}

void read_time(const Section& section, const Context& context, const math::BinAxis& energy,
               Companions& companions) {
  const std::string& kind = section.kind();
  const auto energies = static_cast<Eigen::Index>(energy.size());
  if (kind == "none") {
    companions.any_class = prediction::Spread::Ones(energies, 1);
    return;
  }
  TimeAxis time = make_time_axis(section, context);
  if (kind == "window" && time.axis.size() != 1) {
    section.fail("edges_us", "a window has a beginning and an end", "two edges");
  }
  for (const auto& [arrival, factors] : time.arrival) {
    companions.spreads.emplace(
        arrival,
        Eigen::Map<const Eigen::ArrayXd>(factors.data(), static_cast<Eigen::Index>(factors.size()))
            .transpose()
            .replicate(energies, 1));
  }
  if (kind == "window") return;
  companions.axes.push_back(time.axis);
  companions.time = std::move(time);
}

}  // namespace

const prediction::Spread& Companions::spread(const std::string& arrival,
                                             const std::string& component,
                                             const Section& root) const {
  if (any_class) return *any_class;
  const auto found = spreads.find(arrival);
  if (found != spreads.end()) return found->second;
  const bool in_time = root.has("time");
  root.section(in_time ? "time" : "companions")
      .fail(in_time ? "arrival" : "spread",
            "no arrival class '" + arrival + "', which " + component + " needs");
}

config::Schema companions_schema() {
  return {.keys = {Key::sections(
                       "axes", "axes of the bins beside the energy, slowest first",
                       {.keys = {Key::text("name", "columns of tables are <name>_lo, <name>_hi"),
                                 Key::text("unit", "unit of the edges in headings"),
                                 edges_key("edges")}}),
                   Key::section("spread", "how signal events of an energy bin spread over them",
                                schema_of(spread_builders()))}};
}

Companions make_companions(const Section& root, const Context& context,
                           const math::BinAxis& energy) {
  Companions companions;
  const auto time = root.section_if("time");
  const auto others = root.section_if("companions");
  if (time) {
    read_time(*time, context, energy, companions);
  } else if (others) {
    read_companions(*others, context, energy, companions);
  } else {
    companions.any_class = prediction::Spread::Ones(static_cast<Eigen::Index>(energy.size()), 1);
  }
  return companions;
}

}  // namespace nudipole::experiment::detail
