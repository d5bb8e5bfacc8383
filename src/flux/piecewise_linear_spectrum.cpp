#include "nudipole/flux/piecewise_linear_spectrum.hpp"

#include "piecewise_polynomial.hpp"

namespace nudipole::flux {

std::shared_ptr<const Spectrum> piecewise_linear_spectrum(std::vector<double> energies_MeV,
                                                          std::vector<double> values) {
  detail::require_points(energies_MeV, values, "piecewise-linear spectrum");
  energies_MeV.resize(detail::points_to_end_point(values));
  std::vector<detail::Parabola> pieces;
  for (std::size_t i = 1; i < energies_MeV.size(); ++i) {
    const double width = energies_MeV[i] - energies_MeV[i - 1];
    pieces.push_back({values[i], (values[i - 1] - values[i]) / width, 0.0});
  }
  return std::make_shared<detail::PiecewisePolynomialSpectrum>(std::move(energies_MeV),
                                                               std::move(pieces));
}

}  // namespace nudipole::flux
