// Coverage of intervals of Feldman and Cousins, whole: experiments are simulated at a coupling, and
// each is analysed by toys of its own. An interval covers the coupling when its p value there is
// above 1 - CL; with n toys of the analysis that is a rank test, exact for any n.
#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/toys.hpp"
#include "support/catch2.hpp"
#include "support/paths.hpp"

#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <vector>

using namespace nudipole;
using namespace nudipole::inference;

namespace {

constexpr double confidence = 0.90;
constexpr std::uint32_t analysis_toys = 99;
constexpr std::uint32_t experiments_a_point = 60;
constexpr int points = 10;

struct Case {
  std::string experiment;
  std::string flavour;
  double least_MeV, most_MeV;
  double most_mu_B;  ///< some times the limit
};

std::vector<prediction::SignalPoint> signals_at(const prediction::Signals& signals, double poi) {
  std::vector<prediction::SignalPoint> at;
  for (const auto& signal : signals) at.push_back(signal->at(std::span{&poi, 1}));
  return at;
}

class Point {
 public:
  Point(const campaign::Setup& setup, double mass_MeV, double coupling_mu_B, std::uint32_t key)
      : joint_(setup.likelihood().joint),
        signals_(setup.signals(mass_MeV)),
        profile_(setup.profile(signals_)),
        x_(coupling_mu_B * coupling_mu_B),
        key_(key) {}

  /// Simulated experiments whose interval holds the coupling, and those that were judged.
  [[nodiscard]] std::pair<int, int> covered() const {
    const ToyGenerator truth = generator(profile_.at(x_).pulls);
    int covering = 0;
    int judged = 0;
    for (std::uint32_t k = 0; k < experiments_a_point; ++k) {
      RandomStream stream{{key_, 1}, {k, 0, 0}};
      const HypothesisTest fits = test_hypothesis(
          profile_.with(std::make_shared<likelihood::Observation>(truth.draw(stream))), x_);
      const double q = two_sided_statistic(fits);
      if (std::isnan(q)) continue;
      ++judged;
      if (is_covered(fits, q, k)) ++covering;
    }
    return {covering, judged};
  }

 private:
  [[nodiscard]] ToyGenerator generator(std::vector<double> pulls) const {
    return {joint_, signals_at(signals_, x_), std::move(pulls), Auxiliary::fluctuated};
  }
  [[nodiscard]] bool is_covered(const HypothesisTest& fits, double q, std::uint32_t number) const {
    const ToyGenerator own = generator(fits.tested.pulls);
    constexpr double wanted = (1.0 - confidence) * (analysis_toys + 1);
    int above = 1;  // the experiment itself
    for (std::uint32_t k = 0; k < analysis_toys && above <= wanted; ++k) {
      RandomStream stream{{key_, 2}, {number, k, 0}};
      const double toy = two_sided_statistic(test_hypothesis(
          profile_.with(std::make_shared<likelihood::Observation>(own.draw(stream))), x_));
      if (at_least_as_large(toy, q)) ++above;
    }
    return above > wanted;
  }

  std::shared_ptr<const likelihood::Joint> joint_;
  prediction::Signals signals_;
  Profile profile_;
  double x_;
  std::uint32_t key_;
};

}  // namespace

TEST_CASE("Intervals by toys cover at least as often as they say, for every experiment") {
  const auto of = GENERATE(values<Case>({
      {"coherent_csi_2022", "mu", 0.1, 45.0, 6e-9},
      {"coherent_csi_2017", "universal", 0.1, 45.0, 8e-9},
      {"coherent_cenns10", "mu", 0.1, 45.0, 8e-9},
      {"coherent_cenns10_3d", "mu", 0.1, 45.0, 6e-9},
      {"dresden_ii", "e", 0.01, 4.0, 6e-10},
      {"conus_plus_2025", "e", 0.01, 4.0, 8e-10},
      {"xenonnt_8b_2024", "tau", 0.1, 10.0, 8e-9},
      {"xenonnt_8b_2026", "tau", 0.1, 10.0, 6e-9},
      {"pandax4t_8b_2024", "tau", 0.1, 10.0, 8e-9},
      {"xenonnt_er_2022", "universal", 0.001, 0.1, 2e-11},
      {"borexino_phase2", "universal", 0.01, 0.5, 1e-10},
  }));
  INFO(of.experiment);
  const std::string yaml = "format: 1\nexperiments: [" + of.experiment +
                           "]\nflavour: " + of.flavour +
                           "\nmass: {values_MeV: [1]}\ncoupling: {values_mu_B: [1e-9]}\n"
                           "limits: {confidence: [0.90]}\n";
  experiment::DataFolder data{test::data_dir()};
  const campaign::Setup setup{campaign::RunConfig::parse(yaml, "coverage.yaml"), data};
  std::mt19937 random{20};  // its numbers are the standard's; distributions would not be
  const auto uniform = [&random] { return static_cast<double>(random()) / 4294967296.0; };
  int covered = 0;
  int judged = 0;
  for (int i = 0; i < points; ++i) {
    const double mass_MeV = of.least_MeV * std::pow(of.most_MeV / of.least_MeV, uniform());
    const double coupling_mu_B = of.most_mu_B * uniform();
    const auto [here, of_all] =
        Point{setup, mass_MeV, coupling_mu_B, static_cast<std::uint32_t>(i)}.covered();
    INFO(mass_MeV << " MeV, " << coupling_mu_B << " mu_B: " << here << " of " << of_all);
    const auto error = [](int n) { return std::sqrt(confidence * (1.0 - confidence) * n); };
    CHECK(of_all >= 0.99 * experiments_a_point);
    CHECK(here >= confidence * of_all - 4.0 * error(of_all));
    covered += here;
    judged += of_all;
  }
  INFO(covered << " of " << judged);
  CHECK(covered >= confidence * judged - 3.0 * std::sqrt(0.09 * judged));
}
