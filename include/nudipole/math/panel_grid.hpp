#pragma once

#include <span>
#include <vector>

namespace nudipole::math {

/// How finely panels are laid: width in the logarithm of the variable, points in each.
struct PanelSettings {
  double max_width_ln = 0.2;  ///< > 0
  int order = 8;              ///< Gauss-Legendre points a panel
};

/// Composite Gauss-Legendre nodes in ln T on panels that never straddle a break point.
///
/// A quantity that is smooth inside each panel (a detector response) is tabulated once on these
/// nodes. An integrand that ends inside a panel is integrated by a rule on the allowed part of the
/// panel, and the tabulated quantity is carried there by the panel's own interpolating polynomial,
/// of which `basis` knows the weights. Integrals thus always are sums over the fixed nodes.
class PanelGrid {
 public:
  /// \param breaks  ascending points > 0; first and last are the ends of the grid
  PanelGrid(std::span<const double> breaks, const PanelSettings& settings);

  [[nodiscard]] std::size_t panel_count() const { return edges_.size() - 1; }
  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  [[nodiscard]] std::size_t order() const { return order_; }
  /// Panel edges [panel_count + 1], in the variable itself.
  [[nodiscard]] const std::vector<double>& edges() const { return edges_; }
  /// Nodes [node_count], ascending; panel p owns nodes p*order .. (p+1)*order - 1.
  [[nodiscard]] const std::vector<double>& nodes() const { return nodes_; }
  /// Weights [node_count] of the integral over T (not ln T): they contain the factor T.
  [[nodiscard]] const std::vector<double>& weights() const { return weights_; }

  /// Lagrange polynomials in ln T at one place: sum_j l_j(T) f(T_j) = f(T) for smooth f.
  /// \param values  [order()], l_j of the nodes j of `panel`
  void basis(std::size_t panel, double ln_T, std::span<double> values) const;

  /// The grid restricted to panels [first, last).
  [[nodiscard]] PanelGrid sub_grid(std::size_t first, std::size_t last) const;

 private:
  PanelGrid() = default;

  std::size_t order_ = 0;
  std::vector<double> edges_;
  std::vector<double> ln_edges_;
  std::vector<double> nodes_;
  std::vector<double> weights_;
};

}  // namespace nudipole::math
