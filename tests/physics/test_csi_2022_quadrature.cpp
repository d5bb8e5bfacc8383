#include "csi_2022_reference.hpp"
#include "support/catch2.hpp"

#include <algorithm>
#include <vector>

using namespace nudipole;
using namespace nudipole::test::csi_2022;
using prediction::Scattering;

namespace {

// Light, around the end of the line (29.79 MeV) and of all spectra (52.82 MeV), where recoil ranges
// are narrow and cut panels anywhere.
const std::vector<double> masses_MeV{0.01, 0.3,   1.0,  5.0,  10.0, 20.0,
                                     29.0, 29.78, 29.8, 40.0, 52.0, 52.8};

const experiment::Experiment& with_panels(const math::PanelSettings& panels) {
  return load("coherent_csi_2022", {}, panels);
}

/// Largest change of a bin relative to the template's total, over masses and flavours.
double worst_change(const prediction::SignalModel& a, const prediction::SignalModel& b) {
  double worst = 0.0;
  for (const double mass_MeV : masses_MeV) {
    for (const PortalFlavour flavour : {PortalFlavour::e, PortalFlavour::mu}) {
      const Eigen::ArrayXd first = a.dipole(mass_MeV).total(flavour);
      const Eigen::ArrayXd second = b.dipole(mass_MeV).total(flavour);
      worst = std::max(worst, (first - second).abs().maxCoeff() / second.sum());
    }
  }
  for (const Scattering scattering : {Scattering::nucleus, Scattering::electron}) {
    const Eigen::ArrayXd first = a.standard_model(scattering);
    const Eigen::ArrayXd second = b.standard_model(scattering);
    worst = std::max(worst, (first - second).abs().maxCoeff() / second.sum());
  }
  return worst;
}

}  // namespace

TEST_CASE("CsI 2022: a doubled quadrature changes no template") {
  const prediction::SignalModel& standard = library("full").signal();
  const math::PanelSettings panels{};
  const double half_width = 0.5 * panels.max_width_ln;
  for (const math::PanelSettings& finer :
       {math::PanelSettings{.max_width_ln = half_width, .order = panels.order},
        math::PanelSettings{.max_width_ln = panels.max_width_ln, .order = 2 * panels.order},
        math::PanelSettings{.max_width_ln = half_width, .order = 2 * panels.order}}) {
    INFO("panels of " << finer.max_width_ln << ", " << finer.order << " points");
    // Wanted: 1e-6. Achieved: 9e-11 (at 52.8 MeV, near the end of the spectra), 2e-11 elsewhere.
    CHECK(worst_change(standard, with_panels(finer).signal()) < 5e-10);
  }
}

TEST_CASE("CsI 2022: the fine quadrature is exact") {
  const prediction::SignalModel& fine = finely_integrated("full").signal();
  // Rounding: 4e-14 is achieved, at 52.8 MeV.
  CHECK(worst_change(fine, with_panels({.max_width_ln = 0.2, .order = 32}).signal()) < 2e-13);
}

TEST_CASE("CsI 2022: a coarse quadrature is seen to be coarse") {
  // The counterpart that shows that the settings arrive: 9e-5 with eight points on wide panels.
  const double change = worst_change(library("full").signal(),
                                     with_panels({.max_width_ln = 0.8, .order = 8}).signal());
  CHECK(change > 1e-6);
  CHECK(change < 1e-3);
}
