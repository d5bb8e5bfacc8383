#pragma once

#include <optional>

namespace nudipole::inference {

/// A bound on the portal from a published upper limit on a neutrino flux that was derived from the
/// number of CEvNS events: portal events may fill what the limit leaves above the expected flux,
///   d^2 = (Phi_limit/Phi_expected - 1) N_SM/N_1        (LLX eq. 14, arXiv:2406.07477)
/// with N_SM the Standard Model events at the expected flux and N_1 the portal events per unit of
/// d^2. Exposure and normalisations common to both cancel. It is not a likelihood: it has a
/// confidence level of its own and never enters a sum of Delta chi2.
class RatioBound {
 public:
  struct Definition {
    double flux_limit_per_cm2_s;     ///< published
    double expected_flux_per_cm2_s;  ///< < flux_limit_per_cm2_s
    double confidence;               ///< of the published limit
    double standard_model_events;    ///< N_SM, > 0
  };

  explicit RatioBound(const Definition& definition) : definition_(definition) {}

  [[nodiscard]] double confidence() const { return definition_.confidence; }
  [[nodiscard]] double standard_model_events() const { return definition_.standard_model_events; }

  /// The largest d^2 [mu_B^2]; nothing when no portal events are possible.
  /// \param portal_events_per_mu_B2  N_1, >= 0
  [[nodiscard]] std::optional<double> squared_coupling(double portal_events_per_mu_B2) const;

 private:
  Definition definition_;
};

}  // namespace nudipole::inference
