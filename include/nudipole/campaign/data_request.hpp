#pragma once

#include "nudipole/campaign/toy_request.hpp"
#include "nudipole/config/section.hpp"
#include "nudipole/core/pairs.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::campaign {

/// Asimov data in the place of those that were measured: in every bin what a model expects. The
/// priors of the nuisances are centred on the model too.
struct AsimovRequest {
  /// Nuisances of the model: those of the measured data's fit, or the centres of the priors.
  GenerateAt generate_at = GenerateAt::profiled;
  /// The portal of the model; none: the Standard Model alone.
  struct Portal {
    double mass_MeV;                    ///< >= 0
    std::vector<double> coupling_mu_B;  ///< of each configured coupling, >= 0
  };
  std::optional<Portal> portal{};
  /// Multiplies the Standard Model scattering of the neutrinos in the model, not in fits.
  double strength = 1.0;
  std::string where{};  ///< place in the configuration, for messages
};

/// The key `data` of a configuration.
config::Key data_key();
/// \param couplings  how many the configuration has
/// \return nothing for measured data. \throws ConfigError for another number of couplings
std::optional<AsimovRequest> read_data(const config::Section& root, std::size_t couplings);
Pairs canonical_pairs(const AsimovRequest& asimov);

}  // namespace nudipole::campaign
