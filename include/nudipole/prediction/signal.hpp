#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace nudipole::prediction {

/// Signal of one data set at one point of the parameters of interest: a weighted sum of templates.
/// With strengths s_b, templates T_b and the matrix J of `by_poi`, the events and their slopes are
///   mu = sum_b s_b T_b,   d mu/d poi_a = sum_b J_ab T_b.
struct SignalPoint {
  /// [basis], each events [bin, variant], the first variant nominal. They belong to the signal,
  /// which must outlive the point, or to `owner`.
  std::vector<const Eigen::ArrayXXd*> templates;
  std::vector<double> strength;  ///< [basis]
  Eigen::MatrixXd by_poi;        ///< [poi, basis]
  /// Templates that were computed for this point alone; null when there are none.
  std::shared_ptr<const std::vector<Eigen::ArrayXXd>> owner{};

  [[nodiscard]] std::size_t poi_count() const { return static_cast<std::size_t>(by_poi.rows()); }
  /// Nominal events [bin]; at least one template.
  [[nodiscard]] Eigen::ArrayXd events() const;
};

/// The signal of one data set as a function of the parameters of interest, each >= 0. Events must
/// be smooth in them and rise from zero with a slope that does not vanish, or no fit leaves zero.
/// Those of a single parameter may fall again above some value.
class Signal {
 public:
  virtual ~Signal() = default;
  [[nodiscard]] virtual std::size_t poi_count() const = 0;
  /// \param poi  [poi_count()], each >= 0
  [[nodiscard]] virtual SignalPoint at(std::span<const double> poi) const = 0;
  /// Moves a point of this signal elsewhere. A signal whose templates stay writes into the memory
  /// that the point has: fits do this in every step.
  virtual void move(SignalPoint& point, std::span<const double> poi) const { point = at(poi); }
  /// True when no point has events.
  [[nodiscard]] virtual bool is_closed() const = 0;
  /// The value of a single parameter of interest above which there are fewer events in all;
  /// infinite for a signal that always grows.
  [[nodiscard]] virtual double rises_to() const { return std::numeric_limits<double>::infinity(); }

 protected:
  Signal() = default;
  Signal(const Signal&) = default;
  Signal& operator=(const Signal&) = default;
  Signal(Signal&&) = default;
  Signal& operator=(Signal&&) = default;
};

/// The signals of several data sets with the same parameters of interest [term].
using Signals = std::vector<std::shared_ptr<const Signal>>;

/// events(poi) = sum_a poi_a D_a, e.g. squared couplings d_a^2 [mu_B^2] times events per mu_B^2.
class LinearSignal final : public Signal {
 public:
  /// \param per_poi  D_a [poi], each [bin, variant], all of one size
  explicit LinearSignal(std::vector<Eigen::ArrayXXd> per_poi);

  [[nodiscard]] std::size_t poi_count() const override { return per_poi_.size(); }
  [[nodiscard]] SignalPoint at(std::span<const double> poi) const override;
  void move(SignalPoint& point, std::span<const double> poi) const override {
    point.strength.assign(poi.begin(), poi.end());
  }
  [[nodiscard]] bool is_closed() const override { return closed_; }

 private:
  std::vector<Eigen::ArrayXXd> per_poi_;
  bool closed_;
};

}  // namespace nudipole::prediction
