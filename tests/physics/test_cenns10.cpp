// CENNS-10 in 12 energy bins against an independent program (tests/reference/cenns10_*.csv): direct
// double integrals over neutrino and recoil energy, Newton fits.
#include "support/catch2.hpp"
#include "support/reference_tables.hpp"

#include <map>

using namespace nudipole;
using namespace nudipole::test;
using prediction::Scattering;

namespace {

const std::string name = "coherent_cenns10";

double standard_model(const std::map<std::string, std::string>& options) {
  return load(name, options).signal().standard_model(Scattering::nucleus).sum();
}

}  // namespace

TEST_CASE("CENNS-10: Standard Model events") {
  CHECK(standard_model({}) == Approx(132.66).epsilon(0.0).margin(0.005));
  CHECK(standard_model({{"cevns_terms", "leading"}}) ==
        Approx(132.998).epsilon(0.0).margin(0.0005));
  CHECK(standard_model({{"cevns_terms", "leading"}, {"efficiency", "deposited"}}) ==
        Approx(134.47).epsilon(0.0).margin(0.005));
  CHECK(standard_model({{"cevns_terms", "leading"}, {"resolution", "none"}}) ==
        Approx(134.56).epsilon(0.0).margin(0.005));
  // KDK's exposure: 24 kg and 13.7e22 protons on target.
  CHECK(standard_model({{"exposure", "kdk"}}) / standard_model({}) ==
        Approx(24.0 / 24.4 * 13.7 / 13.8).epsilon(1e-12));
}

TEST_CASE("CENNS-10: all templates") {
  const config::Table table = reference_table("cenns10_events.csv");
  REQUIRE(table.rows() > 500);
  std::map<std::string, double> totals;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const experiment::Experiment& argon =
        load(name, {{"cevns_terms", table.text_column("cevns_terms")[row]},
                    {"efficiency", table.text_column("efficiency")[row]},
                    {"resolution", table.text_column("resolution")[row]}});
    const auto bin = static_cast<Eigen::Index>(table.column("bin", "-")[row]);
    const double mass_MeV = table.column("mass", "MeV")[row];
    const std::string& flavour = table.text_column("flavour")[row];
    INFO("m_N " << mass_MeV << " MeV, " << flavour << ", bin " << bin << ", "
                << table.text_column("resolution")[row] << ", "
                << table.text_column("efficiency")[row]);
    const double ours = table.text_column("component")[row] == "cevns"
                            ? argon.term().components()[0].events(bin, 0)
                            : portal_at_1e9(argon, mass_MeV, flavour)(bin, 0);
    // The independent program is good to 1e-11, our grid to 1e-9 of a template.
    CHECK(ours == Approx(table.column("events", "counts")[row]).epsilon(1e-9).margin(1e-9));
  }
}

TEST_CASE("CENNS-10: fits and limits") {
  const std::size_t rows =
      check_limits(name, "cenns10_limits.csv", {"cevns_terms", "efficiency", "resolution"}, {},
                   {.chi2 = 1e-6, .best = 1e-5, .limit = 1e-7});
  CHECK(rows == 84);
}

TEST_CASE("CENNS-10: gradient") { check_gradient(load(name), 10.0, "mu"); }

TEST_CASE("CENNS-10: a doubled quadrature changes no template") {
  const math::PanelSettings panels{};
  const auto& finer =
      load(name, {}, {.max_width_ln = 0.5 * panels.max_width_ln, .order = 2 * panels.order});
  for (const double mass_MeV : {0.01, 10.0, 29.78, 45.0}) {
    const Eigen::ArrayXXd ours = portal_at_1e9(load(name), mass_MeV, "universal");
    const Eigen::ArrayXXd fine = portal_at_1e9(finer, mass_MeV, "universal");
    CHECK((ours - fine).abs().maxCoeff() < 1e-9 * fine.sum());
  }
}
