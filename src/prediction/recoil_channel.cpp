#include "nudipole/prediction/recoil_channel.hpp"

#include "nuclear_charges.hpp"

#include "nudipole/core/constants.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/physics/coherent_scattering.hpp"
#include "nudipole/physics/form_factor.hpp"
#include "nudipole/physics/kinematics.hpp"

#include <algorithm>

namespace nudipole::prediction {
namespace {

/// Recoils below this leave no signal in any detector here; panels below are dropped anyway.
constexpr double least_recoil_MeV = 1.0e-7;
/// Recoils of electrons are counted up to here, unless the source's end below `whole_below_MeV`.
constexpr double largest_electron_recoil_MeV = 1.0;
constexpr double whole_below_MeV = 2.0;

/// Largest recoil that a source can give to a target: a massless neutrino of the end point.
double largest_recoil_MeV(const flux::Source& source, double target_mass_MeV) {
  return physics::recoil_range(source.end_point_MeV(), target_mass_MeV, 0.0)->upper_MeV;
}

Target make_nucleus(const NuclideInTarget& entry, const math::PanelGrid& grid) {
  const physics::Nuclide& nuclide = entry.nuclide;
  const auto nodes = static_cast<Eigen::Index>(grid.node_count());
  Target target{.name = nuclide.name,
                .mass_MeV = nuclide.nuclear_mass_MeV(),
                .charge_squared = Eigen::ArrayXd(nodes),
                .weak_charge_squared = {}};
  target.weak_charge_squared.fill(Eigen::ArrayXd(nodes));
  const detail::NuclearCharges charges{nuclide};
  for (Eigen::Index i = 0; i < nodes; ++i) {
    const double recoil_MeV = grid.nodes()[static_cast<std::size_t>(i)];
    const double charge = charges.electric(recoil_MeV);
    target.charge_squared(i) = entry.count * charge * charge;
    for (const Flavour flavour : all_flavours) {
      const double weak = charges.weak(flavour, recoil_MeV);
      target.weak_charge_squared[index_of(flavour)](i) = entry.count * weak * weak;
    }
  }
  return target;
}

}  // namespace

std::vector<double> TargetMaterial::electron_steps_MeV() const {
  std::vector<double> steps;
  for (const ElementInTarget& element : elements) {
    const std::vector<double>& positions = element.free_electrons.positions();
    steps.insert(steps.end(), positions.begin(), positions.end());
  }
  return steps;
}

RecoilWindow nuclear_recoils(const flux::Source& source, const TargetMaterial& material) {
  RecoilWindow window{.lower_MeV = least_recoil_MeV, .upper_MeV = 0.0};
  for (const NuclideInTarget& entry : material.nuclides) {
    window.upper_MeV =
        std::max(window.upper_MeV, largest_recoil_MeV(source, entry.nuclide.nuclear_mass_MeV()));
  }
  return window;
}

RecoilWindow electron_recoils(const flux::Source& source) {
  const double largest_MeV = largest_recoil_MeV(source, constants::electron_mass_MeV);
  return {.lower_MeV = least_recoil_MeV,
          .upper_MeV = largest_MeV < whole_below_MeV
                           ? largest_MeV
                           : std::min(largest_MeV, largest_electron_recoil_MeV)};
}

RecoilChannel nuclear_channel(const TargetMaterial& material, detector::ResponseMatrix response) {
  RecoilChannel channel{.response = std::move(response), .targets = {}};
  for (const NuclideInTarget& entry : material.nuclides) {
    channel.targets.push_back(make_nucleus(entry, channel.response.grid));
  }
  return channel;
}

RecoilChannel electron_channel(const TargetMaterial& material, const flux::Source& source,
                               detector::ResponseMatrix response,
                               const math::LinearInterpolation* standard_model_ratio) {
  const std::vector<double>& recoils = response.grid.nodes();
  const bool cut = largest_recoil_MeV(source, constants::electron_mass_MeV) >= whole_below_MeV;
  constexpr double rounding = 1.0e-9;
  if (cut && response.grid.edges().back() > (1.0 - rounding) * largest_electron_recoil_MeV) {
    throw DataError("the detector sees electron recoils of 1 MeV, above which none are counted",
                    {.hint = "check the electrons' quenching and the energy edges"});
  }
  Eigen::ArrayXd electrons(static_cast<Eigen::Index>(recoils.size()));
  for (std::size_t i = 0; i < recoils.size(); ++i) {
    double sum = 0.0;
    for (const ElementInTarget& element : material.elements) {
      sum += element.atoms * element.free_electrons(recoils[i]);
    }
    electrons(static_cast<Eigen::Index>(i)) = sum;
  }
  Eigen::ArrayXd weak = electrons;
  if (standard_model_ratio != nullptr) {
    for (std::size_t i = 0; i < recoils.size(); ++i) {
      weak(static_cast<Eigen::Index>(i)) *= (*standard_model_ratio)(recoils[i]);
    }
  }
  Target target{.name = "electron",
                .mass_MeV = constants::electron_mass_MeV,
                .charge_squared = electrons,
                .weak_charge_squared = {weak, weak, weak}};
  return {.response = std::move(response), .targets = {std::move(target)}};
}

}  // namespace nudipole::prediction
