#include "nudipole/flux/product_spectrum.hpp"

#include "nudipole/math/linear_interpolation.hpp"
#include "piecewise_polynomial.hpp"

#include <algorithm>

namespace nudipole::flux {

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
  const auto repeated = std::ranges::unique(knots);
  knots.erase(repeated.begin(), repeated.end());

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
