#include "momentum_weights.hpp"

#include "nudipole/math/gauss_legendre.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace nudipole::prediction::detail {
namespace {

constexpr std::size_t order = 8;
/// Cells of the panels: where exp(-a/p) is largest it changes most within a panel.
constexpr std::array<std::size_t, 4> cells{14, 8, 6, 6};

/// (n + 1) P_(n+1) = (2n + 1) t P_n - n P_(n-1), divided by n + 1.
struct Recurrence {
  double here;
  double before;
};
constexpr std::array<Recurrence, order> recurrence = [] {
  std::array<Recurrence, order> factors{};
  for (std::size_t n = 0; n < order; ++n) {
    const auto degree = static_cast<double>(n);
    factors[n] = {(2.0 * degree + 1.0) / (degree + 1.0), degree / (degree + 1.0)};
  }
  return factors;
}();

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
  return {edges, {.max_width_ln = whole_panels, .order = static_cast<int>(order)}};
}

MomentumWeights::MomentumWeights(const math::PanelGrid& ratios, double largest_momentum_MeV,
                                 double sterile_mass_MeV)
    : ratios_(&ratios),
      ln_largest_momentum_(std::log(largest_momentum_MeV)),
      sterile_mass_MeV_(sterile_mass_MeV) {
  const auto add_edge = [&](double ratio) {
    energies_MeV_.push_back(std::hypot(largest_momentum_MeV / ratio, sterile_mass_MeV));
  };
  for (std::size_t panel = 0; panel < ratios.panel_count(); ++panel) {
    const double left = ratios.edges()[panel];
    const double right = ratios.edges()[panel + 1];
    const double step = (right - left) / static_cast<double>(cells[panel]);
    for (std::size_t cell = 0; cell < cells[panel]; ++cell) {
      add_edge(left + static_cast<double>(cell) * step);
      cells_.push_back({panel, 0.5 * std::log(left * right), 2.0 / std::log(right / left)});
    }
  }
  add_edge(ratios.edges().back());
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
  for (std::size_t i = 0; i + 1 < at_MeV_.size(); ++i) {
    const double phi0 = moments_[i + 1].phi0 - moments_[i].phi0;
    if (!(phi0 > 0.0)) continue;
    const double mean = (moments_[i + 1].phi1 - moments_[i].phi1) / phi0;
    const double square = (moments_[i + 1].phi2 - moments_[i].phi2) / phi0;
    const double room = std::min(mean - 1.0 / at_MeV_[i], 1.0 / at_MeV_[i + 1] - mean);
    const double spread =
        std::max(0.0, std::min(std::sqrt(std::max(square - mean * mean, 0.0)), room));
    const Cell& cell = cells_[i];
    for (const double per_energy : std::array{mean - spread, mean + spread}) {
      const double weight =
          0.5 * phi0 *
          (cross_section.c0 + per_energy * (cross_section.c1 + per_energy * cross_section.c2));
      const double sterile_MeV = 1.0 / per_energy - recoil_MeV;
      const double square_MeV2 =
          std::max(sterile_MeV - sterile_mass_MeV_, 0.0) * (sterile_MeV + sterile_mass_MeV_);
      const double ln_ratio = ln_largest_momentum_ - 0.5 * std::log(square_MeV2);
      const double t = std::clamp((ln_ratio - cell.centre) * cell.per_half_width, -1.0, 1.0);
      double* const sums = target.data() + cell.panel * order;
      double before = weight;  // times P_n
      double here = weight * t;
      sums[0] += before;
      for (std::size_t n = 1; n < order; ++n) {
        sums[n] += here;
        const double next = recurrence[n].here * t * here - recurrence[n].before * before;
        before = here;
        here = next;
      }
    }
  }
}

Eigen::MatrixXd MomentumWeights::at_nodes(const Eigen::MatrixXd& polynomials) const {
  // l_j(t) = w_j sum_n (n + 1/2) P_n(t_j) P_n(t) for the nodes t_j and weights w_j of Gauss.
  const math::GaussLegendreRule& rule = math::gauss_legendre(static_cast<int>(order));
  constexpr auto size = static_cast<Eigen::Index>(order);
  Eigen::MatrixXd basis(size, size);  // [n, j]
  for (Eigen::Index j = 0; j < size; ++j) {
    for (Eigen::Index n = 0; n < size; ++n) {
      const auto node = static_cast<std::size_t>(j);
      basis(n, j) = rule.weights[node] * (static_cast<double>(n) + 0.5) *
                    std::legendre(static_cast<unsigned>(n), rule.nodes[node]);
    }
  }
  Eigen::MatrixXd nodes(polynomials.rows(), polynomials.cols());
  for (std::size_t panel = 0; panel < ratios_->panel_count(); ++panel) {
    const auto first = static_cast<Eigen::Index>(panel) * size;
    nodes.middleCols(first, size) = polynomials.middleCols(first, size) * basis;
  }
  return nodes;
}

}  // namespace nudipole::prediction::detail
