// Time of one profile fit of the CENNS-10 likelihood in energy, F90 and time: 960 cells, nine
// nuisances, five of them shapes. Wanted: at most 1 ms on one core.
//
// Usage: bench_cenns10_3d DATA_DIR [LARGEST_MS]
// Prints the median over couplings from 0 to 5e-9 mu_B, each fitted from scratch; exit code 1 when
// the median exceeds LARGEST_MS or a fit does not converge.
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char* argv[]) {
  using namespace nudipole;
  if (argc < 2) {
    std::fputs("usage: bench_cenns10_3d DATA_DIR [LARGEST_MS]\n", stderr);
    return 2;
  }
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::duration time) {
    return std::chrono::duration<double, std::milli>(time).count();
  };
  experiment::DataFolder data{argv[1]};
  const auto start = Clock::now();
  const auto argon = experiment::Experiment::load(data, {.name = "coherent_cenns10_3d"});
  const double loading = milliseconds(Clock::now() - start);
  const likelihood::Joint joint{{argon.term()}};
  const auto template_start = Clock::now();
  const likelihood::PortalTemplates portal{argon.signal().dipole(10.0).total(PortalFlavour::mu)};
  const double templates = milliseconds(Clock::now() - template_start);
  const inference::Profile profile{joint, portal, {}};

  std::vector<double> times;
  int evaluations = 0;
  bool converged = true;
  constexpr int repeats = 200;
  for (int i = 0; i < repeats; ++i) {
    const double d_mu_B = 5e-9 * i / (repeats - 1);
    const auto fit_start = Clock::now();
    const inference::ProfilePoint point = profile.at(d_mu_B * d_mu_B);
    times.push_back(milliseconds(Clock::now() - fit_start));
    evaluations += point.evaluations;
    converged = converged && fit::is_converged(point.status);
  }
  std::ranges::sort(times);
  const double median = times[times.size() / 2];
  std::printf(
      "loading_ms,templates_ms,fit_median_ms,fit_least_ms,fit_largest_ms,evaluations_per_fit\n");
  std::printf("%.3g,%.3g,%.3g,%.3g,%.3g,%.3g\n", loading, templates, median, times.front(),
              times.back(), static_cast<double>(evaluations) / repeats);
  if (!converged) std::fputs("a fit did not converge\n", stderr);
  const bool fast = argc < 3 || median <= std::atof(argv[2]);
  return converged && fast ? EXIT_SUCCESS : EXIT_FAILURE;
}
