#include "piecewise_polynomial.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace nudipole::flux::detail {
namespace {

/// Integrals of y^n/(b - y)^k, y from 0 to w, for n = 0, 1, 2.
struct Integrals {
  std::array<double, 3> by_energy;          ///< k = 1
  std::array<double, 3> by_squared_energy;  ///< k = 2
};

/// Below this w/b the power series is used: the closed forms lose (b/w)^2 of their digits.
constexpr double series_below = 0.1;
/// Terms of the series; 0.1^18 is below the rounding error.
constexpr int series_terms = 18;
/// From this w/b on the polynomial is taken in powers of E: towards E = 0 those of y cancel.
constexpr double powers_of_energy_from = 0.5;

/// Coefficients 1/(n + 1 + j) and (j + 1)/(n + 1 + j) of the series [j][n]: no divisions at run
/// time.
struct Coefficients {
  std::array<double, 3> first;
  std::array<double, 3> second;
};
constexpr std::array<Coefficients, series_terms> coefficients = [] {
  std::array<Coefficients, series_terms> table{};
  for (int j = 0; j < series_terms; ++j) {
    for (int n = 0; n < 3; ++n) {
      const double term = 1.0 / static_cast<double>(n + 1 + j);
      table[static_cast<std::size_t>(j)].first[static_cast<std::size_t>(n)] = term;
      table[static_cast<std::size_t>(j)].second[static_cast<std::size_t>(n)] = (j + 1) * term;
    }
  }
  return table;
}();

/// Terms after which the rest is below the rounding error: r^terms < 1e-18. Pieces of tables are
/// short, so that most need few.
std::size_t terms_for(double r) {
  if (r < 1.0e-3) return 6;
  if (r < 1.0e-2) return 9;
  return r < 3.0e-2 ? 12 : series_terms;
}

/// Series in r = w/b:  sum_j r^j/(n + 1 + j)  and  sum_j (j + 1) r^j/(n + 1 + j).
Integrals series(double w, double b) {
  const double r = w / b;
  std::array<double, 3> first{};
  std::array<double, 3> second{};
  for (std::size_t j = terms_for(r); j-- > 0;) {
    for (std::size_t n = 0; n < 3; ++n) {
      first[n] = first[n] * r + coefficients[j].first[n];
      second[n] = second[n] * r + coefficients[j].second[n];
    }
  }
  double power = w;
  for (std::size_t n = 0; n < 3; ++n) {
    first[n] *= power / b;
    second[n] *= power / (b * b);
    power *= w;
  }
  return {first, second};
}

/// By recursion from n = 0: J_n = b J_{n-1} - w^n/n and K_n = b K_{n-1} - J_{n-1}.
Integrals closed_forms(double w, double b) {
  const double logarithm = -std::log1p(-w / b);
  const std::array<double, 3> first{logarithm, b * logarithm - w,
                                    b * (b * logarithm - w) - 0.5 * w * w};
  const double ratio = w / (b * (b - w));
  const double linear = b * ratio - first[0];
  return {first, {ratio, linear, b * linear - first[1]}};
}

}  // namespace

PiecewisePolynomialSpectrum::PiecewisePolynomialSpectrum(std::vector<double> knots_MeV,
                                                         std::vector<Parabola> pieces)
    : knots_(std::move(knots_MeV)), pieces_(std::move(pieces)), above_(pieces_.size()) {
  for (std::size_t piece = pieces_.size() - 1; piece > 0; --piece) {
    const Moments whole = inside(piece, knots_[piece]);
    above_[piece - 1] = {above_[piece].phi0 + whole.phi0, above_[piece].phi1 + whole.phi1,
                         above_[piece].phi2 + whole.phi2};
  }
}

Moments PiecewisePolynomialSpectrum::inside(std::size_t piece, double energy_MeV) const {
  const double b = knots_[piece + 1];
  const double w = b - energy_MeV;
  const auto& [q0, q1, q2] = pieces_[piece];
  const double phi0 = w * (q0 + w * (q1 / 2.0 + w * (q2 / 3.0)));
  if (w < powers_of_energy_from * b) {
    const auto [J, K] = w < series_below * b ? series(w, b) : closed_forms(w, b);
    return {phi0, q0 * J[0] + q1 * J[1] + q2 * J[2], q0 * K[0] + q1 * K[1] + q2 * K[2]};
  }
  // In powers of E: c0 + c1 E + c2 E^2. A piece that starts with 0 at E = 0 has c0 = 0, which
  // rounding must not spoil: its 1/E terms would diverge.
  const double rounded = q0 + b * (q1 + b * q2);
  const double size = std::abs(q0) + b * (std::abs(q1) + b * std::abs(q2));
  constexpr double rounding = 1.0e-14;
  const double c0 = std::abs(rounded) < rounding * size ? 0.0 : rounded;
  const double c1 = -q1 - 2.0 * b * q2;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Moments moments{phi0, c1 * w + 0.5 * q2 * w * (b + energy_MeV), q2 * w};
  if (energy_MeV == 0.0) {
    if (c0 != 0.0) moments.phi1 = infinity;
    if (c0 != 0.0 || c1 != 0.0) moments.phi2 = infinity;
    return moments;
  }
  const double logarithm = std::log(b / energy_MeV);
  moments.phi1 += c0 * logarithm;
  moments.phi2 += c1 * logarithm + c0 * w / (b * energy_MeV);
  return moments;
}

void PiecewisePolynomialSpectrum::moments_above(std::span<const double> energies_MeV,
                                                std::span<Moments> moments) const {
  for (std::size_t i = 0; i < energies_MeV.size(); ++i) {
    if (energies_MeV[i] >= knots_.back()) {
      moments[i] = {0.0, 0.0, 0.0};
      continue;
    }
    const double energy = std::max(energies_MeV[i], knots_.front());
    const auto upper = std::upper_bound(knots_.begin() + 1, knots_.end(), energy);
    const auto piece = static_cast<std::size_t>(upper - knots_.begin() - 1);
    const Moments own = inside(piece, energy);
    const Moments& rest = above_[piece];
    moments[i] = {own.phi0 + rest.phi0, own.phi1 + rest.phi1, own.phi2 + rest.phi2};
  }
}

void require_points(const std::vector<double>& energies_MeV, const std::vector<double>& values,
                    const char* what) {
  const auto fail = [what](const std::string& problem, const char* expected) {
    throw DataError(std::string{what} + ": " + problem, {.expected = expected});
  };
  if (energies_MeV.size() < 2 || energies_MeV.size() != values.size()) {
    fail(std::to_string(energies_MeV.size()) + " energies and " + std::to_string(values.size()) +
             " values",
         "at least two points, one value each");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string place = " at " + std::to_string(energies_MeV[i]) + " MeV";
    if (i > 0 ? !(energies_MeV[i] > energies_MeV[i - 1]) : !(energies_MeV[i] >= 0.0)) {
      fail("energies do not ascend" + place, "strictly ascending energies from 0 on");
    }
    if (!(values[i] >= 0.0 && std::isfinite(values[i]))) {
      fail("a value that is negative or not finite" + place, "values >= 0");
    }
  }
  if (std::ranges::all_of(values, [](double value) { return value == 0.0; })) {
    fail("all values are 0", "a value above 0");
  }
}

std::size_t points_to_end_point(const std::vector<double>& values) {
  std::size_t count = values.size();
  while (count >= 2 && values[count - 1] == 0.0 && values[count - 2] == 0.0) --count;
  return count;
}

}  // namespace nudipole::flux::detail
