#pragma once

#include <Eigen/Core>

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace nudipole::detector::detail {

/// A composite Gauss-Legendre rule on some panels, and the efficiency at its points.
struct ObservedPoints {
  std::vector<double> half_widths;  ///< [panel]
  std::vector<double> observed;     ///< [panel x order], ascending
  std::vector<double> efficiency;   ///< [panel x order]
};

/// Panels along the observed energy, for integrals of density x efficiency over bins. Between two
/// neighbours among bin edges and breaks of the efficiency lies a piece; it is cut into as many
/// panels as the density is narrow. Whole pieces of few panels recur from recoil to recoil, so
/// their points and the efficiency there are remembered.
class ObservedPanels {
 public:
  static constexpr int order = 16;
  /// Efficiency at points [n], ascending.
  using EfficiencyAt = std::function<std::vector<double>(std::span<const double>)>;

  /// Where a density is.
  struct Density {
    double mean;
    double width;  ///< no panel is wider
    double reach;  ///< distance from the mean beyond which panels are left out
  };

  /// \param edges   of the bins [n + 1], ascending
  /// \param breaks  of the efficiency, ascending
  ObservedPanels(std::span<const double> edges, std::span<const double> breaks,
                 EfficiencyAt efficiency);

  [[nodiscard]] Eigen::Index bins() const { return bins_; }
  /// Sets the points for a density, and the bin of each panel.
  void lay(const Density& density);
  [[nodiscard]] const ObservedPoints& points() const { return points_; }
  [[nodiscard]] const std::vector<Eigen::Index>& bin_of_panel() const { return bin_of_panel_; }

 private:
  static constexpr int most_remembered = 8;  ///< panels in a piece

  struct Piece {
    Eigen::Index bin;
    double start;
    double stop;
    bool is_open;  ///< the efficiency is not 0 there
    std::array<ObservedPoints, most_remembered> by_count{};
  };

  [[nodiscard]] bool is_open(double start, double stop) const;
  [[nodiscard]] ObservedPoints cut(double start, double stop, int count,
                                   const Density& density) const;
  void append(const ObservedPoints& panels, std::size_t first, std::size_t last, Eigen::Index bin);

  Eigen::Index bins_;
  EfficiencyAt efficiency_;
  std::vector<Piece> pieces_;
  ObservedPoints points_;
  std::vector<Eigen::Index> bin_of_panel_;
};

}  // namespace nudipole::detector::detail
