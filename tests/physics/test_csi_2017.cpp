// COHERENT CsI 2017 against an independent program (tests/reference/csi_2017_*.csv): direct double
// integrals over neutrino and recoil energy, Newton fits.
#include "support/catch2.hpp"
#include "support/reference_tables.hpp"

#include <cmath>

using namespace nudipole;
using namespace nudipole::test;
using prediction::Scattering;

namespace {

const std::string name = "coherent_csi_2017";

}  // namespace

TEST_CASE("CsI 2017: Standard Model events and chi2") {
  // Printed by a first independent program: 152.3 events.
  CHECK(load(name).signal().standard_model(Scattering::nucleus).sum() ==
        Approx(152.3).epsilon(0.0).margin(0.05));
  CHECK(
      load(name, {{"cevns_terms", "leading"}}).signal().standard_model(Scattering::nucleus).sum() ==
      Approx(152.477).epsilon(0.0).margin(0.0005));
  CHECK(load(name).term().components()[1].events.sum() == Approx(5.42).epsilon(0.0).margin(0.005));
  CHECK(load(name).observed().sum() == 142.0);
}

TEST_CASE("CsI 2017: all templates") {
  const config::Table table = reference_table("csi_2017_events.csv");
  REQUIRE(table.rows() > 500);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const experiment::Experiment& csi =
        load(name, {{"cevns_terms", table.text_column("cevns_terms")[row]},
                    {"time_window", table.text_column("time_window")[row]}});
    const auto bin = static_cast<Eigen::Index>(table.column("bin", "-")[row]);
    const double mass_MeV = table.column("mass", "MeV")[row];
    const std::string& flavour = table.text_column("flavour")[row];
    INFO("m_N " << mass_MeV << " MeV, " << flavour << ", bin " << bin);
    const double ours = table.text_column("component")[row] == "cevns"
                            ? csi.term().components()[0].events(bin, 0)
                            : portal_at_1e9(csi, mass_MeV, flavour)(bin, 0);
    // Both integrate to 1e-10; the table has 12 digits.
    CHECK(ours == Approx(table.column("events", "counts")[row]).epsilon(1e-8).margin(1e-12));
  }
}

TEST_CASE("CsI 2017: fits and limits, with and without electrons and window") {
  const std::size_t rows =
      check_limits(name, "csi_2017_limits.csv", {"cevns_terms", "time_window", "electrons"}, {},
                   {.chi2 = 1e-7, .best = 1e-5, .limit = 1e-7});
  CHECK(rows == 105);
}

TEST_CASE("CsI 2017: gradient") {
  check_gradient(load(name), 10.0, "mu");
  check_gradient(load(name, {{"electrons", "on"}}), 1.0, "universal");
}

TEST_CASE("CsI 2017: one radius for protons and neutrons is a switch") {
  const double standard = load(name).signal().standard_model(Scattering::nucleus).sum();
  const double single =
      load(name, {{"radii", "kdk"}}).signal().standard_model(Scattering::nucleus).sum();
  // Smaller neutrons scatter more coherently; 4.7 instead of 4.94 and 5.01 fm gives a few per cent.
  CHECK(single / standard > 1.02);
  CHECK(single / standard < 1.12);
}
