#include "xenon_reference.hpp"
#include "support/paths.hpp"

#include "nudipole/core/units.hpp"

namespace nudipole::test::xenon {

campaign::Setup analyse(const std::string& experiments, const std::string& flavour,
                        const std::string& limits, const std::string& masses) {
  const std::string yaml = "format: 1\nexperiments: " + experiments + "\nflavour: " + flavour +
                           "\nmass: {values_MeV: " + masses +
                           "}\ncoupling: {values_per_GeV: [1e-7, 1e-4]}\nlimits: " + limits + "\n";
  experiment::DataFolder data{test::data_dir()};
  return {campaign::RunConfig::parse(yaml, "xenon.yaml"), data};
}

double reference_x_mu_B2() { return DipoleCoupling::from_per_GeV(1.0e-6).squared_mu_B2(); }

}  // namespace nudipole::test::xenon
