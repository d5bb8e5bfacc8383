// Prints the processor time of -2 ln L and of its gradient at one point [us], for bench_call.py to
// compare with: bench_point DATA CONFIG
#include "nudipole/campaign/mass_likelihood.hpp"
#include "nudipole/run/input.hpp"

#include <algorithm>
#include <ctime>
#include <functional>
#include <iostream>
#include <vector>

namespace {

double median_us(const std::function<double()>& call) {
  constexpr int calls = 2000;
  std::vector<double> times;
  double sum = 0.0;
  for (int block = 0; block < 15; ++block) {
    const std::clock_t start = std::clock();
    for (int i = 0; i < calls; ++i) sum += call();
    times.push_back(1.0e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC / calls);
  }
  if (sum == 0.0) times.clear();  // the result is needed: nothing is optimised away
  std::ranges::sort(times);
  return times.at(times.size() / 2);
}

}  // namespace

int main(int argc, char* argv[]) {
  if (argc != 3) return 2;
  nudipole::experiment::DataFolder data{argv[1]};
  const nudipole::campaign::MassLikelihood likelihood{nudipole::run::load_setup(argv[2], data),
                                                      10.0};
  const std::vector<double> pulls(likelihood.nuisances().size());
  constexpr double coupling_mu_B = 2.0e-9;
  std::cout << "value " << median_us([&] { return likelihood(coupling_mu_B, pulls); })
            << "\ngradient "
            << median_us([&] { return likelihood.gradient(coupling_mu_B, pulls).back(); }) << "\n";
  return 0;
}
