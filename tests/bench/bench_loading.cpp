// Start-up: processor time until an experiment is ready, of every experiment with its default
// options and with each other choice of each option; of a scan's rank that loads several.
//
// Usage: bench_loading DATA_DIR CONFIG [LARGEST_MS LARGEST_CONFIG_MS]
// Prints the least of several loads, each with a data tree that has read nothing; exit code 1 when
// one takes longer than LARGEST_MS, or all experiments of CONFIG together than LARGEST_CONFIG_MS.
#include "nudipole/campaign/setup.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <vector>

namespace {

using namespace nudipole;

/// Least processor time of several calls [ms]: what other programs do to the caches only adds.
template <class Call>
double least_ms(Call&& call) {
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) {
    const std::clock_t start = std::clock();
    call();
    least = std::min(least, 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return least;
}

/// The default options, then every other choice by itself.
std::vector<experiment::Selection> selections(const std::string& data_dir) {
  experiment::DataFolder data{data_dir};
  std::vector<experiment::Selection> all;
  for (const std::string& name : data.experiments()) {
    all.push_back({.name = name});
    for (const auto& option : experiment::Experiment::summarise(data, {.name = name}).options) {
      for (const std::string& choice : option.choices) {
        if (choice == option.default_choice) continue;
        all.push_back({.name = name, .options = {{option.name, choice}}});
      }
    }
  }
  return all;
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 3 && argc != 5) {
    std::fputs("usage: bench_loading DATA_DIR CONFIG [LARGEST_MS LARGEST_CONFIG_MS]\n", stderr);
    return 2;
  }
  const std::string data_dir = argv[1];
  double largest_ms = 0.0;
  std::puts("experiment,option,loading_ms");
  for (const experiment::Selection& selection : selections(data_dir)) {
    const double time_ms = least_ms([&] {
      experiment::DataFolder data{data_dir};
      (void)experiment::Experiment::load(data, selection);
    });
    largest_ms = std::max(largest_ms, time_ms);
    std::string option;
    for (const auto& [name, choice] : selection.options) option = name + "=" + choice;
    std::printf("%s,%s,%.2f\n", selection.name.c_str(), option.c_str(), time_ms);
  }
  const double config_ms = least_ms([&] {
    experiment::DataFolder data{data_dir};
    const campaign::Setup setup{campaign::RunConfig::load(argv[2]), data};
  });
  std::printf("%s,,%.2f\n", argv[2], config_ms);
  const bool kept =
      argc == 3 || (largest_ms <= std::atof(argv[3]) && config_ms <= std::atof(argv[4]));
  return kept ? EXIT_SUCCESS : EXIT_FAILURE;
}
