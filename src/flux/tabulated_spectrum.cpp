#include "nudipole/flux/tabulated_spectrum.hpp"

#include "nudipole/math/linear_interpolation.hpp"
#include "piecewise_polynomial.hpp"

#include <algorithm>

namespace nudipole::flux {
namespace {

void divide(std::vector<double>& values, double divisor) {
  for (double& value : values) value /= divisor;
}

}  // namespace

double PiecewiseLinear::integral() const {
  double sum = 0.0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    sum += 0.5 * (values[i - 1] + values[i]) * (energies_MeV[i] - energies_MeV[i - 1]);
  }
  return sum;
}

std::shared_ptr<const Spectrum> piecewise_linear_spectrum(PiecewiseLinear spectrum) {
  detail::require_points(spectrum.energies_MeV, spectrum.values, "piecewise-linear spectrum");
  const std::vector<double>& values = spectrum.values;
  std::vector<double> energies_MeV = std::move(spectrum.energies_MeV);
  energies_MeV.resize(detail::points_to_end_point(values));
  std::vector<detail::Parabola> pieces;
  for (std::size_t i = 1; i < energies_MeV.size(); ++i) {
    const double width = energies_MeV[i] - energies_MeV[i - 1];
    pieces.push_back({values[i], (values[i - 1] - values[i]) / width, 0.0});
  }
  return std::make_shared<detail::PiecewisePolynomialSpectrum>(std::move(energies_MeV),
                                                               std::move(pieces));
}

std::shared_ptr<const Spectrum> normalised_linear_spectrum(PiecewiseLinear spectrum) {
  detail::require_points(spectrum.energies_MeV, spectrum.values, "piecewise-linear spectrum");
  divide(spectrum.values, spectrum.integral());
  return piecewise_linear_spectrum(std::move(spectrum));
}

std::shared_ptr<const Spectrum> normalised_histogram_spectrum(std::vector<double> edges_MeV,
                                                              std::vector<double> densities) {
  // As points: every density at the lower edge of its bin, and any at the end.
  std::vector<double> points = densities;
  points.push_back(0.0);
  detail::require_points(edges_MeV, points, "histogram of a spectrum");
  double integral = 0.0;
  for (std::size_t bin = 0; bin < densities.size(); ++bin) {
    integral += densities[bin] * (edges_MeV[bin + 1] - edges_MeV[bin]);
  }
  divide(densities, integral);
  std::vector<detail::Parabola> pieces;
  pieces.reserve(densities.size());
  for (const double density : densities) pieces.push_back({density, 0.0, 0.0});
  return std::make_shared<detail::PiecewisePolynomialSpectrum>(std::move(edges_MeV),
                                                               std::move(pieces));
}

std::shared_ptr<const Spectrum> product_spectrum(const PiecewiseLinear& spectrum,
                                                 const PiecewiseLinear& probability) {
  detail::require_points(spectrum.energies_MeV, spectrum.values, "spectrum");
  detail::require_points(probability.energies_MeV, probability.values, "probability");
  const math::LinearInterpolation density{spectrum.energies_MeV, spectrum.values,
                                          math::Outside::hold, math::Outside::hold};
  const math::LinearInterpolation share{probability.energies_MeV, probability.values,
                                        math::Outside::hold, math::Outside::hold};

  const std::vector<double>& own = spectrum.energies_MeV;
  std::vector<double> knots{
      own.begin(),
      own.begin() + static_cast<std::ptrdiff_t>(detail::points_to_end_point(spectrum.values))};
  const double end_point = knots.back();
  for (const double energy : probability.energies_MeV) {
    if (energy > knots.front() && energy < end_point) knots.push_back(energy);
  }
  std::ranges::sort(knots);
  knots.erase(std::unique(knots.begin(), knots.end()), knots.end());

  std::vector<detail::Parabola> pieces;
  for (std::size_t i = 1; i < knots.size(); ++i) {
    const double width = knots[i] - knots[i - 1];
    const double density_there = density(knots[i]);
    const double share_there = share(knots[i]);
    const double density_slope = (density(knots[i - 1]) - density_there) / width;
    const double share_slope = (share(knots[i - 1]) - share_there) / width;
    pieces.push_back({density_there * share_there,
                      density_there * share_slope + density_slope * share_there,
                      density_slope * share_slope});
  }
  return std::make_shared<detail::PiecewisePolynomialSpectrum>(std::move(knots), std::move(pieces));
}

}  // namespace nudipole::flux
