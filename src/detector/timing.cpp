#include "nudipole/detector/timing.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/math/gauss_legendre.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::detector {
namespace {

/// Mean of the efficiency over one fine bin, split where the efficiency is not smooth.
double mean_efficiency(const Efficiency& efficiency, double lower, double upper) {
  const math::GaussLegendreRule& rule = math::gauss_legendre(4);
  double sum = 0.0;
  double start = lower;
  for (const double cut : efficiency.breaks()) {
    if (cut <= start || cut >= upper) continue;
    sum += math::integrate(rule, start, cut, efficiency);
    start = cut;
  }
  sum += math::integrate(rule, start, upper, efficiency);
  return sum / (upper - lower);
}

std::size_t edge_index(const std::vector<double>& edges, double value) {
  constexpr double tolerance_us = 1.0e-9;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (std::abs(edges[i] - value) < tolerance_us) return i;
  }
  throw DataError(
      "the time edge " + std::to_string(value) + " us is not an edge of the tabulated time profile",
      {.hint = "choose time edges among those of the profile"});
}

}  // namespace

std::vector<double> time_factors(const TimeProfile& profile,
                                 const std::vector<double>& bin_edges_us,
                                 const Efficiency* efficiency) {
  std::vector<double> factors;
  for (std::size_t bin = 0; bin + 1 < bin_edges_us.size(); ++bin) {
    const std::size_t first = edge_index(profile.edges_us, bin_edges_us[bin]);
    const std::size_t last = edge_index(profile.edges_us, bin_edges_us[bin + 1]);
    double sum = 0.0;
    for (std::size_t i = first; i < last; ++i) {
      const double passed =
          efficiency == nullptr
              ? 1.0
              : mean_efficiency(*efficiency, profile.edges_us[i], profile.edges_us[i + 1]);
      sum += profile.probabilities[i] * passed;
    }
    factors.push_back(sum);
  }
  return factors;
}

std::vector<double> exponential_factors(double rate_per_us,
                                        const std::vector<double>& bin_edges_us) {
  std::vector<double> factors;
  for (std::size_t bin = 0; bin + 1 < bin_edges_us.size(); ++bin) {
    factors.push_back(std::exp(-rate_per_us * bin_edges_us[bin]) -
                      std::exp(-rate_per_us * bin_edges_us[bin + 1]));
  }
  return factors;
}

}  // namespace nudipole::detector
