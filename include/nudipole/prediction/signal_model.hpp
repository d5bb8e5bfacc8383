#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/detector/response.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/physics/cross_section.hpp"

#include <Eigen/Core>

#include <array>
#include <map>
#include <string>
#include <vector>

namespace nudipole::prediction {

/// Targets of one mass that share a detector response: a nuclide, or all electrons together.
struct Target {
  std::string name;  ///< nuclide name, or "electron"
  double mass_MeV;
  std::size_t response;  ///< index into the model's response matrices
  /// Number of targets times the squared charge: N Z^2 F^2 for a nuclide, sum N Z_eff for
  /// electrons; [node of the response].
  Eigen::ArrayXd charge_squared;
  /// Number of targets times the Standard Model coupling: N Q^2 per flavour for a nuclide (with
  /// form factors); equal to charge_squared for electrons. [flavour][node]
  std::array<Eigen::ArrayXd, flavour_count> weak_charge_squared;
};

/// How the events of one arrival class in an energy bin spread over the companion bins (time).
/// [energy bin, companion bin]
using Spread = Eigen::ArrayXXd;

enum class Scattering { nucleus, electron };

/// One version of the detector's response, for shape nuisances: which block of rows of the response
/// matrices, and which spread over the companion bins.
struct ResponseVariant {
  Eigen::Index block = 0;
  std::size_t spread = 0;
};

/// Which recoils the portal signal counts; Standard Model scattering is not affected.
enum class PortalChannels { both, nuclear, electron };

/// Expected events per squared coupling [mu_B^-2], by flavour and by what recoils.
struct PortalEvents {
  std::array<Eigen::ArrayXXd, flavour_count> nucleus;   ///< [flavour][bin, variant]
  std::array<Eigen::ArrayXXd, flavour_count> electron;  ///< [flavour][bin, variant]

  /// Sum over recoils and over the flavours that `portal` couples to [bin, variant].
  [[nodiscard]] Eigen::ArrayXXd total(PortalFlavour portal) const;
};

/// Predicts event templates of one detector from flux moments: all energy integrals are closed
/// forms, recoil integrals are sums over the nodes of the response matrix.
class SignalModel {
 public:
  struct Definition {
    flux::Source source;
    std::vector<detector::ResponseMatrix> responses;
    std::vector<Target> nuclei;
    std::vector<Target> electrons;  ///< empty: electron recoils are not part of the analysis
    std::map<std::string, std::vector<Spread>> spreads;        ///< arrival class -> [spread]
    std::vector<ResponseVariant> variants{ResponseVariant{}};  ///< first: the nominal one
    physics::CoherentTerms coherent_terms = physics::CoherentTerms::full;
    PortalChannels portal_channels = PortalChannels::both;
  };

  explicit SignalModel(Definition definition);

  [[nodiscard]] const flux::Source& source() const { return definition_.source; }
  [[nodiscard]] bool has_electrons() const { return !definition_.electrons.empty(); }
  [[nodiscard]] Eigen::Index bin_count() const;
  [[nodiscard]] Eigen::Index variant_count() const;

  /// Standard Model events of one flux component on nuclei (CEvNS) or electrons (EvES)
  /// [bin, variant].
  [[nodiscard]] Eigen::ArrayXXd standard_model(Scattering scattering,
                                               const flux::Component& component) const;
  /// The same summed over all flux components.
  [[nodiscard]] Eigen::ArrayXXd standard_model(Scattering scattering) const;

  /// Portal events at d = 1 mu_B for a sterile neutrino of this mass.
  /// \param sterile_mass_MeV  > 0
  [[nodiscard]] PortalEvents portal(double sterile_mass_MeV) const;

 private:
  [[nodiscard]] Eigen::ArrayXXd no_events() const;
  /// \param energy_bins  [block x energy bin]
  [[nodiscard]] Eigen::ArrayXXd spread_out(const Eigen::VectorXd& energy_bins,
                                           const std::string& arrival) const;

  Definition definition_;
};

}  // namespace nudipole::prediction
