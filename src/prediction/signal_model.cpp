#include "nudipole/prediction/signal_model.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/dipole_upscattering.hpp"
#include "nudipole/physics/electron_scattering.hpp"
#include "recoil_integral.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace nudipole::prediction {
namespace {

/// Neighbouring components whose spectra have the same breaks, as the flavours of a source do.
std::vector<std::span<const flux::Component>> with_same_breaks(const flux::Source& source) {
  std::vector<std::span<const flux::Component>> groups;
  for (const flux::Component& component : source.components) {
    const bool is_new = groups.empty() || groups.back().front().spectrum->breaks_MeV() !=
                                              component.spectrum->breaks_MeV();
    if (is_new) {
      groups.emplace_back(&component, 1);
    } else {
      groups.back() = {groups.back().data(), groups.back().size() + 1};
    }
  }
  return groups;
}

}  // namespace

Eigen::ArrayXXd DipoleEvents::total(PortalFlavour coupled) const {
  Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(nucleus.front().rows(), nucleus.front().cols());
  for (const Flavour flavour : all_flavours) {
    if (!couples_to(coupled, flavour)) continue;
    sum += nucleus[index_of(flavour)] + electron[index_of(flavour)];
  }
  return sum;
}

SignalModel::SignalModel(Definition definition) : definition_(std::move(definition)) {
  if (!has_nuclei() && !has_electrons()) {
    throw Error(ErrorKind::unexpected, "a signal of neither nuclei nor electrons");
  }
  for (const flux::Component& component : definition_.source.components) {
    if (!definition_.shapes.contains(component.arrival)) {
      throw DataError("no time profile for arrival class '" + component.arrival + "' of " +
                      component.name);
    }
  }
}

Eigen::Index SignalModel::bin_count() const {
  return definition_.shapes.begin()->second.front().size();
}

Eigen::Index SignalModel::variant_count() const {
  return static_cast<Eigen::Index>(definition_.variants.size());
}

Eigen::ArrayXXd SignalModel::no_events() const {
  return Eigen::ArrayXXd::Zero(bin_count(), variant_count());
}

const RecoilChannel* SignalModel::channel(Scattering scattering) const {
  const std::optional<RecoilChannel>& recoils =
      scattering == Scattering::nucleus ? definition_.nuclei : definition_.electrons;
  return recoils ? &*recoils : nullptr;
}

Eigen::ArrayXXd SignalModel::all_bins(Scattering scattering, const Eigen::VectorXd& energy_bins,
                                      const flux::Component& component) const {
  const std::vector<ConditionalShape>& shapes = definition_.shapes.at(component.arrival);
  Eigen::ArrayXXd bins(bin_count(), variant_count());
  for (Eigen::Index v = 0; v < variant_count(); ++v) {
    const SignalVariant& variant = definition_.variants[static_cast<std::size_t>(v)];
    const ConditionalShape& shape = shapes[variant.shape];
    const Eigen::Index block =
        scattering == Scattering::nucleus ? variant.nuclear_block : variant.electron_block;
    for (Eigen::Index energy = 0; energy < shape.rows(); ++energy) {
      bins.col(v).segment(energy * shape.cols(), shape.cols()) =
          energy_bins(block * shape.rows() + energy) * shape.row(energy).transpose();
    }
    if (std::ranges::find(variant.doubled_origins, component.origin) !=
        variant.doubled_origins.end()) {
      bins.col(v) *= 2.0;
    }
  }
  return bins;
}

Eigen::ArrayXXd SignalModel::standard_model(Scattering scattering,
                                            const flux::Component& component) const {
  Eigen::ArrayXXd events = no_events();
  const RecoilChannel* const recoils = channel(scattering);
  if (recoils == nullptr) return events;
  const math::PanelGrid& grid = recoils->response.grid;
  for (const Target& target : recoils->targets) {
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(grid.node_count()));
    const detail::RatePart part{
        component.spectrum.get(), component.fluence_per_cm2, {weights.data(), grid.node_count()}};
    detail::add_rate_weights(grid, {&part, 1}, target.mass_MeV, 0.0, [&](double recoil_MeV) {
      return scattering == Scattering::nucleus
                 ? physics::coherent_scattering(recoil_MeV, target.mass_MeV,
                                                definition_.coherent_terms)
                 : physics::electron_scattering(recoil_MeV, component.flavour, component.helicity);
    });
    weights.array() *= target.weak_charge_squared[index_of(component.flavour)];
    events += all_bins(scattering, recoils->response.matrix * weights, component);
  }
  return events;
}

Eigen::ArrayXXd SignalModel::standard_model(Scattering scattering) const {
  Eigen::ArrayXXd events = no_events();
  for (const flux::Component& component : definition_.source.components) {
    events += standard_model(scattering, component);
  }
  return events;
}

std::array<Eigen::ArrayXXd, flavour_count> SignalModel::dipole(Scattering scattering,
                                                               double sterile_mass_MeV) const {
  std::array<Eigen::ArrayXXd, flavour_count> by_flavour;
  by_flavour.fill(no_events());
  const RecoilChannel* const recoils = channel(scattering);
  if (recoils == nullptr) return by_flavour;
  const double per_mu_B = units::bohr_magneton_per_MeV();
  const double unit = per_mu_B * per_mu_B * constants::cm2_per_inverse_MeV2;
  const math::PanelGrid& grid = recoils->response.grid;
  const auto nodes = static_cast<Eigen::Index>(grid.node_count());
  for (const std::span<const flux::Component> group : with_same_breaks(definition_.source)) {
    const auto members = static_cast<Eigen::Index>(group.size());
    Eigen::ArrayXXd weights(nodes, members);
    std::vector<detail::RatePart> parts;
    for (const flux::Component& component : group) {
      parts.push_back(
          {component.spectrum.get(),
           component.fluence_per_cm2 * unit,
           {weights.col(static_cast<Eigen::Index>(parts.size())).data(), grid.node_count()}});
    }
    // Targets are summed on the nodes of their response before it is applied.
    Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(nodes, members);
    bool reached = false;
    for (const Target& target : recoils->targets) {
      if (group.front().spectrum->end_point_MeV() <
          physics::threshold_energy_MeV(target.mass_MeV, sterile_mass_MeV)) {
        continue;
      }
      reached = true;
      weights.setZero();
      detail::add_rate_weights(
          grid, parts, target.mass_MeV, sterile_mass_MeV, [&](double recoil_MeV) {
            return physics::dipole_upscattering(recoil_MeV, target.mass_MeV, sterile_mass_MeV);
          });
      sum += weights.colwise() * target.charge_squared;
    }
    if (!reached) continue;
    for (Eigen::Index member = 0; member < members; ++member) {
      const flux::Component& component = group[static_cast<std::size_t>(member)];
      by_flavour[index_of(component.flavour)] +=
          all_bins(scattering, recoils->response.matrix * sum.col(member).matrix(), component);
    }
  }
  return by_flavour;
}

DipoleEvents SignalModel::dipole(double sterile_mass_MeV) const {
  DipoleEvents events;
  events.nucleus.fill(no_events());
  events.electron.fill(no_events());
  if (definition_.dipole_channels != DipoleChannels::electron) {
    events.nucleus = dipole(Scattering::nucleus, sterile_mass_MeV);
  }
  if (definition_.dipole_channels != DipoleChannels::nuclear) {
    events.electron = dipole(Scattering::electron, sterile_mass_MeV);
  }
  return events;
}

}  // namespace nudipole::prediction
