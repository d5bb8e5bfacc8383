#include "xenon_reference.hpp"

#include "nudipole/core/units.hpp"

#include <filesystem>

namespace nudipole::test::xenon {

experiment::Experiment load(const std::string& name,
                            const std::map<std::string, std::string>& options) {
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  return experiment::Experiment::load(data, {.name = name, .options = options});
}

campaign::Setup analyse(const std::string& experiments, const std::string& flavour,
                        const std::string& limits, const std::string& masses) {
  const std::string yaml = "format: 1\nexperiments: " + experiments + "\nflavour: " + flavour +
                           "\nmass: {values_MeV: " + masses +
                           "}\ncoupling: {values_per_GeV: [1e-7, 1e-4]}\nlimits: " + limits + "\n";
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  return {campaign::RunConfig::parse(yaml, "xenon.yaml"), data};
}

config::Table reference_table(const std::string& name) {
  return config::Table::load(std::filesystem::path{NUDIPOLE_TEST_REFERENCE_DIR} / name);
}

double reference_x_mu_B2() { return DipoleCoupling::from_per_GeV(1.0e-6).squared_mu_B2(); }

}  // namespace nudipole::test::xenon
