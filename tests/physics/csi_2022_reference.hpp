#pragma once

#include "support/reference_tables.hpp"

#include <Eigen/Core>

#include <string>
#include <vector>

/// COHERENT CsI 2022 twice: as the library computes it, and as the independent program in
/// tests/reference/independent does, by direct double integrals. Bins: 9 energies x 11 times, time
/// fastest.
namespace nudipole::test::csi_2022 {

using test::load;
using test::reference_table;

/// (1e-9 mu_B)^2, the squared coupling of the reference's dipole events [mu_B^2].
inline constexpr double reference_x_mu_B2 = 1e-18;

/// The experiment with an option `cevns_terms`: full | leading, on the default quadrature.
const experiment::Experiment& library(const std::string& cevns_terms);

/// The same on a quadrature so fine that only rounding is left.
const experiment::Experiment& finely_integrated(const std::string& cevns_terms);

/// Events of the independent program in the 99 bins: energy bins x time factors, summed over the
/// named neutrinos.
/// \param process     cevns_full | cevns_leading | eves | dipole (at 1e-9 mu_B)
/// \param recoil      nucleus | electron
/// \param mass_MeV    0 for the Standard Model
/// \param neutrinos   of nu_mu, nubar_mu, nu_e
Eigen::ArrayXd reference_events(const std::string& process, const std::string& recoil,
                                double mass_MeV, const std::vector<std::string>& neutrinos);

/// Neutrinos of the source with a flavour.
std::vector<std::string> neutrinos_of(Flavour flavour);

/// Largest |ours - reference| in units of tolerance x |reference| + floor; below 1 is agreement.
double worst_deviation(const Eigen::ArrayXd& ours, const Eigen::ArrayXd& reference,
                       double tolerance, double floor);

}  // namespace nudipole::test::csi_2022
