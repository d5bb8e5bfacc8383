// Times of Dresden-II with seven background parameters, part of bench_kernels: one profile fit, and
// everything that one mass needs (templates, best fit, both 90 % limits).
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"

#include <benchmark/benchmark.h>

#include <map>
#include <string>

namespace {

using namespace nudipole;

/// The experiment with one quenching model, and its likelihood.
struct Dresden {
  experiment::Experiment experiment;
  likelihood::Joint joint;
};

const Dresden& dresden(const std::string& quenching) {
  static std::map<std::string, Dresden> loaded;
  const auto found = loaded.find(quenching);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{NUDIPOLE_BENCH_DATA_DIR};
  auto experiment = experiment::Experiment::load(
      data, {.name = "dresden_ii", .options = {{"quenching", quenching}}});
  likelihood::Joint joint{{experiment.term()}};
  return loaded.emplace(quenching, Dresden{std::move(experiment), std::move(joint)}).first->second;
}

likelihood::PortalTemplates templates(const Dresden& of, double mass_MeV) {
  return {of.experiment.signal().dipole(mass_MeV).total(PortalFlavour::e)};
}

constexpr double largest_x_mu_B2 = 1e-6;

/// One fit at the limit.
void dresden_fit(benchmark::State& state, const char* quenching, double mass_MeV) {
  const Dresden& of = dresden(quenching);
  const auto portal = templates(of, mass_MeV);
  const inference::Profile profile{of.joint, portal, {}};
  const double x = profile.upper_limit(profile.best_fit(), 2.71, largest_x_mu_B2).x_mu_B2;
  for (auto _ : state) benchmark::DoNotOptimize(profile.at(x));
}

void dresden_mass(benchmark::State& state, const char* quenching, double mass_MeV) {
  const Dresden& of = dresden(quenching);
  for (auto _ : state) {
    const auto portal = templates(of, mass_MeV);
    const inference::Profile profile{of.joint, portal, {}};
    const inference::ProfilePoint best = profile.best_fit();
    for (const double threshold : {2.71, 4.61}) {
      benchmark::DoNotOptimize(profile.upper_limit(best, threshold, largest_x_mu_B2));
    }
  }
}

BENCHMARK_CAPTURE(dresden_fit, fef_1_keV, "fef", 1e-3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_fit, ybe_1_MeV, "ybe", 1.0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_fit, lindhard_6_MeV, "lindhard", 6.0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_mass, fef_1_keV, "fef", 1e-3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_mass, ybe_1_keV, "ybe", 1e-3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_mass, ybe_1_MeV, "ybe", 1.0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_mass, lindhard_1_keV, "lindhard", 1e-3)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(dresden_mass, lindhard_6_MeV, "lindhard", 6.0)->Unit(benchmark::kMicrosecond);

}  // namespace
