// Toys a second on this core: two fits each (at the hypothesis, and the best one), at a point near
// the limit, as a worker of `nudipole toys` makes them.
//
// Times are processor times, so that other programs on the machine count little.
//
// Usage: bench_toys DATA_DIR CONFIG_DIR [FACTOR]
// Prints medians as CSV; with FACTOR, exit code 1 when a rate is below FACTOR times what is wanted.
#include "nudipole/campaign/campaigns.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace nudipole;

namespace {

struct Case {
  const char* config;
  double mass_MeV;
  double coupling_mu_B;  ///< near the 90 % limit
  std::int64_t batch;    ///< some tenths of a second
  double wanted_per_s;
};

std::vector<Case> cases() {
  return {{"csi2022_mu.yaml", 10.0, 2.5e-9, 20'000, 60e3},
          {"kdk_fig3_lar_3d.yaml", 10.0, 2.5e-9, 1000, 4e3},
          {"combined_universal.yaml", 10.0, 1.5e-9, 400, 1.5e3}};
}

struct Rate {
  double per_s;
  double failed_share;
};

Rate measure(experiment::DataFolder& data, const std::filesystem::path& configs, const Case& of) {
  campaign::RunConfig config = campaign::RunConfig::load(configs / of.config);
  config.mass_MeV = {of.mass_MeV};
  config.couplings.front().grid_mu_B = {of.coupling_mu_B};
  config.toys = campaign::ToyRequest{
      .least = of.batch, .most = of.batch, .batch = of.batch, .refine = campaign::Refinement::none};
  const auto toys =
      campaign::make_toys(std::make_shared<const campaign::Setup>(std::move(config), data));
  const auto worker = toys->worker();
  campaign::Task task = toys->missing(toys->begin({})).front();
  task.first = task.last = 0;
  (void)(*worker)(task);  // what all toys of a point share
  constexpr int tries = 7;
  std::vector<double> rates;
  double failed = 0.0;
  for (std::uint64_t i = 1; i <= tries; ++i) {  // the item 0 has limits too
    task.first = i;
    task.last = i + 1;
    const std::clock_t start = std::clock();
    const labelled::Patch patch = (*worker)(task);
    const double time_s = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    rates.push_back(static_cast<double>(of.batch) / time_s);
    for (const auto& part : patch) {
      if (part.field == "failed")
        failed += std::get<std::vector<std::int32_t>>(part.values).front();
    }
  }
  std::ranges::sort(rates);
  return {rates[tries / 2], failed / static_cast<double>(tries * of.batch)};
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc < 3) {
    std::fputs("usage: bench_toys DATA_DIR CONFIG_DIR [FACTOR]\n", stderr);
    return 2;
  }
  try {
    experiment::DataFolder data{argv[1]};
    bool kept = true;
    std::puts("config,toys_per_s,wanted_per_s,failed_share");
    for (const Case& one : cases()) {
      const Rate rate = measure(data, argv[2], one);
      std::printf("%s,%.4g,%.4g,%.2g\n", one.config, rate.per_s, one.wanted_per_s,
                  rate.failed_share);
      if (argc > 3) kept = kept && rate.per_s >= std::atof(argv[3]) * one.wanted_per_s;
    }
    return kept ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
