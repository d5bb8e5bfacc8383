// Times of solar neutrinos on electrons, part of bench_kernels: one profile fit, and everything
// that one mass needs (templates of 24 neutrino components, best fit, the 90 % limit); the latter
// also of eight data sets together.
#include "support/experiment_profile.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <map>
#include <string>

namespace {

using namespace nudipole;

const experiment::Experiment& data_set(const std::string& name) {
  static std::map<std::string, experiment::Experiment> loaded;
  const auto found = loaded.find(name);
  if (found != loaded.end()) return found->second;
  experiment::DataFolder data{NUDIPOLE_BENCH_DATA_DIR};
  return loaded.emplace(name, experiment::Experiment::load(data, {.name = name})).first->second;
}

constexpr double largest_x_mu_B2 = 1e-18;
constexpr double mass_MeV = 0.01;

/// One fit at the limit.
void electron_fit(benchmark::State& state, const char* name) {
  const inference::Profile profile =
      test::profile_of(data_set(name), mass_MeV, PortalFlavour::universal);
  const double x = profile.upper_limit(profile.best_fit().best, 2.71, largest_x_mu_B2).poi;
  for (auto _ : state) benchmark::DoNotOptimize(profile.at(x));
}

void electron_mass(benchmark::State& state, const char* name) {
  const experiment::Experiment& of = data_set(name);
  for (auto _ : state) {
    const inference::Profile profile = test::profile_of(of, mass_MeV, PortalFlavour::universal);
    benchmark::DoNotOptimize(profile.upper_limit(profile.best_fit().best, 2.71, largest_x_mu_B2));
  }
}

/// Best fit and both 90 % limits of each of the eight sets that came last, at one mass.
void eight_sets(benchmark::State& state, PortalFlavour flavour) {
  constexpr std::array names{"xenonnt_er_2022",  "lz_er_2022",      "lz_er_2024",
                             "pandax4t_er_run1", "borexino_phase2", "xenonnt_s2only_2026",
                             "pandax4t_8b_2024", "conus_plus_2025"};
  for (const char* const name : names) (void)data_set(name);
  for (auto _ : state) {
    for (const char* const name : names) {
      const inference::Profile profile = test::profile_of(data_set(name), 0.1, flavour);
      benchmark::DoNotOptimize(profile.upper_limits(profile.best_fit().best, 0,
                                                    std::array{2.71, 4.61}, largest_x_mu_B2));
    }
  }
}

BENCHMARK_CAPTURE(electron_fit, xenonnt_er, "xenonnt_er_2022")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(electron_fit, lz_er, "lz_er_2024")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(electron_fit, pandax_er, "pandax4t_er_run1")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(electron_mass, xenonnt_er, "xenonnt_er_2022")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(electron_mass, lz_er, "lz_er_2024")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(electron_mass, pandax_er, "pandax4t_er_run1")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(eight_sets, universal, PortalFlavour::universal)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(eight_sets, tau, PortalFlavour::tau)->Unit(benchmark::kMicrosecond);

}  // namespace
