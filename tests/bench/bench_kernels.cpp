// Times of what a scan does most, for COHERENT CsI 2022 with the default options. check_bench.py
// compares them with the limits of the project.
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/inference/profile.hpp"

#include <benchmark/benchmark.h>

#include <exception>
#include <iostream>

namespace {

using namespace nudipole;

constexpr const char* data_dir = NUDIPOLE_BENCH_DATA_DIR;

/// The default scan at the masses that are timed: light, medium, and just above the muon-neutrino
/// line.
constexpr const char* config_text = R"(format: 1
experiments: [coherent_csi_2022]
flavour: mu
mass: {values_MeV: [0.01, 10, 29.8]}
coupling: {from_mu_B: 1e-10, to_mu_B: 1e-7, points: 80, spacing: log}
limits: {confidence: [0.90], dof: [1, 2]}
)";

/// Two couplings at one mass.
constexpr const char* plane_text = R"(format: 1
experiments: [coherent_csi_2022]
couplings:
  e: {from_mu_B: 2e-10, to_mu_B: 2e-8, points: 40}
  mu: {from_mu_B: 2e-10, to_mu_B: 2e-8, points: 40}
mass: {values_MeV: [10]}
)";

std::shared_ptr<const campaign::Setup> load_setup(const char* text) {
  experiment::DataFolder data{data_dir};
  return std::make_shared<const campaign::Setup>(campaign::RunConfig::parse(text, "bench"), data);
}

const std::shared_ptr<const campaign::Setup>& setup() {
  static const auto loaded = load_setup(config_text);
  return loaded;
}

void load(benchmark::State& state) {
  for (auto _ : state) {
    experiment::DataFolder data{data_dir};
    benchmark::DoNotOptimize(experiment::Experiment::load(data, {.name = "coherent_csi_2022"}));
  }
}

/// Templates of one mass: all flavours, nuclei and electrons.
void portal(benchmark::State& state, double mass_MeV) {
  const prediction::SignalModel& signal = setup()->experiments().front().signal();
  for (auto _ : state) benchmark::DoNotOptimize(signal.dipole(mass_MeV));
}

void profile_fit(benchmark::State& state, double mass_MeV) {
  const inference::Profile profile = setup()->profile(setup()->signals(mass_MeV));
  constexpr double coupling_mu_B = 2.0e-9;
  for (auto _ : state) benchmark::DoNotOptimize(profile.at(coupling_mu_B * coupling_mu_B));
}

/// Best fit and both 90 % limits of one mass.
void both_limits(benchmark::State& state, double mass_MeV) {
  const inference::Profile profile = setup()->profile(setup()->signals(mass_MeV));
  constexpr double largest_mu_B = 1.0e-7;
  for (auto _ : state) {
    const inference::ProfilePoint best = profile.best_fit().best;
    for (const double threshold : {2.71, 4.61}) {
      benchmark::DoNotOptimize(profile.upper_limit(best, threshold, largest_mu_B * largest_mu_B));
    }
  }
}

/// One mass of the default scan: templates, best fit, limits and 80 couplings.
void whole_unit(benchmark::State& state, std::uint64_t place, double mass_MeV) {
  const auto grid = campaign::make_grid(setup());
  const campaign::Task mass{
      .place = place, .coordinate = mass_MeV, .first = 0, .last = grid->items()};
  // A new worker each time: it keeps the templates of its last mass.
  for (auto _ : state) benchmark::DoNotOptimize((*grid->worker())(mass));
}

/// The map of 40 x 40 points of two couplings at one mass, without best fit and limits.
void plane(benchmark::State& state) {
  const auto campaign = campaign::make_scan(load_setup(plane_text));
  const campaign::Task points{
      .place = 0, .coordinate = 10.0, .first = 1, .last = campaign->items()};
  for (auto _ : state) benchmark::DoNotOptimize((*campaign->worker())(points));
}

BENCHMARK(load)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(portal, 0.01_MeV, 0.01)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(portal, 10_MeV, 10.0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(portal, 29.8_MeV, 29.8)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(profile_fit, 0.01_MeV, 0.01)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(profile_fit, 10_MeV, 10.0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(profile_fit, 29.8_MeV, 29.8)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(both_limits, 0.01_MeV, 0.01)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(both_limits, 10_MeV, 10.0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(both_limits, 29.8_MeV, 29.8)->Unit(benchmark::kMicrosecond);
BENCHMARK(plane)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(whole_unit, 10_MeV, 1U, 10.0)->Unit(benchmark::kMicrosecond);

}  // namespace

int main(int argc, char* argv[]) {
  try {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    (void)setup();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
