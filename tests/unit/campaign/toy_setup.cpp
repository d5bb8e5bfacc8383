#include "unit/campaign/toy_setup.hpp"

#include "support/detector_folder.hpp"

namespace nudipole::test {

std::string toy_yaml(const std::string& masses, const std::string& couplings) {
  return "format: 1\ntitle: made up\nexperiments: [toy]\nflavour: mu\nmass: " + masses +
         "\ncoupling: " + couplings + "\nlimits: {confidence: [0.90, 0.95], dof: [1, 2]}\n";
}

std::shared_ptr<const campaign::Setup> toy_setup(const std::string& yaml) {
  const DetectorFolder tree;
  experiment::DataFolder data{tree.root()};
  return std::make_shared<const campaign::Setup>(campaign::RunConfig::parse(yaml, "toy.yaml"),
                                                 data);
}

}  // namespace nudipole::test
