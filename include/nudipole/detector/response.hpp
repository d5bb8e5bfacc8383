#pragma once

#include "nudipole/detector/efficiency.hpp"
#include "nudipole/detector/quenching.hpp"
#include "nudipole/detector/smearing.hpp"
#include "nudipole/math/binning.hpp"
#include "nudipole/math/panel_grid.hpp"

#include <Eigen/Core>

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::detector {

namespace detail {
class ObservedPanels;
class RecoilDensities;
}  // namespace detail

/// The variable an efficiency is a function of.
enum class EfficiencyVariable { observed, electron_equivalent_MeV, recoil_MeV };

struct AppliedEfficiency {
  EfficiencyVariable variable;
  std::shared_ptr<const Efficiency> function;
};

/// How one kind of recoil (nucleus or electron) becomes an observed energy.
class EnergyResponse {
 public:
  EnergyResponse(std::shared_ptr<const Quenching> quenching,
                 std::shared_ptr<const Smearing> smearing,
                 std::vector<AppliedEfficiency> efficiencies);

  /// Probability that a recoil T is selected and its observed energy falls into each bin:
  /// integral of density(x | E_ee(T)) x efficiencies between the edges.
  /// \param edges  [bin + 1], ascending
  [[nodiscard]] Eigen::VectorXd probabilities(std::span<const double> edges,
                                              double recoil_MeV) const;

  /// The same for one bin.
  [[nodiscard]] double probability(double lower, double upper, double recoil_MeV) const {
    return probabilities(std::array{lower, upper}, recoil_MeV)(0);
  }

  /// Recoil energies inside (lower, upper) [MeV] at which `probability` is not smooth for some bin
  /// of `axis`: breaks of the quenching and of efficiencies, and bin edges of a sharp response.
  [[nodiscard]] std::vector<double> recoil_breaks_MeV(const math::BinAxis& axis, double lower_MeV,
                                                      double upper_MeV) const;

  /// Recoil energies inside (lower, upper) [MeV], ascending, between which E_ee changes by no more
  /// than the smearing's largest step; none where the smearing sets none, or where E_ee is so far
  /// outside `axis` that no bin sees it.
  [[nodiscard]] std::vector<double> recoil_steps_MeV(const math::BinAxis& axis, double lower_MeV,
                                                     double upper_MeV) const;

 private:
  friend struct ResponseMatrix tabulate(std::span<const EnergyResponse> variants,
                                        const math::BinAxis& axis, double lower_MeV,
                                        double upper_MeV, std::span<const double> extra_breaks_MeV,
                                        const math::PanelSettings& settings);

  [[nodiscard]] double efficiency_at_recoil(double recoil_MeV, double e_ee_MeV) const;
  [[nodiscard]] double observed_efficiency(double observed) const;
  /// The same at many points, ascending.
  [[nodiscard]] std::vector<double> observed_efficiencies(std::span<const double> observed) const;
  /// What the integrals over some bins have in common from recoil to recoil.
  [[nodiscard]] detail::ObservedPanels panels(std::span<const double> edges) const;
  [[nodiscard]] Eigen::VectorXd probabilities(std::span<const double> edges, double recoil_MeV,
                                              detail::ObservedPanels& panels,
                                              detail::RecoilDensities& densities) const;
  [[nodiscard]] Eigen::VectorXd observed_integrals(double e_ee_MeV, detail::ObservedPanels& panels,
                                                   detail::RecoilDensities& densities) const;

  std::shared_ptr<const Quenching> quenching_;
  std::shared_ptr<const Smearing> smearing_;
  std::vector<AppliedEfficiency> efficiencies_;
  std::vector<double> observed_breaks_;
  bool has_observed_efficiency_ = false;
};

/// A response tabulated on recoil nodes, for one target species or several with equal response.
/// Variants of the response (shape nuisances) are further blocks of rows on the same nodes.
struct ResponseMatrix {
  math::PanelGrid grid;    ///< recoil energies [MeV]
  Eigen::MatrixXd matrix;  ///< [variant x energy bin, node]
};

/// Tabulates a response between two recoil energies, the nominal one first and then its variants:
/// the nodes respect the breaks of all. Panels at either end where every bin's probability is below
/// 1e-14 of the largest are left out.
/// \param extra_breaks_MeV  further panel edges (steps of Z_eff)
/// \throws DataError when nothing is left: the detector sees none of these recoils
ResponseMatrix tabulate(std::span<const EnergyResponse> variants, const math::BinAxis& axis,
                        double lower_MeV, double upper_MeV,
                        std::span<const double> extra_breaks_MeV,
                        const math::PanelSettings& settings);

/// The same for a response without variants.
ResponseMatrix tabulate(const EnergyResponse& response, const math::BinAxis& axis, double lower_MeV,
                        double upper_MeV, std::span<const double> extra_breaks_MeV,
                        const math::PanelSettings& settings);

}  // namespace nudipole::detector
