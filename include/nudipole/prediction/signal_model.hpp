#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/physics/coherent_scattering.hpp"
#include "nudipole/prediction/conditional_shape.hpp"
#include "nudipole/prediction/recoil_channel.hpp"

#include <Eigen/Core>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::prediction {

enum class Scattering { nucleus, electron };

/// One version of the signal, for nuisances that deform it: which block of rows of each response
/// matrix, which of the shapes in the other observables, and sources of which there is twice as
/// much: the straight line from the nominal version to that one is the normalisation of a source.
struct SignalVariant {
  Eigen::Index nuclear_block = 0;
  Eigen::Index electron_block = 0;
  std::size_t shape = 0;
  std::vector<std::string> doubled_origins{};  ///< origins of flux components
};

/// Which recoils the dipole signal counts; Standard Model scattering is not affected.
enum class DipoleChannels { both, nuclear, electron };

/// Expected events per squared coupling [mu_B^-2], by flavour and by what recoils.
struct DipoleEvents {
  std::array<Eigen::ArrayXXd, flavour_count> nucleus;   ///< [flavour][bin, variant]
  std::array<Eigen::ArrayXXd, flavour_count> electron;  ///< [flavour][bin, variant]

  /// Sum over recoils and over the flavours that couple to N [bin, variant].
  [[nodiscard]] Eigen::ArrayXXd total(PortalFlavour coupled) const;
};

/// Dipole events resolved in the momentum p of N, for what depends on it as exp(-a/p) does: events
/// weighted with f(p) are sum_k f(p_k) events_k, good to 1e-4 of all events times the largest f for
/// a up to twenty times the largest momentum, to 1e-5 up to six times.
struct DipoleByMomentum {
  std::vector<double> momenta_MeV;   ///< p_k [node], descending, > 0
  std::vector<DipoleEvents> events;  ///< [node], per squared coupling [mu_B^-2]; may be negative
};

/// Predicts event templates of one detector from flux moments: all energy integrals are closed
/// forms, recoil integrals are sums over the nodes of the response matrix.
class SignalModel {
 public:
  struct Definition {
    flux::Source source;
    std::optional<RecoilChannel> nuclei;     ///< none: their recoils are not part of the analysis
    std::optional<RecoilChannel> electrons;  ///< the same; one of the two is there
    std::map<std::string, std::vector<ConditionalShape>> shapes;  ///< arrival class -> [shape]
    std::vector<SignalVariant> variants{SignalVariant{}};         ///< first: the nominal one
    physics::CoherentTerms coherent_terms = physics::CoherentTerms::full;
    DipoleChannels dipole_channels = DipoleChannels::both;
  };

  explicit SignalModel(Definition definition);

  [[nodiscard]] const flux::Source& source() const { return definition_.source; }
  [[nodiscard]] bool has_nuclei() const { return definition_.nuclei.has_value(); }
  [[nodiscard]] bool has_electrons() const { return definition_.electrons.has_value(); }
  [[nodiscard]] Eigen::Index bin_count() const;
  [[nodiscard]] Eigen::Index variant_count() const;

  /// Standard Model events of one flux component on nuclei (CEvNS) or electrons (EvES)
  /// [bin, variant].
  [[nodiscard]] Eigen::ArrayXXd standard_model(Scattering scattering,
                                               const flux::Component& component) const;
  /// The same summed over all flux components.
  [[nodiscard]] Eigen::ArrayXXd standard_model(Scattering scattering) const;

  /// Dipole events at d = 1 mu_B for a sterile neutrino of this mass.
  /// \param sterile_mass_MeV  >= 0
  [[nodiscard]] DipoleEvents dipole(double sterile_mass_MeV) const;
  /// The same resolved in the momentum of N, sqrt((E - T)^2 - m^2). The sum over all nodes is
  /// dipole(). Costs some ten times as much.
  [[nodiscard]] DipoleByMomentum dipole_by_momentum(double sterile_mass_MeV) const;

 private:
  [[nodiscard]] Eigen::ArrayXXd no_events() const;
  [[nodiscard]] const RecoilChannel* channel(Scattering scattering) const;
  /// \param energy_bins  [block x energy bin]
  [[nodiscard]] Eigen::ArrayXXd all_bins(Scattering scattering, const Eigen::VectorXd& energy_bins,
                                         const flux::Component& component) const;
  [[nodiscard]] std::array<Eigen::ArrayXXd, flavour_count> dipole(Scattering scattering,
                                                                  double sterile_mass_MeV) const;
  /// Adds those of one kind of recoil to `by_momentum`.
  void add_by_momentum(Scattering scattering, double sterile_mass_MeV,
                       const math::PanelGrid& ratios, DipoleByMomentum& by_momentum) const;

  Definition definition_;
};

}  // namespace nudipole::prediction
