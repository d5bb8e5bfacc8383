#pragma once

#include "nudipole/likelihood/nuisance.hpp"
#include "nudipole/likelihood/parametric_background.hpp"
#include "nudipole/likelihood/statistic.hpp"
#include "nudipole/prediction/variation.hpp"

#include <Eigen/Core>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nudipole::likelihood {

/// Expected events of one process, scaled by 1 + the sum of the named nuisances.
struct Component {
  std::string name;
  Eigen::ArrayXXd events;  ///< [bin, variant]; the first variant is the nominal prediction
  std::vector<std::size_t> scaled_by{};                      ///< indices into the term's nuisances
  std::shared_ptr<const prediction::Variations> morphing{};  ///< null: one variant
};

/// One experiment's data set: mu = sum_c (1 + sum_k theta_k) T_c + x (1 + sum_k theta_k) D + B with
/// x = d^2 [mu_B^2], D the portal template of the mass under study [events/mu_B^2], and B
/// backgrounds of free shape. T_c and D may be morphed by shape nuisances.
class Term {
 public:
  struct Definition {
    std::string name;
    std::shared_ptr<const Statistic> statistic;
    std::vector<Nuisance> nuisances;
    std::vector<Component> components;          ///< Standard Model signals and backgrounds
    std::vector<std::size_t> portal_scaled_by;  ///< nuisances that scale the portal signal
    std::shared_ptr<const prediction::Variations> portal_morphing{};  ///< null: one variant
    std::vector<std::shared_ptr<const ParametricBackground>> parametric{};
  };

  /// \throws ConfigError when two nuisances of one name scale the same process: as one parameter it
  ///         would count twice there
  explicit Term(Definition definition);

  [[nodiscard]] const std::string& name() const { return definition_.name; }
  [[nodiscard]] const std::vector<Nuisance>& nuisances() const { return definition_.nuisances; }
  /// The components as given, by name.
  [[nodiscard]] const std::vector<Component>& components() const { return definition_.components; }
  /// Backgrounds of free shape, as given.
  [[nodiscard]] const std::vector<std::shared_ptr<const ParametricBackground>>& parametric() const {
    return definition_.parametric;
  }
  /// Events of one of them [bin].
  [[nodiscard]] Eigen::ArrayXd parametric_events(const ParametricBackground& background,
                                                 std::span<const double> pulls) const {
    return background.predict(values_of(background.nuisances(), values(pulls))).events;
  }
  /// The same data set without the components of these names.
  [[nodiscard]] Term without(std::span<const std::string> names) const;
  /// The same data set with other definitions of its nuisances, in their order; equal names make
  /// them one parameter of a joint likelihood.
  /// \throws Error (unexpected) for another number of nuisances; ConfigError as the constructor
  [[nodiscard]] Term with_nuisances(std::vector<Nuisance> nuisances) const;
  [[nodiscard]] const Statistic& statistic() const { return *definition_.statistic; }
  [[nodiscard]] std::size_t bin_count() const;

  /// -2 ln L of the data alone (no prior terms).
  /// \param x         squared coupling [mu_B^2], >= 0
  /// \param portal    portal template [bin, variant], events per mu_B^2
  /// \param pulls     [nuisance], inside the bounds
  /// \param gradient  out: [1 + nuisance], derivatives by x and by each pull; empty: not wanted
  /// \throws NumericalError when the value is not finite
  double evaluate(double x, const Eigen::ArrayXXd& portal, std::span<const double> pulls,
                  std::span<double> gradient) const;

  /// Expected events [bin].
  [[nodiscard]] Eigen::ArrayXd expected(double x, const Eigen::ArrayXXd& portal,
                                        std::span<const double> pulls) const;

  /// Expected Hessian [1 + nuisance, 1 + nuisance] of `evaluate` in (x, pulls):
  /// J^T C J with J = d mu/d(x, pulls) and C the statistic's curvature.
  [[nodiscard]] Eigen::MatrixXd curvature(double x, const Eigen::ArrayXXd& portal,
                                          std::span<const double> pulls) const;

 private:
  using Template = Eigen::Map<const Eigen::ArrayXd>;
  /// What an evaluation at one point needs more than once.
  struct Point {
    std::vector<double> values;                       ///< [nuisance]
    std::vector<prediction::VariantWeights> weights;  ///< [morphing]
    std::vector<ParametricBackground::Prediction> parametric;
    std::vector<Eigen::ArrayXd> morphed;  ///< [process]; empty where there is no morphing
  };
  /// A process that scales with nuisances: a merged component, or the portal as the last.
  struct Process {
    const Eigen::ArrayXXd* variants;  ///< [bin, variant]
    const prediction::Variations* morphing;
    const std::vector<std::size_t>* scaled_by;
    double strength;  ///< 1, or x for the portal
  };

  /// Events of a process [bin]; a view.
  [[nodiscard]] static Template events(const Process& process, const Eigen::ArrayXd& morphed) {
    const double* first = process.morphing ? morphed.data() : process.variants->data();
    return {first, process.variants->rows()};
  }
  void check_scaling() const;
  [[nodiscard]] std::vector<double> values(std::span<const double> pulls) const;
  [[nodiscard]] static std::vector<double> values_of(const std::vector<std::size_t>& nuisances,
                                                     const std::vector<double>& values);
  [[nodiscard]] std::vector<Process> processes(double x, const Eigen::ArrayXXd& portal) const;
  [[nodiscard]] const prediction::VariantWeights& weights(
      const Point& point, const prediction::Variations* morphing) const;
  [[nodiscard]] Point at(const std::vector<Process>& processes,
                         std::span<const double> pulls) const;
  [[nodiscard]] static Eigen::ArrayXd expected(const std::vector<Process>& processes,
                                               const Point& point);
  template <class Visitor>
  void visit_derivatives(const std::vector<Process>& processes, const Point& point,
                         Visitor&& visit) const;

  Definition definition_;
  std::vector<Component> merged_;  ///< unmorphed components of equal scaling are summed
  std::vector<const prediction::Variations*> morphings_;  ///< each of the definition's once
};

}  // namespace nudipole::likelihood
