#include "nudipole/prediction/signal_model.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "recoil_integral.hpp"

namespace nudipole::prediction {

Eigen::ArrayXXd PortalEvents::total(PortalFlavour portal) const {
  Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(nucleus.front().rows(), nucleus.front().cols());
  for (const Flavour flavour : all_flavours) {
    if (!couples_to(portal, flavour)) continue;
    sum += nucleus[index_of(flavour)] + electron[index_of(flavour)];
  }
  return sum;
}

SignalModel::SignalModel(Definition definition) : definition_(std::move(definition)) {
  for (const flux::Component& component : definition_.source.components) {
    if (!definition_.spreads.contains(component.arrival)) {
      throw DataError("no time profile for arrival class '" + component.arrival + "' of " +
                      component.name);
    }
  }
}

Eigen::Index SignalModel::bin_count() const {
  return definition_.spreads.begin()->second.front().size();
}

Eigen::Index SignalModel::variant_count() const {
  return static_cast<Eigen::Index>(definition_.variants.size());
}

Eigen::ArrayXXd SignalModel::no_events() const {
  return Eigen::ArrayXXd::Zero(bin_count(), variant_count());
}

Eigen::ArrayXXd SignalModel::spread_out(const Eigen::VectorXd& energy_bins,
                                        const std::string& arrival) const {
  const std::vector<Spread>& spreads = definition_.spreads.at(arrival);
  Eigen::ArrayXXd bins(bin_count(), variant_count());
  for (Eigen::Index v = 0; v < variant_count(); ++v) {
    const ResponseVariant& variant = definition_.variants[static_cast<std::size_t>(v)];
    const Spread& spread = spreads[variant.spread];
    for (Eigen::Index energy = 0; energy < spread.rows(); ++energy) {
      bins.col(v).segment(energy * spread.cols(), spread.cols()) =
          energy_bins(variant.block * spread.rows() + energy) * spread.row(energy).transpose();
    }
  }
  return bins;
}

Eigen::ArrayXXd SignalModel::standard_model(Scattering scattering,
                                            const flux::Component& component) const {
  Eigen::ArrayXXd events = no_events();
  const bool on_nuclei = scattering == Scattering::nucleus;
  for (const Target& target : on_nuclei ? definition_.nuclei : definition_.electrons) {
    const detector::ResponseMatrix& response = definition_.responses[target.response];
    Eigen::VectorXd weights =
        Eigen::VectorXd::Zero(static_cast<Eigen::Index>(response.grid.node_count()));
    detail::add_rate_weights(
        response.grid, *component.spectrum, target.mass_MeV, 0.0, component.fluence_per_cm2,
        [&](double recoil_MeV) {
          return on_nuclei ? physics::coherent_scattering(recoil_MeV, target.mass_MeV,
                                                          definition_.coherent_terms)
                           : physics::electron_scattering(recoil_MeV, component.flavour,
                                                          component.helicity);
        },
        {weights.data(), response.grid.node_count()});
    weights.array() *= target.weak_charge_squared[index_of(component.flavour)];
    events += spread_out(response.matrix * weights, component.arrival);
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

PortalEvents SignalModel::portal(double sterile_mass_MeV) const {
  PortalEvents events;
  const auto fill = [&](const std::vector<Target>& targets,
                        std::array<Eigen::ArrayXXd, flavour_count>& by_flavour) {
    by_flavour.fill(no_events());
    if (targets.empty()) return;
    const double unit = units::bohr_magneton_per_MeV() * units::bohr_magneton_per_MeV() *
                        constants::cm2_per_inverse_MeV2;
    for (const flux::Component& component : definition_.source.components) {
      // Targets with a common response are summed on its nodes before it is applied.
      for (std::size_t r = 0; r < definition_.responses.size(); ++r) {
        const detector::ResponseMatrix& response = definition_.responses[r];
        const auto nodes = static_cast<Eigen::Index>(response.grid.node_count());
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(nodes);
        Eigen::VectorXd weights(nodes);
        bool reached = false;
        for (const Target& target : targets) {
          if (target.response != r) continue;
          if (component.spectrum->end_point_MeV() <
              physics::threshold_energy_MeV(target.mass_MeV, sterile_mass_MeV)) {
            continue;
          }
          reached = true;
          weights.setZero();
          detail::add_rate_weights(response.grid, *component.spectrum, target.mass_MeV,
                                   sterile_mass_MeV, component.fluence_per_cm2 * unit,
                                   [&](double recoil_MeV) {
                                     return physics::dipole_upscattering(
                                         recoil_MeV, target.mass_MeV, sterile_mass_MeV);
                                   },
                                   {weights.data(), response.grid.node_count()});
          sum.array() += weights.array() * target.charge_squared;
        }
        if (!reached) continue;
        by_flavour[index_of(component.flavour)] +=
            spread_out(response.matrix * sum, component.arrival);
      }
    }
  };
  const std::vector<Target> none;
  const PortalChannels channels = definition_.portal_channels;
  fill(channels == PortalChannels::electron ? none : definition_.nuclei, events.nucleus);
  fill(channels == PortalChannels::nuclear ? none : definition_.electrons, events.electron);
  return events;
}

}  // namespace nudipole::prediction
