#pragma once

#include "nudipole/campaign/mass_likelihood.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace nudipole::python {

/// What a setup is made of: enough to make it again in another process.
struct Origin {
  std::string text;
  std::filesystem::path file;  ///< absolute; paths of experiments count from its folder
  std::vector<std::filesystem::path> data_folders;  ///< absolute
};

/// A configuration with its data, as Python holds it.
struct SetupHandle {
  std::shared_ptr<const campaign::Setup> setup;
  std::shared_ptr<const Origin> origin;
};

/// A likelihood that knows where it comes from.
struct LikelihoodHandle : campaign::MassLikelihood {
  LikelihoodHandle(campaign::MassLikelihood likelihood, std::shared_ptr<const Origin> its_origin)
      : campaign::MassLikelihood(std::move(likelihood)), origin(std::move(its_origin)) {}
  std::shared_ptr<const Origin> origin;
};

/// Names of the couplings.
inline std::vector<std::string> names_of(const campaign::RunConfig& config) {
  std::vector<std::string> names;
  for (const campaign::Coupling& coupling : config.couplings) names.push_back(coupling.name);
  return names;
}

}  // namespace nudipole::python
