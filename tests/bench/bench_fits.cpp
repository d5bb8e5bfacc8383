// The table of tests/bench/README.md: what fits take on this core, beside an evaluation of the same
// likelihood as its formula reads (tests/support/plain_likelihood.hpp) in the same run.
//
// Usage: bench_fits DATA_DIR [FACTOR]
// Prints medians as CSV; with FACTOR, exit code 1 when one takes more than FACTOR times what is
// wanted.
#include "nudipole/likelihood/evaluator.hpp"
#include "support/experiment_profile.hpp"
#include "support/plain_likelihood.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>
#include <vector>

using namespace nudipole;

namespace {

struct Case {
  const char* name;
  experiment::Selection selection;
  PortalFlavour flavour;
  double mass_MeV;
  double largest_mu_B;  ///< of the couplings that are fitted
  double wanted_fit_us;
  double wanted_mass_us;  ///< best fit and both 90 % limits
};

std::vector<Case> cases() {
  return {
      {"csi_2022", {.name = "coherent_csi_2022"}, PortalFlavour::mu, 10.0, 4e-9, 5.0, 80.0},
      {"dresden_ii",
       {.name = "dresden_ii", .options = {{"quenching", "fef"}}},
       PortalFlavour::e,
       1.0,
       5e-10,
       18.0,
       350.0},
      {"cenns10_3d", {.name = "coherent_cenns10_3d"}, PortalFlavour::mu, 10.0, 5e-9, 60.0, 1200.0}};
}

/// Median time of a call [us], over `tries` groups of `calls`.
template <class Call>
double median_us(int tries, int calls, Call&& call) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> times;
  for (int t = 0; t < tries; ++t) {
    const auto start = Clock::now();
    for (int i = 0; i < calls; ++i) call(i);
    times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count() /
                    calls);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

struct Times {
  double fit_us;
  double mass_us;
  double evaluation_us;  ///< value and gradient
  double plain_us;       ///< the same, as the formula reads
};

Times measure(experiment::DataFolder& data, const Case& of) {
  const auto loaded = experiment::Experiment::load(data, of.selection);
  const likelihood::Joint joint{{loaded.term()}};
  const likelihood::Observation observation = joint.observe({loaded.observed()});
  const Eigen::ArrayXXd per_mu_B2 = loaded.signal().dipole(of.mass_MeV).total(of.flavour);
  const inference::Profile profile = test::profile_of(joint, {per_mu_B2}, {loaded.observed()});
  constexpr int couplings = 40;
  const auto square = [&](int i) {
    const double d_mu_B = of.largest_mu_B * (i + 1) / couplings;
    return d_mu_B * d_mu_B;
  };
  double sum = 0.0;  // that nothing is left out as unused
  Times times{};
  times.fit_us = median_us(15, couplings, [&](int i) { sum += profile.at(square(i)).poi[0]; });
  times.mass_us = median_us(15, 4, [&](int) {
    const inference::ProfilePoint best = profile.best_fit().best;
    sum += profile.upper_limits(best, 0, std::array{2.71, 4.61}, 1e-6).back().poi;
  });
  const std::vector<double> pulls(joint.nuisances().size(), 0.1);
  std::vector<std::size_t> all(1 + pulls.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  likelihood::Evaluator evaluator{joint, 1, all};
  const auto points = test::signals_at(square(couplings / 2), {per_mu_B2});
  evaluator.set_signals(points);
  std::vector<double> gradient(all.size());
  times.evaluation_us =
      median_us(15, 200, [&](int) { sum += evaluator.value(pulls, observation, gradient); });
  times.plain_us = median_us(
      5, 20, [&](int) { sum += test::plain_evaluate(joint, points, pulls, observation).value; });
  if (!(sum > 0.0)) std::fputs("a fit has no value\n", stderr);
  return times;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc < 2) {
    std::fputs("usage: bench_fits DATA_DIR [FACTOR]\n", stderr);
    return 2;
  }
  experiment::DataFolder data{argv[1]};
  bool kept = true;
  std::puts("case,fit_us,wanted_us,best_and_limits_us,wanted_us,evaluation_us,plain_us,ratio");
  for (const Case& one : cases()) {
    const Times times = measure(data, one);
    std::printf("%s,%.3g,%.3g,%.3g,%.3g,%.3g,%.3g,%.3g\n", one.name, times.fit_us,
                one.wanted_fit_us, times.mass_us, one.wanted_mass_us, times.evaluation_us,
                times.plain_us, times.plain_us / times.evaluation_us);
    if (argc < 3) continue;
    const double factor = std::atof(argv[2]);
    kept = kept && times.fit_us <= factor * one.wanted_fit_us &&
           times.mass_us <= factor * one.wanted_mass_us;
  }
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
