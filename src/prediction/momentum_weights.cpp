#include "momentum_weights.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nudipole::prediction::detail {
namespace {

/// Cells of the panels: where exp(-a/p) is largest it changes most within a panel.
constexpr std::array<std::size_t, 4> cells{14, 8, 6, 6};

}  // namespace

math::PanelGrid momentum_ratios() {
  constexpr double first_width = 0.4;
  constexpr double growth = 5.0;
  constexpr int panels = 4;  // to p_max/p = 63; few N are slower, as phase space goes with p^2
  std::vector<double> edges{1.0};
  double width = first_width;
  for (int panel = 0; panel < panels; ++panel, width *= growth) {
    edges.push_back(edges.back() + width);
  }
  constexpr double whole_panels = 100.0;
  return {edges, {.max_width_ln = whole_panels, .order = 8}};
}

MomentumWeights::MomentumWeights(const math::PanelGrid& ratios, double largest_momentum_MeV,
                                 double sterile_mass_MeV)
    : ratios_(&ratios),
      largest_momentum_MeV_(largest_momentum_MeV),
      sterile_mass_MeV_(sterile_mass_MeV) {
  for (std::size_t panel = 0; panel < ratios.panel_count(); ++panel) {
    const double left = ratios.edges()[panel];
    const double step = (ratios.edges()[panel + 1] - left) / static_cast<double>(cells[panel]);
    for (std::size_t cell = 0; cell < cells[panel]; ++cell) {
      edges_.push_back(left + static_cast<double>(cell) * step);
      panels_.push_back(panel);
    }
  }
  edges_.push_back(ratios.edges().back());
  for (const double ratio : edges_) {
    energies_MeV_.push_back(std::hypot(largest_momentum_MeV / ratio, sterile_mass_MeV));
  }
}

void MomentumWeights::add(const flux::Spectrum& spectrum, double recoil_MeV,
                          double least_energy_MeV, const physics::EnergyPolynomial& cross_section,
                          std::span<double> target) {
  at_MeV_.clear();
  for (const double energy_MeV : energies_MeV_) {
    at_MeV_.push_back(std::max(recoil_MeV + energy_MeV, least_energy_MeV));
    if (at_MeV_.back() == least_energy_MeV) break;
  }
  // The slowest N of all are taken as the slowest of the nodes.
  at_MeV_.back() = least_energy_MeV;
  moments_.resize(at_MeV_.size());
  spectrum.moments_above(at_MeV_, moments_);
  for (std::size_t cell = 0; cell + 1 < at_MeV_.size(); ++cell) {
    const double phi0 = moments_[cell + 1].phi0 - moments_[cell].phi0;
    if (!(phi0 > 0.0)) continue;
    const double mean = (moments_[cell + 1].phi1 - moments_[cell].phi1) / phi0;
    const double square = (moments_[cell + 1].phi2 - moments_[cell].phi2) / phi0;
    const double room = std::min(mean - 1.0 / at_MeV_[cell], 1.0 / at_MeV_[cell + 1] - mean);
    const double spread =
        std::max(0.0, std::min(std::sqrt(std::max(square - mean * mean, 0.0)), room));
    for (const double per_energy : std::array{mean - spread, mean + spread}) {
      const double rate =
          cross_section.c0 + per_energy * (cross_section.c1 + per_energy * cross_section.c2);
      const double sterile_MeV = 1.0 / per_energy - recoil_MeV;
      const double momentum_MeV = std::sqrt(std::max(sterile_MeV - sterile_mass_MeV_, 0.0) *
                                            (sterile_MeV + sterile_mass_MeV_));
      const double ratio =
          std::clamp(largest_momentum_MeV_ / momentum_MeV, edges_[cell], edges_[cell + 1]);
      ratios_->scatter(panels_[cell], std::log(ratio), 0.5 * phi0 * rate, target);
    }
  }
}

}  // namespace nudipole::prediction::detail
