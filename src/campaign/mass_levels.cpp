#include "nudipole/campaign/mass_levels.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/inference/limit.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::campaign {
namespace {

/// Neighbours among the first masses differ by less: features within are found.
const double widest_ratio = std::pow(10.0, 0.25);
/// A limit is steep just below its end: halves are not cut finer than this share of the tolerance.
constexpr double finest_share = 0.02;

/// Largest mass of N that a neutrino of energy E can make on a target of mass M at rest, from
/// E = m + m^2/(2M).
double largest_mass_MeV(double energy_MeV, double target_mass_MeV) {
  return target_mass_MeV * (std::sqrt(1.0 + 2.0 * energy_MeV / target_mass_MeV) - 1.0);
}

/// Where components of the fluxes end for recoiling nuclei, which take next to nothing, and for
/// electrons.
std::vector<double> ends_MeV(const Setup& setup) {
  std::vector<double> ends;
  for (const experiment::Experiment& experiment : setup.experiments()) {
    for (const flux::Component& component : experiment.signal().source().components) {
      const double energy_MeV = component.spectrum->end_point_MeV();
      ends.push_back(energy_MeV);
      if (experiment.signal().has_electrons()) {
        ends.push_back(largest_mass_MeV(energy_MeV, constants::electron_mass_MeV));
      }
    }
  }
  return ends;
}

class Levels {
 public:
  Levels(const labelled::Dataset& data, double tolerance)
      : data_(&data),
        masses_(&std::get<std::vector<double>>(data.axis("mass").values)),
        tolerance_(tolerance) {}

  /// Notes the masses that are wanted between two that are there.
  void look(double low_MeV, double high_MeV) {
    const double middle_MeV = std::sqrt(low_MeV * high_MeV);
    if (!std::ranges::binary_search(*masses_, middle_MeV)) {
      wanted_.push_back(middle_MeV);
      return;
    }
    if (high_MeV / low_MeV - 1.0 < finest_share * tolerance_) return;
    const bool both = asks_for_more(low_MeV, middle_MeV, high_MeV);
    // Beside an end of a limit that is known well enough the other half was not looked at yet.
    if (both || ends_between(middle_MeV, high_MeV)) look(low_MeV, middle_MeV);
    if (both || ends_between(low_MeV, middle_MeV)) look(middle_MeV, high_MeV);
  }
  [[nodiscard]] std::vector<double> take() { return std::move(wanted_); }

 private:
  struct Limits {
    std::span<const double> values;
    std::span<const std::int8_t> status;
    std::span<const double> upper;  ///< ends of what is excluded; none where it has no end
  };

  [[nodiscard]] Limits at(double mass_MeV) const {
    const auto place =
        static_cast<std::size_t>(std::ranges::lower_bound(*masses_, mass_MeV) - masses_->begin());
    return {data_->slice<double>("limit", {place}),
            data_->slice<std::int8_t>("limit_status", {place}),
            data_->has_field("excluded_to") ? data_->slice<double>("excluded_to", {place})
                                            : std::span<const double>{}};
  }
  /// True when some limit is another kind of thing at the two masses.
  [[nodiscard]] bool ends_between(double low_MeV, double high_MeV) const {
    return !std::ranges::equal(at(low_MeV).status, at(high_MeV).status);
  }
  [[nodiscard]] bool asks_for_more(double low_MeV, double middle_MeV, double high_MeV) const {
    const Limits low = at(low_MeV);
    const Limits middle = at(middle_MeV);
    const Limits high = at(high_MeV);
    const double width = high_MeV / low_MeV - 1.0;
    for (std::size_t i = 0; i < low.values.size(); ++i) {
      const bool alike = low.status[i] == middle.status[i] && middle.status[i] == high.status[i];
      if (!alike && width > tolerance_) return true;
      const auto status = static_cast<inference::LimitStatus>(middle.status[i]);
      if (!alike || !has_value(status)) continue;
      if (bends(low.values[i], middle.values[i], high.values[i])) return true;
      if (status == inference::LimitStatus::closed_from_above &&
          bends(low.upper[i], middle.upper[i], high.upper[i])) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool bends(double low, double middle, double high) const {
    const double line = 0.5 * (std::log(low) + std::log(high));
    return std::abs(std::log(middle) - line) > std::log1p(tolerance_);
  }

  const labelled::Dataset* data_;
  const std::vector<double>* masses_;
  double tolerance_;
  std::vector<double> wanted_;
};

}  // namespace

std::vector<double> first_masses_MeV(const Setup& setup) {
  std::vector<double> masses = setup.config().mass_MeV;
  if (!setup.config().mass_tolerance) return masses;
  const double lowest = masses.front();
  const double highest = masses.back();
  for (const double end : ends_MeV(setup)) {
    if (end > lowest && end < highest) masses.push_back(end);
  }
  std::ranges::sort(masses);
  // Ends of several components may be the same but for rounding.
  const auto same = [](double a, double b) { return b < a * (1.0 + 1.0e-9); };
  masses.erase(std::unique(masses.begin(), masses.end(), same), masses.end());
  std::vector<double> all;
  for (std::size_t i = 0; i + 1 < masses.size(); ++i) {
    const double ratio = masses[i + 1] / masses[i];
    const int parts = static_cast<int>(std::ceil(std::log(ratio) / std::log(widest_ratio)));
    for (int k = 0; k < parts; ++k) {
      all.push_back(masses[i] * std::pow(ratio, static_cast<double>(k) / parts));
    }
  }
  all.push_back(masses.back());
  return all;
}

std::vector<double> first_masses_MeV(const Setup& setup, const Shard& shard) {
  const std::vector<double> all = first_masses_MeV(setup);
  std::vector<double> own;
  if (setup.config().mass_tolerance) {
    const std::size_t intervals = all.size() - 1;
    const std::size_t begin = intervals * shard.index / shard.count;
    const std::size_t end = intervals * (shard.index + 1) / shard.count;
    for (std::size_t i = begin; begin < end && i <= end; ++i) own.push_back(all[i]);
    return own;
  }
  for (const std::size_t place : shard.members(all.size())) own.push_back(all[place]);
  return own;
}

std::vector<double> next_masses_MeV(const std::vector<double>& first, const labelled::Dataset& data,
                                    double tolerance) {
  Levels levels{data, tolerance};
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  for (std::size_t i = 0; i + 1 < first.size(); ++i) {
    // A shard has those intervals of which it has both ends.
    if (std::ranges::binary_search(masses, first[i]) &&
        std::ranges::binary_search(masses, first[i + 1])) {
      levels.look(first[i], first[i + 1]);
    }
  }
  return levels.take();
}

std::optional<labelled::Dataset> with_next_masses(const Setup& setup,
                                                  const labelled::Dataset& data) {
  if (!setup.config().mass_tolerance) return std::nullopt;
  const std::vector<double> wanted =
      next_masses_MeV(first_masses_MeV(setup), data, *setup.config().mass_tolerance);
  if (wanted.empty()) return std::nullopt;
  return data.grown("mass", wanted);
}

}  // namespace nudipole::campaign
