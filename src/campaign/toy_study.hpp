#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/inference/expected_limit.hpp"
#include "nudipole/inference/toys.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

/// What the methods that need toys share: studies of single points, and what they keep.
namespace nudipole::campaign::detail {

/// A hypothesis. The Standard Model has neither mass nor couplings.
struct ToyPoint {
  double mass_MeV = 0.0;
  /// [coupling of the configuration]; none: profiled. Empty: the Standard Model.
  std::vector<std::optional<double>> couplings_mu_B{};

  /// The Standard Model without couplings.
  static ToyPoint of(double mass_MeV, std::vector<std::optional<double>> couplings_mu_B);
  /// Parameters of interest that a fit is given: squared couplings [mu_B^2].
  [[nodiscard]] std::vector<std::optional<double>> given(std::size_t couplings) const;
};

/// Fits of the data at one mass.
struct MassFits {
  double mass_MeV;
  prediction::Signals signals;
  inference::Profile profile;
  inference::BestFit fits;
};

/// What the data alone say at one mass, beside what toys say.
struct Asymptotics {
  std::vector<inference::Limit> limit;              ///< [confidence] in d^2 [mu_B^2]
  std::vector<inference::ExpectedLimits> expected;  ///< [confidence], by the Asimov data set
};

/// One rank's fits of the data, kept for the masses that were used last.
class MassStore {
 public:
  explicit MassStore(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  [[nodiscard]] const Setup& setup() const { return *setup_; }
  /// \throws NumericalError where -2 ln L has no value
  std::shared_ptr<const MassFits> at(double mass_MeV);
  /// Of all masses of the configuration; kept for good once asked for.
  const std::vector<std::shared_ptr<const MassFits>>& all();
  /// Limits by the formulae of large samples, as the configuration's method has them.
  const Asymptotics& asymptotics(double mass_MeV);

 private:
  struct Kept {
    std::shared_ptr<const MassFits> fits;
    std::optional<Asymptotics> asymptotics{};
  };
  Kept& keep(double mass_MeV);

  std::shared_ptr<const Setup> setup_;
  std::deque<Kept> recent_;  ///< the latest first
  std::vector<std::shared_ptr<const MassFits>> all_;
};

/// The generator of the toys of a hypothesis. \param fits  at a mass; those of the Standard Model
/// do not depend on it
inference::ToyGenerator make_generator(const Setup& setup, const MassFits& fits,
                                       const ToyPoint& point);

/// The profile of the Asimov data set without signal: what the data's own fit at d = 0 expects, or
/// the centres of the nuisances where the configuration makes its toys there.
/// \param fits  of the data at the mass
inference::Profile asimov_profile(const Setup& setup, const MassFits& fits);

/// All toys of a hypothesis. Their random numbers depend on the seed, the experiments and the
/// hypothesis itself, not on its place in a grid: a finer grid, another shard or a refined coupling
/// changes no toy.
class ToyEnsemble {
 public:
  ToyEnsemble(const Setup& setup, const MassFits& fits, const ToyPoint& point);

  [[nodiscard]] std::shared_ptr<const likelihood::Observation> draw(std::uint32_t number) const;
  [[nodiscard]] const inference::ToyGenerator& generator() const { return generator_; }

 private:
  inference::ToyGenerator generator_;
  RandomStream::Key key_;
  RandomStream::Name name_;  ///< but for the number
};

/// One toy of a point with all that belongs to it.
struct ToyRecord {
  std::vector<Eigen::ArrayXd> expected;  ///< [term][bin] at the hypothesis
  likelihood::Observation observation;
  inference::HypothesisTest fits;
};

/// Couplings of a hypothesis [mu_B], as ToyPoint has them.
using HypothesisCouplings = std::vector<std::optional<double>>;

/// Which statistic of a hypothesis' two fits.
enum class Sides { two, one };

/// Toys of one point. A method defines the statistics ("tests") that it compares with data.
class PointStudy {
 public:
  virtual ~PointStudy() = default;

  [[nodiscard]] virtual ToyPoint point() const = 0;
  /// What the data have [test]; not a number where a fit of the data failed.
  [[nodiscard]] virtual std::span<const double> observed() const = 0;
  /// True when no test can tell anything at this point: nothing is produced at the mass.
  [[nodiscard]] virtual bool is_closed() const = 0;
  /// What toy `number` has [test]; not a number where one of its fits failed.
  /// \param values  out, as there are very many toys
  virtual void toy(std::uint32_t number, std::span<double> values) const = 0;
  /// The toy of the first test by itself.
  [[nodiscard]] virtual ToyRecord record(std::uint32_t number) const = 0;

 protected:
  PointStudy() = default;
  PointStudy(const PointStudy&) = default;
  PointStudy& operator=(const PointStudy&) = default;
  PointStudy(PointStudy&&) = default;
  PointStudy& operator=(PointStudy&&) = default;
};

/// The study of a hypothesis H by the statistic of its two fits.
class HypothesisStudy final : public PointStudy {
 public:
  /// \param over_masses  all masses for a best fit that runs over them too; else empty
  /// \param references   [test] what toys are compared with; empty: the statistic of the data, once
  ///                     for each ensemble
  HypothesisStudy(std::shared_ptr<const MassFits> fits, ToyPoint point, Sides sides,
                  std::vector<ToyEnsemble> ensembles,
                  std::vector<std::shared_ptr<const MassFits>> over_masses,
                  std::vector<double> references);

  /// With the values that couplings have where they are profiled.
  [[nodiscard]] ToyPoint point() const override { return point_; }
  [[nodiscard]] std::span<const double> observed() const override { return references_; }
  [[nodiscard]] bool is_closed() const override { return fits_->profile.is_closed(); }
  void toy(std::uint32_t number, std::span<double> values) const override;
  [[nodiscard]] ToyRecord record(std::uint32_t number) const override;

 private:
  [[nodiscard]] inference::HypothesisTest test(
      const std::shared_ptr<const likelihood::Observation>& observation) const;
  [[nodiscard]] double statistic(const inference::HypothesisTest& test) const;

  std::shared_ptr<const MassFits> fits_;
  ToyPoint point_;
  std::vector<std::optional<double>> given_;
  Sides sides_;
  std::vector<ToyEnsemble> ensembles_;
  std::vector<std::shared_ptr<const MassFits>> over_masses_;
  std::vector<double> references_;
};

/// A statistic that toys are compared with the data in.
struct Test {
  std::string name;
  double mass_MeV = std::numeric_limits<double>::quiet_NaN();  ///< where it has one of its own
};

/// The points of a campaign as numbers, and a study of each.
class ToyPlan {
 public:
  virtual ~ToyPlan() = default;

  /// What toys are compared in.
  [[nodiscard]] virtual std::vector<Test> tests() const = 0;
  /// Points of some masses (places on the list of masses), ascending.
  [[nodiscard]] virtual std::vector<double> points(std::span<const std::size_t> masses) const = 0;
  /// Whether the points of a mass give limits; then numbers between two neighbours are points too.
  [[nodiscard]] virtual bool finds_limits() const { return false; }
  /// Fits of one toy, all tests together.
  [[nodiscard]] virtual double fits_a_toy() const = 0;
  /// Whether all points belong to all masses together: then shards cannot share masses out.
  [[nodiscard]] virtual bool is_indivisible() const { return false; }
  [[nodiscard]] virtual std::unique_ptr<PointStudy> study(double number,
                                                          MassStore& store) const = 0;
  /// The study of a hypothesis that need not be a point of the configuration. \param couplings_mu_B
  /// empty: the Standard Model, tested at the mass \throws ConfigError where the method has none
  [[nodiscard]] virtual std::unique_ptr<PointStudy> study_of(
      double mass_MeV, const HypothesisCouplings& couplings_mu_B, MassStore& store) const = 0;

 protected:
  ToyPlan() = default;
  ToyPlan(const ToyPlan&) = default;
  ToyPlan& operator=(const ToyPlan&) = default;
  ToyPlan(ToyPlan&&) = default;
  ToyPlan& operator=(ToyPlan&&) = default;
};

/// Points on the grid of masses and couplings: the number is the mass's place times the number of
/// points of the map plus the place there, the last coupling fastest; with fractions for what lies
/// between two values of a single coupling (equal ratios).
class GridPlan : public ToyPlan {
 public:
  explicit GridPlan(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  [[nodiscard]] std::vector<double> points(std::span<const std::size_t> masses) const override;
  /// A plane of couplings has no order: it has regions.
  [[nodiscard]] bool finds_limits() const override {
    return setup_->config().couplings.size() == 1;
  }
  [[nodiscard]] double fits_a_toy() const override;
  [[nodiscard]] std::unique_ptr<PointStudy> study(double number, MassStore& store) const final;

 protected:
  [[nodiscard]] const Setup& setup() const { return *setup_; }

 private:
  [[nodiscard]] ToyPoint point(double number) const;

  std::shared_ptr<const Setup> setup_;
};

/// Parameters that hypotheses give: all couplings of `significance`, which tests their absence,
/// else those that are not profiled; and the mass where the best fit runs over masses too.
int given_parameters(const RunConfig& config);

// One a method.
std::unique_ptr<ToyPlan> feldman_cousins_plan(std::shared_ptr<const Setup> setup);
std::unique_ptr<ToyPlan> cls_plan(std::shared_ptr<const Setup> setup);
std::unique_ptr<ToyPlan> goodness_of_fit_plan(std::shared_ptr<const Setup> setup);
std::unique_ptr<ToyPlan> coverage_plan(std::shared_ptr<const Setup> setup);
std::unique_ptr<ToyPlan> significance_plan(std::shared_ptr<const Setup> setup);

std::unique_ptr<ToyPlan> make_toy_plan(std::shared_ptr<const Setup> setup);

}  // namespace nudipole::campaign::detail
