#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace nudipole::likelihood {

/// A background whose shape depends on its parameters in a way that is not linear. Inside the
/// bounds of the parameters its events must have continuous second derivatives, which fits rely on.
class ParametricBackground {
 public:
  struct Prediction {
    /// [bin] Expected events, added to those of the other processes as they are. A single one may
    /// be negative as long as a Poisson term's sum stays positive; Gaussian terms, whose data may
    /// have a background subtracted, take any sign.
    Eigen::ArrayXd events;
    Eigen::ArrayXXd by_value;  ///< [bin, parameter] derivatives by the parameters' values
    Eigen::ArrayXXd parts{};   ///< [bin, any] what a background needs again for second derivatives
  };

  virtual ~ParametricBackground() = default;
  /// What tables call it.
  [[nodiscard]] virtual std::string name() const = 0;
  /// Indices of the term's nuisances that are its parameters.
  [[nodiscard]] virtual const std::vector<std::size_t>& nuisances() const = 0;
  /// \param values  of its parameters, in the order of nuisances(), each in its own unit
  [[nodiscard]] virtual Prediction predict(std::span<const double> values) const = 0;
  /// The same into a prediction that a fit has; a background that is to be fast takes no memory.
  virtual void fill(std::span<const double> values, Prediction& result) const {
    result = predict(values);
  }
  /// Adds the second derivatives by the parameters' values of sum_bin f_bin B_bin to `result`
  /// [parameter, parameter]. Fits converge without them too, in more steps.
  /// \param filled     the prediction at these values
  /// \param by_events  f [bin]
  virtual void add_second_derivatives(std::span<const double> values, const Prediction& filled,
                                      const Eigen::ArrayXd& by_events,
                                      Eigen::MatrixXd& result) const {
    (void)values;
    (void)filled;
    (void)by_events;
    (void)result;
  }

 protected:
  ParametricBackground() = default;
  ParametricBackground(const ParametricBackground&) = default;
  ParametricBackground& operator=(const ParametricBackground&) = default;
  ParametricBackground(ParametricBackground&&) = default;
  ParametricBackground& operator=(ParametricBackground&&) = default;
};

/// A background with `factor` times the events of another, at equal parameters.
/// \param factor  > 0
std::shared_ptr<const ParametricBackground> with_events(
    std::shared_ptr<const ParametricBackground> background, double factor);

/// A background in some of its bins. \param bins  ascending
std::shared_ptr<const ParametricBackground> with_bins_only(
    std::shared_ptr<const ParametricBackground> background, std::vector<Eigen::Index> bins);

}  // namespace nudipole::likelihood
