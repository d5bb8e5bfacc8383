#pragma once

#include "nudipole/likelihood/nuisance.hpp"
#include "nudipole/likelihood/parametric_background.hpp"
#include "nudipole/likelihood/statistic.hpp"
#include "nudipole/prediction/signal.hpp"
#include "nudipole/prediction/variation.hpp"

#include <Eigen/Core>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nudipole::likelihood {

/// What a component is to the question under study.
enum class Role {
  signal,     ///< Standard Model scattering of the neutrinos
  background  ///< all else
};

/// Expected events of one process, scaled by 1 + the sum of the named nuisances.
struct Component {
  std::string name;
  Eigen::ArrayXXd events;  ///< [bin, variant]; the first variant is the nominal prediction
  std::vector<std::size_t> scaled_by{};  ///< indices into the term's nuisances
  std::shared_ptr<const prediction::Variations> variations{};  ///< null: one variant
  Role role = Role::background;
};

/// One experiment's data set: mu = (1 + sum_k theta_k) S(poi) + sum_c (1 + sum_k theta_k) T_c + B
/// with S the signal under study at the parameters of interest, T_c the components, and B
/// backgrounds of free shape. S and T_c may vary with shape nuisances. It holds no data.
///
/// Gradients and Hessians count parameters [parameters of interest..., nuisances...].
class Term {
 public:
  struct Definition {
    std::string name;
    std::size_t bin_count = 0;
    std::shared_ptr<const Statistic> statistic;
    std::vector<Nuisance> nuisances;
    std::vector<Component> components;          ///< Standard Model signals and backgrounds
    std::vector<std::size_t> signal_scaled_by;  ///< nuisances that scale the signal under study
    std::shared_ptr<const prediction::Variations> signal_variations{};  ///< null: one variant
    std::vector<std::shared_ptr<const ParametricBackground>> parametric{};
  };

  /// \throws ConfigError when two nuisances of one name scale the same process: as one parameter it
  ///         would count twice there
  explicit Term(Definition definition);

  [[nodiscard]] const std::string& name() const { return definition_.name; }
  [[nodiscard]] const std::vector<Nuisance>& nuisances() const { return definition_.nuisances; }
  /// The components as given, by name.
  [[nodiscard]] const std::vector<Component>& components() const { return definition_.components; }
  /// The same with those summed that scale and vary alike.
  [[nodiscard]] const std::vector<Component>& merged() const { return merged_; }
  [[nodiscard]] const Definition& definition() const { return definition_; }
  /// Backgrounds of free shape, as given.
  [[nodiscard]] const std::vector<std::shared_ptr<const ParametricBackground>>& parametric() const {
    return definition_.parametric;
  }
  /// Events of one of them [bin].
  [[nodiscard]] Eigen::ArrayXd parametric_events(const ParametricBackground& background,
                                                 std::span<const double> pulls) const;
  /// Events of one of the components [bin], scaled and varied by the nuisances.
  [[nodiscard]] Eigen::ArrayXd component_events(const Component& component,
                                                std::span<const double> pulls) const;
  /// Events of the signal under study [bin], scaled and varied by the nuisances.
  [[nodiscard]] Eigen::ArrayXd signal_events(const prediction::SignalPoint& signal,
                                             std::span<const double> pulls) const;
  /// The same data set without the components of this role.
  [[nodiscard]] Term without(Role role) const;
  /// The same data set with `factor` times the events in the components of this role.
  [[nodiscard]] Term with_scaled(Role role, double factor) const;
  /// The same experiment after `factor` times the exposure: all components and backgrounds of free
  /// shape have so many times the events, statistical errors grow with the square root. Nuisances
  /// stay as they are. The signal under study is not part of this. \param factor  > 0
  [[nodiscard]] Term with_exposure(double factor) const;
  /// Some bins of the data set alone. \param bins  ascending, at least one
  [[nodiscard]] Term with_bins(const std::vector<Eigen::Index>& bins) const;
  /// The same data set with other definitions of its nuisances, in their order; equal names make
  /// them one parameter of a joint likelihood.
  /// \throws Error (unexpected) for another number of nuisances; ConfigError as the constructor
  [[nodiscard]] Term with_nuisances(std::vector<Nuisance> nuisances) const;
  [[nodiscard]] const Statistic& statistic() const { return *definition_.statistic; }
  [[nodiscard]] std::size_t bin_count() const { return definition_.bin_count; }

  /// \param values  [bin]
  /// \throws DataError naming the term when its statistic does not accept them;
  ///         Error (unexpected) for another number of bins
  [[nodiscard]] Observed observe(Eigen::ArrayXd values) const;

  /// -2 ln L of the data alone (no prior terms).
  /// \param signal    under study, with its parameters of interest; without templates: none
  /// \param pulls     [nuisance], inside the bounds
  /// \param gradient  out, for a fit's sake: [parameter]; empty: not wanted
  /// \throws NumericalError when the value is not finite
  double evaluate(const prediction::SignalPoint& signal, std::span<const double> pulls,
                  const Observed& observed, std::span<double> gradient) const;

  /// Expected events [bin].
  [[nodiscard]] Eigen::ArrayXd expected(const prediction::SignalPoint& signal,
                                        std::span<const double> pulls) const;

  /// Expected Hessian [parameter, parameter] of `evaluate`:
  /// J^T C J with J = d mu/d parameter and C the statistic's curvature.
  [[nodiscard]] Eigen::MatrixXd curvature(const prediction::SignalPoint& signal,
                                          std::span<const double> pulls) const;

 private:
  void check_scaling() const;
  [[nodiscard]] std::vector<double> values(std::span<const double> pulls) const;

  Definition definition_;
  std::vector<Component> merged_;
};

}  // namespace nudipole::likelihood
