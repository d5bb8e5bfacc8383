// p values by toys against an independent program that fits and draws by itself.
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/text.hpp"
#include "support/catch2.hpp"
#include "support/paths.hpp"
#include "support/reference_tables.hpp"

#include <cmath>
#include <memory>
#include <string>

using namespace nudipole;

namespace {

constexpr int toys = 8000;

campaign::ToyOutcome outcome(const std::string& method, double mass_MeV, double coupling_mu_B) {
  const std::string yaml =
      "format: 1\nexperiments: [coherent_csi_2022]\nflavour: mu\nmass: {values_MeV: [" +
      shortest_text(mass_MeV) + "]}\ncoupling: {values_mu_B: [" + shortest_text(coupling_mu_B) +
      "]}\nlimits: {confidence: [0.90]}\ntoys: {method: " + method +
      ", least: " + std::to_string(toys) + ", most: " + std::to_string(toys) +
      ", refine: false, seed: 4}\n";
  experiment::DataFolder data{test::data_dir()};
  const auto campaign = campaign::make_toys(
      std::make_shared<const campaign::Setup>(campaign::RunConfig::parse(yaml, "toys.yaml"), data));
  labelled::Dataset dataset = campaign->begin({});
  const auto worker = campaign->worker();
  for (const campaign::Task& task : campaign->missing(dataset)) dataset.apply((*worker)(task));
  return campaign::toy_outcomes(dataset).at(0);
}

/// Four standard deviations of a share that both programs have drawn.
double within(double p, double reference_toys) {
  return 4.0 * std::sqrt(p * (1.0 - p) * (1.0 / toys + 1.0 / reference_toys));
}

}  // namespace

TEST_CASE("CsI 2022: p values of Feldman and Cousins and of CL_s are those of another program") {
  const config::Table table = test::reference_table("csi_2022_toys.csv");
  const auto value = [&table](const char* name, std::size_t row) {
    return table.column(name, "-")[row];
  };
  // Two verified fits, each to 1e-10 of -2 ln L.
  constexpr double q_margin = 2e-8;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double mass_MeV = table.column("mass", "MeV")[row];
    const double coupling_mu_B = table.column("coupling", "mu_B")[row];
    INFO(mass_MeV << " MeV, " << coupling_mu_B << " mu_B");
    const double reference_toys = value("toys", row);

    const campaign::ToyOutcome two = outcome("feldman_cousins", mass_MeV, coupling_mu_B);
    CHECK(two.failed == 0);
    CHECK(two.toys == toys);
    CHECK(two.q_observed == Approx(value("q_two_sided", row)).epsilon(0.0).margin(q_margin));
    const double p_two = value("p_two_sided", row);
    CHECK(two.p_value == Approx(p_two).margin(within(p_two, reference_toys)));
    const double errors = std::sqrt(1.0 + toys / reference_toys) * two.critical.at(0).error;
    CHECK(two.critical.at(0).value == Approx(value("critical_90", row)).margin(4.0 * errors));

    const campaign::ToyOutcome one = outcome("cls", mass_MeV, coupling_mu_B);
    CHECK(one.failed == 0);
    CHECK(one.q_observed == Approx(value("q_one_sided", row)).epsilon(0.0).margin(q_margin));
    const double p_signal = value("p_signal", row);
    const double p_background = value("p_background", row);
    CHECK(one.with_signal.value() == Approx(p_signal).margin(within(p_signal, reference_toys)));
    CHECK(one.without_signal.value() ==
          Approx(p_background).margin(within(p_background, reference_toys)));
  }
  CHECK(table.rows() == 8);
}
