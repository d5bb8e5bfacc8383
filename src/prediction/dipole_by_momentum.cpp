#include "momentum_weights.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/physics/dipole_upscattering.hpp"
#include "nudipole/prediction/signal_model.hpp"
#include "recoil_points.hpp"

#include <cmath>

namespace nudipole::prediction {
namespace {

/// Weights [momentum polynomial, recoil node] of one component on one target of unit charge, per
/// unit d^2 of `scale`.
class RecoilWeights {
 public:
  RecoilWeights(const math::PanelGrid& grid, std::size_t momenta)
      : grid_(&grid),
        weights_(static_cast<Eigen::Index>(momenta), static_cast<Eigen::Index>(grid.node_count())),
        at_recoil_(static_cast<Eigen::Index>(momenta)),
        carried_(grid.order()) {}

  const Eigen::MatrixXd& operator()(detail::MomentumWeights& momenta,
                                    const flux::Spectrum& spectrum, double target_mass_MeV,
                                    double sterile_mass_MeV, double scale) {
    weights_.setZero();
    const std::size_t order = grid_->order();
    const auto visit = [&](const detail::RecoilPoints& points) {
      for (std::size_t i = 0; i < order; ++i) {
        const double recoil_MeV = points.recoils_MeV[i];
        at_recoil_.setZero();
        momenta.add(spectrum, recoil_MeV,
                    physics::minimum_energy_MeV(recoil_MeV, target_mass_MeV, sterile_mass_MeV),
                    physics::dipole_upscattering(recoil_MeV, target_mass_MeV, sterile_mass_MeV),
                    {at_recoil_.data(), static_cast<std::size_t>(at_recoil_.size())});
        add(points, i);
      }
    };
    detail::visit_recoils(*grid_, detail::recoil_cuts(spectrum, target_mass_MeV, sterile_mass_MeV),
                          scale, visit);
    return weights_;
  }

 private:
  void add(const detail::RecoilPoints& points, std::size_t i) {
    const std::size_t order = grid_->order();
    const std::size_t first = points.panel * order;
    if (points.ln_recoils.empty()) {
      weights_.col(static_cast<Eigen::Index>(first + i)) += points.weights[i] * at_recoil_;
      return;
    }
    grid_->basis(points.panel, points.ln_recoils[i], carried_);
    for (std::size_t j = 0; j < order; ++j) {
      weights_.col(static_cast<Eigen::Index>(first + j)) +=
          points.weights[i] * carried_[j] * at_recoil_;
    }
  }

  const math::PanelGrid* grid_;
  Eigen::MatrixXd weights_;
  Eigen::VectorXd at_recoil_;    ///< [momentum]
  std::vector<double> carried_;  ///< [node of a panel]
};

}  // namespace

void SignalModel::add_by_momentum(Scattering scattering, double sterile_mass_MeV,
                                  const math::PanelGrid& ratios,
                                  DipoleByMomentum& by_momentum) const {
  const RecoilChannel* const recoils = channel(scattering);
  if (recoils == nullptr) return;
  const double per_mu_B = units::bohr_magneton_per_MeV();
  const double unit = per_mu_B * per_mu_B * constants::cm2_per_inverse_MeV2;
  detail::MomentumWeights momenta{ratios, by_momentum.momenta_MeV.front() * ratios.nodes().front(),
                                  sterile_mass_MeV};
  const math::PanelGrid& grid = recoils->response.grid;
  RecoilWeights weights{grid, ratios.node_count()};
  for (const flux::Component& component : definition_.source.components) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(ratios.node_count()),
                                                static_cast<Eigen::Index>(grid.node_count()));
    bool reached = false;
    for (const Target& target : recoils->targets) {
      if (component.spectrum->end_point_MeV() <
          physics::threshold_energy_MeV(target.mass_MeV, sterile_mass_MeV)) {
        continue;
      }
      reached = true;
      sum.array() += weights(momenta, *component.spectrum, target.mass_MeV, sterile_mass_MeV,
                             component.fluence_per_cm2 * unit)
                         .array()
                         .rowwise() *
                     target.charge_squared.transpose();
    }
    if (!reached) continue;
    const Eigen::MatrixXd energy_bins =
        momenta.at_nodes(recoils->response.matrix * sum.transpose());
    for (std::size_t k = 0; k < ratios.node_count(); ++k) {
      auto& events = scattering == Scattering::nucleus ? by_momentum.events[k].nucleus
                                                       : by_momentum.events[k].electron;
      events[index_of(component.flavour)] +=
          all_bins(scattering, energy_bins.col(static_cast<Eigen::Index>(k)), component);
    }
  }
}

DipoleByMomentum SignalModel::dipole_by_momentum(double sterile_mass_MeV) const {
  const math::PanelGrid ratios = detail::momentum_ratios();
  const double energy_MeV = definition_.source.end_point_MeV();
  // Where no N can be made, nodes without events are as good as any.
  const double largest_MeV =
      energy_MeV > sterile_mass_MeV
          ? std::sqrt((energy_MeV - sterile_mass_MeV) * (energy_MeV + sterile_mass_MeV))
          : sterile_mass_MeV;
  DipoleEvents none;
  none.nucleus.fill(no_events());
  none.electron.fill(no_events());
  DipoleByMomentum by_momentum;
  for (const double ratio : ratios.nodes()) {
    by_momentum.momenta_MeV.push_back(largest_MeV / ratio);
    by_momentum.events.push_back(none);
  }
  if (definition_.dipole_channels != DipoleChannels::electron) {
    add_by_momentum(Scattering::nucleus, sterile_mass_MeV, ratios, by_momentum);
  }
  if (definition_.dipole_channels != DipoleChannels::nuclear) {
    add_by_momentum(Scattering::electron, sterile_mass_MeV, ratios, by_momentum);
  }
  return by_momentum;
}

}  // namespace nudipole::prediction
