#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/detector/response.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/math/linear_interpolation.hpp"
#include "nudipole/prediction/target_material.hpp"

#include <Eigen/Core>

#include <array>
#include <string>
#include <vector>

namespace nudipole::prediction {

/// Targets of one mass: a nuclide, or all electrons together.
struct Target {
  std::string name;  ///< nuclide name, or "electron"
  double mass_MeV;
  /// Number of targets times the squared charge: N Z^2 F^2 for a nuclide, sum N Z_eff for
  /// electrons; [node of the response].
  Eigen::ArrayXd charge_squared;
  /// Number of targets times the Standard Model coupling: N Q^2 per flavour for a nuclide (with
  /// form factors); for electrons charge_squared, corrected where a correction is given.
  /// [flavour][node]
  std::array<Eigen::ArrayXd, flavour_count> weak_charge_squared;
};

/// One kind of recoil: what recoils, and what the detector makes of it.
struct RecoilChannel {
  detector::ResponseMatrix response;
  std::vector<Target> targets;
};

/// Recoil energies over which a response is tabulated.
struct RecoilWindow {
  double lower_MeV;
  double upper_MeV;
};

/// From below what any detector here sees up to the largest recoil that the source can give to a
/// nucleus, by a massless neutrino of its end point.
RecoilWindow nuclear_recoils(const flux::Source& source, const TargetMaterial& material);
/// The same for electrons, but no more than 1 MeV: far above the energy windows of these detectors
/// (some keV), far below the end point of a spallation source (50 MeV), up to which a response that
/// is 0 anyway would have to be worked out. electron_channel() makes sure that it is.
RecoilWindow electron_recoils(const flux::Source& source);

/// Nuclei of the target with their form factors, on the response's nodes.
RecoilChannel nuclear_channel(const TargetMaterial& material, detector::ResponseMatrix response);
/// All electrons that an energy transfer can free, as one target.
/// \param standard_model_ratio  factor of Standard Model scattering against the recoil [MeV], for
///                              what bound electrons do otherwise than free ones; null: 1
/// \throws DataError when the detector sees recoils at the end of a window that was cut at 1 MeV
RecoilChannel electron_channel(const TargetMaterial& material, const flux::Source& source,
                               detector::ResponseMatrix response,
                               const math::LinearInterpolation* standard_model_ratio = nullptr);

}  // namespace nudipole::prediction
