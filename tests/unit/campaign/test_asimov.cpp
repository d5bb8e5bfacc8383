#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/campaign/impacts.hpp"
#include "nudipole/campaign/mass_likelihood.hpp"
#include "nudipole/campaign/spectrum.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/expected_limit.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>
#include <cmath>

using namespace nudipole;
using campaign::MassLikelihood;
using campaign::Setup;

namespace {

constexpr double mass_MeV = 10.0;
constexpr double coupling_mu_B = 3.0e-9;

/// The toy with more keys; `experiment` takes the place of its name.
std::string yaml_with(const std::string& more, const std::string& experiment = "toy") {
  std::string yaml = test::toy_yaml("{values_MeV: [10]}", "{values_mu_B: [1e-10, 1e-7]}") + more;
  return yaml.replace(yaml.find("[toy]"), 5, "[" + experiment + "]");
}

std::shared_ptr<const Setup> setup_with(const std::string& more,
                                        const std::string& experiment = "toy") {
  return test::toy_setup(yaml_with(more, experiment));
}

MassLikelihood likelihood_with(const std::string& more, const std::string& experiment = "toy") {
  return {setup_with(more, experiment), mass_MeV};
}

double limit_mu_B(const MassLikelihood& likelihood) {
  const inference::Limit limit = likelihood.limit(0.90, 1);
  REQUIRE(limit.status == inference::LimitStatus::ok);
  return limit.poi;
}

void check_refused(const std::string& more, const std::vector<std::string>& parts,
                   const std::string& experiment = "toy") {
  test::check_throws<ConfigError>([&] { setup_with(more, experiment); }, parts);
}

}  // namespace

TEST_CASE("Asimov data are what the model expects, with the priors centred there") {
  const MassLikelihood measured = likelihood_with("");
  const std::vector<double> none(measured.nuisances().size());
  const std::vector<double> fitted = measured.profile(0.0).pulls;
  const auto check = [&](const std::string& keys, double d_mu_B, const std::vector<double>& pulls) {
    INFO(keys);
    const MassLikelihood asimov = likelihood_with("data: " + keys + "\n");
    CHECK((asimov.observed() == measured.expected(d_mu_B, pulls)).all());
    CHECK(asimov.setup().likelihood().observation->centres == pulls);
    // Rounding of sums of events.
    CHECK(asimov.profile(d_mu_B).minus_two_log_l == Approx(0.0).margin(1.0e-9));
  };
  check("asimov", 0.0, fitted);
  check("{kind: asimov, generate_at: nominal}", 0.0, none);
  check("{kind: asimov, generate_at: nominal, mass_MeV: 10, couplings_mu_B: [3e-9]}", coupling_mu_B,
        none);
  check("{kind: asimov, mass_MeV: 10, couplings_mu_B: [3e-9]}", coupling_mu_B,
        measured.profile(coupling_mu_B).pulls);
  CHECK((likelihood_with("data: measured\n").observed() == measured.observed()).all());
}

TEST_CASE("The limit of Asimov data without signal is the median expected limit") {
  const auto measured = setup_with("");
  const MassLikelihood at_mass{measured, mass_MeV};
  const std::vector<double> pulls = at_mass.profile(0.0).pulls;
  auto data = std::make_shared<likelihood::Observation>(
      measured->likelihood().joint->observe({at_mass.expected(0.0, pulls)}));
  data->centres = pulls;
  const inference::Profile profile = measured->profile(measured->signals(mass_MeV)).with(data);
  const double largest = DipoleCoupling::from_mu_B(1.0e-7).squared_mu_B2();
  const inference::Limit median = inference::expected_limits(profile, 2.71, largest)[2];
  CHECK(limit_mu_B(likelihood_with("data: asimov\n")) ==
        Approx(std::sqrt(median.poi)).epsilon(1.0e-9));
}

TEST_CASE("Asimov data with a stronger Standard Model scattering") {
  const MassLikelihood measured = likelihood_with("");
  const MassLikelihood asimov =
      likelihood_with("data: {kind: asimov, generate_at: nominal, strength: 1.5}\n");
  const likelihood::Term& term = measured.joint().terms().front();
  Eigen::ArrayXd scattering = Eigen::ArrayXd::Zero(measured.observed().size());
  for (const likelihood::Component& component : term.components()) {
    if (component.role == likelihood::Role::signal) scattering += component.events.col(0);
  }
  REQUIRE(scattering.minCoeff() > 0.0);
  const Eigen::ArrayXd wanted = measured.expected(0.0) + 0.5 * scattering;
  CHECK(((asimov.observed() - wanted) / wanted).abs().maxCoeff() < 1.0e-14);
  CHECK((asimov.expected(0.0) == measured.expected(0.0)).all());
}

TEST_CASE("Gaussian errors: the square of the limit falls with the root of the exposure") {
  // chi2 = d^4 f sum (S/error)^2 with f the exposure and S the events at 1 mu_B.
  const std::string nuisances = "nuisances: {toy_signal: {fix: 0}, toy_ambient: {fix: 0}}\n";
  const auto limit = [&](const std::string& exposure) {
    return limit_mu_B(likelihood_with(nuisances + "data: asimov\n",
                                      "{name: toy, options: {data: gaussian}" + exposure + "}"));
  };
  const auto setup = setup_with(nuisances, "{name: toy, options: {data: gaussian}}");
  const Eigen::ArrayXd events = setup->dipole(0, mass_MeV).total(PortalFlavour::mu).col(0);
  Eigen::ArrayXd errors(4);
  errors << 12.5, 10.5, 11.5, 10.0;
  const double d4 = 2.71 / (events / errors).square().sum();
  // The search ends at 1e-6 of Delta chi2 and better.
  CHECK(limit("") == Approx(std::pow(d4, 0.25)).epsilon(1.0e-7));
  CHECK(limit(", exposure_scale: 4") == Approx(std::pow(d4 / 4.0, 0.25)).epsilon(1.0e-7));
  CHECK(limit(", exposure_scale: 0.25") == Approx(std::pow(d4 * 4.0, 0.25)).epsilon(1.0e-7));
}

TEST_CASE("Counts: four times a large exposure is a limit on d^2 of a half") {
  const auto limit = [](double exposure) {
    const double d = limit_mu_B(
        likelihood_with("nuisances: {toy_signal: {fix: 0}, toy_ambient: {fix: 0}}\ndata: asimov\n",
                        "{name: toy, exposure_scale: " + std::to_string(exposure) + "}"));
    return d * d;
  };
  // The signal at the limit is 1.6/sqrt(counts) of the background: a share of 2e-4 at 1e6.
  CHECK(limit(1.0e6) / limit(4.0e6) == Approx(2.0).epsilon(3.0e-4));
}

TEST_CASE("Another exposure scales signal, backgrounds and data alike") {
  const MassLikelihood one = likelihood_with("data: asimov\n");
  const auto setup = setup_with("data: asimov\n", "{name: toy, exposure_scale: 3}");
  const MassLikelihood three{setup, mass_MeV};
  const auto ratio = [](const Eigen::ArrayXd& a, const Eigen::ArrayXd& b) {
    return (a / b / 3.0 - 1.0).abs().maxCoeff();
  };
  CHECK(ratio(three.observed(), one.observed()) < 1.0e-14);
  CHECK(ratio(three.expected(coupling_mu_B), one.expected(coupling_mu_B)) < 1.0e-14);
  const std::vector<double> squares{DipoleCoupling::from_mu_B(coupling_mu_B).squared_mu_B2()};
  const auto spectrum = campaign::spectra(
      *setup, mass_MeV, squares, campaign::before_fit(*setup->likelihood().joint), std::nullopt);
  const auto& processes = spectrum.front().processes;
  const auto total = std::ranges::find(processes, "total", &campaign::ProcessEvents::name);
  CHECK(ratio(total->events, one.expected(coupling_mu_B)) < 1.0e-14);
}

TEST_CASE("Impacts are those on the limit of the Asimov data") {
  const auto setup = setup_with("data: asimov\n");
  const campaign::Impacts impacts = campaign::find_impacts(*setup, mass_MeV, 0.90, 1);
  CHECK(impacts.nominal.poi == limit_mu_B(MassLikelihood{setup, mass_MeV}));
}

TEST_CASE("Measured data leave no trace in the identity of a configuration") {
  using campaign::RunConfig;
  const auto hash = [](const std::string& more, const std::string& experiment = "toy") {
    return RunConfig::parse(yaml_with(more, experiment), "toy.yaml").hash();
  };
  CHECK(hash("data: measured\n") == hash(""));
  CHECK(hash("data: {kind: measured}\n") == hash(""));
  CHECK(hash("", "{name: toy, exposure_scale: 1}") == hash(""));
  CHECK(hash("data: asimov\n") != hash(""));
  CHECK(hash("data: {kind: asimov}\n") == hash("data: asimov\n"));
  CHECK(hash("data: {kind: asimov, strength: 2}\n") != hash("data: asimov\n"));
  CHECK(hash("data: asimov\n", "{name: toy, exposure_scale: 2}") != hash("data: asimov\n"));
}

TEST_CASE("What Asimov data and exposures cannot be is refused with the remedy") {
  check_refused("", {"exposure", "data: asimov"}, "{name: toy, exposure_scale: 2}");
  check_refused("data: measured\n", {"exposure", "data: asimov"}, "{name: toy, exposure_scale: 2}");
  check_refused("data: asimov\n", {"exposure_scale", "> 0"}, "{name: toy, exposure_scale: 0}");
  check_refused("data: {kind: asimov, mass_MeV: 10}\n", {"couplings_mu_B"});
  check_refused("data: {kind: asimov, couplings_mu_B: [1e-9]}\n", {"mass_MeV"});
  check_refused("data: {kind: asimov, couplings_per_GeV: [1e-9]}\n", {"mass_MeV"});
  check_refused("data: {kind: asimov, mass_MeV: 10, couplings_mu_B: [1e-9, 1e-9]}\n",
                {"2 numbers for 1 coupling"});
  check_refused("data: {kind: asimov, mass_MeV: 10, couplings_mu_B: [1]}\n", {"up to 0.01 mu_B"});
  check_refused("data: {kind: measured, strength: 2}\n", {"strength"});
  check_refused("data: toys\n", {"asimov"});
}
