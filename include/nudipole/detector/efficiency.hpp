#pragma once

#include "nudipole/math/linear_interpolation.hpp"

#include <memory>
#include <span>
#include <vector>

namespace nudipole::detector {

/// Probability that an event passes the selection, against one variable.
class Efficiency {
 public:
  virtual ~Efficiency() = default;
  [[nodiscard]] virtual double operator()(double x) const = 0;
  /// The same at many points [n], ascending: of a table the way through its rows is gone once.
  virtual void values(std::span<const double> ascending, std::span<double> result) const;
  /// Points where the function is not smooth, ascending.
  [[nodiscard]] virtual std::vector<double> breaks() const { return {}; }

 protected:
  Efficiency() = default;
  Efficiency(const Efficiency&) = default;
  Efficiency& operator=(const Efficiency&) = default;
  Efficiency(Efficiency&&) = default;
  Efficiency& operator=(Efficiency&&) = default;
};

/// a/(1 + exp(-b (x - c))) + d, clipped at 0: the form of the COHERENT CsI releases.
struct LogisticParameters {
  double height;  ///< a
  double slope;   ///< b [1/unit of x], > 0
  double centre;  ///< c [unit of x]
  double offset;  ///< d
};
std::shared_ptr<const Efficiency> logistic_efficiency(const LogisticParameters& parameters);

/// Linear interpolation of a table; below the first entry 0, above the last the last value.
std::shared_ptr<const Efficiency> tabulated_efficiency(std::vector<double> x,
                                                       std::vector<double> values);

/// Steps: 0 below the first position, then values[i] from positions[i] on (KDK eq. 12).
/// \param positions  [n], strictly ascending
/// \param values     [n]
std::shared_ptr<const Efficiency> stepped_efficiency(std::vector<double> positions,
                                                     std::vector<double> values);

/// 1 up to `start`, then exp(-rate (x - start)) (timing selection of CsI 2022).
std::shared_ptr<const Efficiency> exponential_decay_efficiency(double start, double rate);

/// 0 below `start`, 1 from there on.
std::shared_ptr<const Efficiency> threshold_efficiency(double start);

}  // namespace nudipole::detector
