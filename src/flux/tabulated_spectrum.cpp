#include "nudipole/flux/tabulated_spectrum.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace nudipole::flux {
namespace {

/// Values of the spectrum at the two ends of a segment.
struct Segment {
  double left;
  double right;
};

/// The integrals of 1/E and 1/E^2 times (E_2 - E) from x to E_2 without their powers of E_2, as
/// functions of w = (E_2 - x)/E_2: both start with w^2/2, which plain differences of logarithms
/// would lose.
struct RampIntegrals {
  double over_energy;          ///< -ln(1 - w) - w  =  sum_k w^k/k, k >= 2
  double over_energy_squared;  ///< w/(1 - w) + ln(1 - w)  =  sum_k w^k (k - 1)/k
};

RampIntegrals ramp_integrals(double w, double logarithm) {
  constexpr double series_below = 0.05;
  if (w >= series_below) return {logarithm - w, w / (1.0 - w) - logarithm};
  // The next term is below 0.05^11 of the first.
  constexpr int last = 12;
  double first = 0.0;
  double second = 0.0;
  for (int k = last; k >= 2; --k) {
    first = first * w + 1.0 / k;
    second = second * w + (k - 1.0) / k;
  }
  return {first * w * w, second * w * w};
}

/// phi(E) = right - slope (E_2 - E) on one segment; integrals from x to its upper end E_2.
Moments segment_moments(double x, double upper, double right, double slope) {
  const double width = upper - x;
  const double logarithm = std::log1p(width / x);
  const RampIntegrals ramp = ramp_integrals(width / upper, logarithm);
  return {.phi0 = width * (right - 0.5 * slope * width),
          .phi1 = right * logarithm - slope * upper * ramp.over_energy,
          .phi2 = right * width / (x * upper) - slope * ramp.over_energy_squared};
}

class TabulatedSpectrum final : public Spectrum {
 public:
  TabulatedSpectrum(std::vector<double> energies_MeV, std::vector<Segment> segments)
      : energies_(std::move(energies_MeV)), segments_(std::move(segments)) {
    // From the top, where the spectrum is small: sums keep their digits there.
    above_.assign(energies_.size(), Moments{0.0, 0.0, 0.0});
    for (std::size_t i = segments_.size(); i-- > 0;) {
      above_[i] = added(above_[i + 1], from(energies_[i], i));
    }
    if (energies_.front() == 0.0) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      above_.front().phi1 = infinity;
      above_.front().phi2 = infinity;
    }
  }

  void moments_above(std::span<const double> energies_MeV,
                     std::span<Moments> moments) const override {
    for (std::size_t i = 0; i < energies_MeV.size(); ++i) {
      const double x = energies_MeV[i];
      if (x <= energies_.front()) {
        moments[i] = above_.front();
        continue;
      }
      const auto next = std::ranges::upper_bound(energies_, x);
      if (next == energies_.end()) {
        moments[i] = {0.0, 0.0, 0.0};
        continue;
      }
      const auto upper = static_cast<std::size_t>(next - energies_.begin());
      moments[i] = added(above_[upper], from(x, upper - 1));
    }
  }
  [[nodiscard]] const std::vector<double>& breaks_MeV() const override { return energies_; }

 private:
  static Moments added(const Moments& a, const Moments& b) {
    return {a.phi0 + b.phi0, a.phi1 + b.phi1, a.phi2 + b.phi2};
  }
  [[nodiscard]] Moments from(double x, std::size_t segment) const {
    const double lower = energies_[segment];
    const double upper = energies_[segment + 1];
    const Segment& ends = segments_[segment];
    return segment_moments(x, upper, ends.right, (ends.right - ends.left) / (upper - lower));
  }

  std::vector<double> energies_;
  std::vector<Segment> segments_;
  std::vector<Moments> above_;  ///< above each of energies_
};

void check_table(const std::vector<double>& energies_MeV, std::size_t least, std::size_t densities,
                 std::size_t expected_densities) {
  const bool ascending =
      std::ranges::adjacent_find(energies_MeV, std::ranges::greater_equal{}) == energies_MeV.end();
  if (energies_MeV.size() < least || !ascending || !(energies_MeV.front() >= 0.0) ||
      densities != expected_densities) {
    throw DataError("a tabulated spectrum with bad energies",
                    {.expected = "two or more ascending energies >= 0 and a value for each"});
  }
}

/// Divides by the integral.
std::shared_ptr<const Spectrum> normalised(std::vector<double> energies_MeV,
                                           std::vector<Segment> segments) {
  double integral = 0.0;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!(segments[i].left >= 0.0) || !(segments[i].right >= 0.0)) {
      throw DataError("a tabulated spectrum is negative",
                      {.where = "near " + std::to_string(energies_MeV[i]) + " MeV"});
    }
    integral +=
        0.5 * (segments[i].left + segments[i].right) * (energies_MeV[i + 1] - energies_MeV[i]);
  }
  if (!(integral > 0.0)) throw DataError("a tabulated spectrum is zero everywhere");
  for (Segment& segment : segments) {
    segment.left /= integral;
    segment.right /= integral;
  }
  return std::make_shared<TabulatedSpectrum>(std::move(energies_MeV), std::move(segments));
}

}  // namespace

std::shared_ptr<const Spectrum> linear_spectrum(std::vector<double> energies_MeV,
                                                const std::vector<double>& densities) {
  check_table(energies_MeV, 2, densities.size(), energies_MeV.size());
  std::vector<Segment> segments;
  for (std::size_t i = 0; i + 1 < densities.size(); ++i) {
    segments.push_back({densities[i], densities[i + 1]});
  }
  return normalised(std::move(energies_MeV), std::move(segments));
}

std::shared_ptr<const Spectrum> histogram_spectrum(std::vector<double> edges_MeV,
                                                   const std::vector<double>& densities) {
  check_table(edges_MeV, 2, densities.size() + 1, edges_MeV.size());
  std::vector<Segment> segments;
  for (const double density : densities) segments.push_back({density, density});
  return normalised(std::move(edges_MeV), std::move(segments));
}

double linear_integral(const std::vector<double>& energies_MeV,
                       const std::vector<double>& densities) {
  double integral = 0.0;
  for (std::size_t i = 0; i + 1 < energies_MeV.size(); ++i) {
    integral += 0.5 * (densities[i] + densities[i + 1]) * (energies_MeV[i + 1] - energies_MeV[i]);
  }
  return integral;
}

}  // namespace nudipole::flux
