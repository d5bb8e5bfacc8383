// Runs one of the kernels that a scan spends its time in, N times; check_counts.py counts their
// instructions under valgrind.
//
// Usage: count_kernels DATA_DIR gradient|fit|templates N
#include "nudipole/experiment/experiment.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/likelihood/evaluator.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <string>

namespace {

using namespace nudipole;

/// One experiment at one mass.
struct Case {
  experiment::Experiment experiment;
  std::shared_ptr<const likelihood::Joint> joint;
  std::shared_ptr<const likelihood::Observation> observation;
  prediction::Signals signals;

  Case(experiment::DataFolder& data, const std::string& name, PortalFlavour flavour,
       double mass_MeV)
      : experiment(experiment::Experiment::load(data, {.name = name})),
        joint{std::make_shared<const likelihood::Joint>(std::vector{experiment.term()})},
        observation{std::make_shared<const likelihood::Observation>(
            joint->observe({experiment.observed()}))},
        signals{std::make_shared<prediction::LinearSignal>(
            std::vector{experiment.signal().dipole(mass_MeV).total(flavour)})} {}
};

/// -2 ln L of CsI 2022 with its gradient, 1000 times a run.
std::function<double()> gradient(experiment::DataFolder& data) {
  return [csi = Case{data, "coherent_csi_2022", PortalFlavour::mu, 10.0}] {
    const std::vector<double> pulls(csi.joint->nuisances().size(), 0.3);
    std::vector<double> slopes(1 + pulls.size());
    const std::vector points{csi.signals.front()->at(std::array{4e-18})};
    std::vector<std::size_t> all(slopes.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    likelihood::Evaluator evaluator{*csi.joint, 1, all};
    evaluator.set_signals(points);
    double sum = 0.0;
    for (int i = 0; i < 1000; ++i) sum += evaluator.value(pulls, *csi.observation, slopes);
    return sum + slopes.back();
  };
}

/// A profile fit of Dresden-II near its limit, 10 times a run.
std::function<double()> profile_fit(experiment::DataFolder& data) {
  return [dresden = Case{data, "dresden_ii", PortalFlavour::e, 1.0}] {
    const inference::Profile profile{dresden.joint, dresden.signals, dresden.observation, {}};
    double sum = 0.0;
    for (int i = 0; i < 10; ++i) sum += profile.at(6.8e-20).minus_two_log_l;
    return sum;
  };
}

/// Dipole templates of CsI 2022 at one mass: all flavours, nuclei and electrons, 10 times a run.
std::function<double()> templates(experiment::DataFolder& data) {
  return [csi = Case{data, "coherent_csi_2022", PortalFlavour::mu, 10.0}] {
    double sum = 0.0;
    for (int i = 0; i < 10; ++i) {
      sum += csi.experiment.signal().dipole(10.0).total(PortalFlavour::mu).sum();
    }
    return sum;
  };
}

}  // namespace

int main(int argc, char* argv[]) {
  const std::map<std::string, std::function<double()> (*)(experiment::DataFolder&)> kernels{
      {"gradient", gradient}, {"fit", profile_fit}, {"templates", templates}};
  if (argc != 4 || !kernels.contains(argv[2])) {
    std::fputs("usage: count_kernels DATA_DIR gradient|fit|templates N\n", stderr);
    return 2;
  }
  experiment::DataFolder data{argv[1]};
  const std::function<double()> run = kernels.at(argv[2])(data);
  double sum = 0.0;
  for (int i = std::atoi(argv[3]); i > 0; --i) sum += run();
  std::printf("%.15g\n", sum);  // that nothing is left out as unused
}
