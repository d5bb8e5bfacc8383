// Times of one mass of Dresden-II on one core: template, profile fit, limits.
// Prints "name,median_us" lines; fails when one is above its budget.
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

namespace {

using namespace nudipole;

/// Median processor time of one call [us]; what else runs on the machine does not count.
template <class Work>
double median_us(Work&& work) {
  constexpr int repeats = 31;
  std::vector<double> times;
  for (int i = 0; i < repeats; ++i) {
    const std::clock_t start = std::clock();
    work();
    times.push_back(1.0e6 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::ranges::nth_element(times, times.begin() + repeats / 2);
  return times[repeats / 2];
}

struct Figure {
  std::string name;
  double us;
  double budget_us;  ///< 0: none
};

std::vector<Figure> measure(experiment::DataFolder& data, const std::string& quenching) {
  const auto dresden = experiment::Experiment::load(
      data, {.name = "dresden_ii", .options = {{"quenching", quenching}}});
  const likelihood::Joint joint{{dresden.term()}};
  std::vector<Figure> figures;
  for (const double mass_MeV : {0.001, 1.0, 6.0}) {
    const std::string suffix = quenching + ", " + std::to_string(mass_MeV) + " MeV";
    const auto templates = [&] {
      return likelihood::PortalTemplates{dresden.signal().portal(mass_MeV).total(PortalFlavour::e)};
    };
    double sink = 0.0;
    const double template_us = median_us([&] { sink += templates().front().sum(); });
    const likelihood::PortalTemplates portal = templates();
    const inference::Profile profile{joint, portal, {}};
    const inference::ProfilePoint best = profile.best_fit();
    const double x = profile.upper_limit(best, 2.71, 1e-6).x_mu_B2;
    const double fit_us = median_us([&] { sink += profile.at(x).minus_two_log_l; });
    const double limits_us = median_us([&] {
      const likelihood::PortalTemplates again = templates();
      const inference::Profile fresh{joint, again, {}};
      const inference::ProfilePoint minimum = fresh.best_fit();
      sink += fresh.upper_limit(minimum, 2.71, 1e-6).x_mu_B2;
      sink += fresh.upper_limit(minimum, 4.61, 1e-6).x_mu_B2;
    });
    figures.push_back({"template, " + suffix, template_us, 0.0});
    figures.push_back({"profile fit, " + suffix, fit_us, 200.0});
    figures.push_back({"limits of one mass, " + suffix, limits_us, 5000.0});
    if (sink == 0.0) std::puts("nothing was computed");
  }
  return figures;
}

}  // namespace

int main() {
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  bool within = true;
  std::puts("name,median_us,budget_us");
  for (const char* quenching : {"fef", "ybe", "lindhard"}) {
    for (const Figure& figure : measure(data, quenching)) {
      std::printf("\"%s\",%.1f,%.0f\n", figure.name.c_str(), figure.us, figure.budget_us);
      within = within && (figure.budget_us == 0.0 || figure.us <= figure.budget_us);
    }
  }
  return within ? 0 : 1;
}
