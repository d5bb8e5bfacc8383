#include "nudipole/math/panel_grid.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/math/gauss_legendre.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::math {
PanelGrid::PanelGrid(std::span<const double> breaks, const PanelSettings& settings)
    : order_(static_cast<std::size_t>(settings.order)) {
  if (breaks.size() < 2 || breaks.front() <= 0.0 || !std::ranges::is_sorted(breaks)) {
    throw Error(ErrorKind::unexpected, "panel break points must be positive and ascending");
  }
  ln_edges_.push_back(std::log(breaks.front()));
  for (std::size_t i = 1; i < breaks.size(); ++i) {
    const double lower = std::log(breaks[i - 1]);
    const double width = std::log(breaks[i]) - lower;
    if (width <= 0.0) continue;
    const auto count = static_cast<int>(std::ceil(width / settings.max_width_ln));
    for (int k = 1; k <= count; ++k) {
      ln_edges_.push_back(lower + width * (static_cast<double>(k) / count));
    }
  }
  for (const double ln_edge : ln_edges_) edges_.push_back(std::exp(ln_edge));

  const GaussLegendreRule& rule = gauss_legendre(settings.order);
  for (std::size_t panel = 0; panel + 1 < ln_edges_.size(); ++panel) {
    const double half = 0.5 * (ln_edges_[panel + 1] - ln_edges_[panel]);
    const double centre = 0.5 * (ln_edges_[panel + 1] + ln_edges_[panel]);
    for (std::size_t i = 0; i < order_; ++i) {
      const double node = std::exp(centre + half * rule.nodes[i]);
      nodes_.push_back(node);
      weights_.push_back(half * rule.weights[i] * node);
    }
  }
}

void PanelGrid::basis(std::size_t panel, double ln_T, std::span<double> values) const {
  const GaussLegendreRule& rule = gauss_legendre(static_cast<int>(order_));
  const double half = 0.5 * (ln_edges_[panel + 1] - ln_edges_[panel]);
  const double centre = 0.5 * (ln_edges_[panel + 1] + ln_edges_[panel]);
  const double position = (ln_T - centre) / half;
  for (std::size_t j = 0; j < order_; ++j) {
    values[j] = rule.barycentric_weights[j] / (position - rule.nodes[j]);
  }
  double denominator = 0.0;
  for (std::size_t j = 0; j < order_; ++j) denominator += values[j];
  if (!std::isfinite(denominator)) {  // at a node
    for (std::size_t j = 0; j < order_; ++j) values[j] = position == rule.nodes[j] ? 1.0 : 0.0;
    return;
  }
  const double scale = 1.0 / denominator;
  for (std::size_t j = 0; j < order_; ++j) values[j] *= scale;
}

PanelGrid PanelGrid::sub_grid(std::size_t first, std::size_t last) const {
  const auto slice = [](const std::vector<double>& list, std::size_t begin, std::size_t end) {
    return std::vector<double>(list.begin() + static_cast<std::ptrdiff_t>(begin),
                               list.begin() + static_cast<std::ptrdiff_t>(end));
  };
  PanelGrid grid;
  grid.order_ = order_;
  grid.edges_ = slice(edges_, first, last + 1);
  grid.ln_edges_ = slice(ln_edges_, first, last + 1);
  grid.nodes_ = slice(nodes_, first * order_, last * order_);
  grid.weights_ = slice(weights_, first * order_, last * order_);
  return grid;
}

}  // namespace nudipole::math
