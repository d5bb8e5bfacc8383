#include "toy_study.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::campaign::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Toys of the Standard Model: q_0 at every mass, and the largest of them, which is q_0 in the
/// plane (Gross and Vitells, 1005.1891: the trial factor is in it).
class DiscoveryStudy final : public PointStudy {
 public:
  DiscoveryStudy(std::vector<std::shared_ptr<const MassFits>> masses, ToyEnsemble ensemble)
      : masses_(std::move(masses)), ensemble_(std::move(ensemble)), observed_(masses_.size() + 1) {
    for (std::size_t i = 0; i < masses_.size(); ++i) observed_[i + 1] = q_0(masses_[i]->fits);
    observed_[0] = largest(observed_);
  }

  [[nodiscard]] ToyPoint point() const override { return {}; }
  [[nodiscard]] std::span<const double> observed() const override { return observed_; }
  [[nodiscard]] bool is_closed() const override {
    return std::ranges::all_of(masses_, [](const auto& mass) { return mass->profile.is_closed(); });
  }
  void toy(std::uint32_t number, std::span<double> values) const override {
    const auto observation = ensemble_.draw(number);
    for (std::size_t i = 0; i < masses_.size(); ++i) {
      try {
        values[i + 1] = q_0(masses_[i]->profile.with(observation).best_fit());
      } catch (const NumericalError&) {
        values[i + 1] = nan;
      }
    }
    values[0] = largest(values);
  }
  [[nodiscard]] ToyRecord record(std::uint32_t number) const override {
    const auto observation = ensemble_.draw(number);
    ToyRecord record{
        .expected = ensemble_.generator().expected(), .observation = *observation, .fits = {}};
    for (const auto& mass : masses_) {
      inference::BestFit fits = mass->profile.with(observation).best_fit();
      if (record.fits.best.poi.empty() ||
          fits.best.minus_two_log_l < record.fits.best.minus_two_log_l) {
        record.fits = {.tested = std::move(fits.without_signal), .best = std::move(fits.best)};
      }
    }
    return record;
  }

 private:
  static double q_0(const inference::BestFit& fits) {
    return inference::two_sided_statistic({.tested = fits.without_signal, .best = fits.best});
  }
  /// Of all masses; not a number when one of them has none. \param values  [test], the first unset
  static double largest(std::span<const double> values) {
    const auto local = values.subspan(1);
    if (std::ranges::any_of(local, [](double q) { return std::isnan(q); })) return nan;
    return std::ranges::max(local);
  }

  std::vector<std::shared_ptr<const MassFits>> masses_;
  ToyEnsemble ensemble_;
  std::vector<double> observed_;
};

class SignificancePlan final : public ToyPlan {
 public:
  explicit SignificancePlan(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  [[nodiscard]] std::vector<Test> tests() const override {
    std::vector<Test> tests{{"global"}};
    for (const double mass_MeV : setup_->config().mass_MeV) {
      tests.push_back({"local_" + shortest_text(mass_MeV), mass_MeV});
    }
    return tests;
  }
  [[nodiscard]] std::vector<double> points(std::span<const std::size_t>) const override {
    return {0.0};
  }
  [[nodiscard]] double fits_a_toy() const override {
    return 2.0 * static_cast<double>(setup_->config().mass_MeV.size());
  }
  [[nodiscard]] bool is_indivisible() const override { return true; }
  [[nodiscard]] std::unique_ptr<PointStudy> study(double, MassStore& store) const override {
    const auto& masses = store.all();
    return std::make_unique<DiscoveryStudy>(masses, ToyEnsemble{*setup_, *masses.front(), {}});
  }
  [[nodiscard]] std::unique_ptr<PointStudy> study_of(double,
                                                     const HypothesisCouplings& couplings_mu_B,
                                                     MassStore& store) const override {
    if (couplings_mu_B.empty()) return study(0.0, store);
    throw ConfigError("toys of significance are those of the Standard Model",
                      {.where = "--coupling-mu-B", .expected = "0"});
  }

 private:
  std::shared_ptr<const Setup> setup_;
};

}  // namespace

std::unique_ptr<ToyPlan> significance_plan(std::shared_ptr<const Setup> setup) {
  return std::make_unique<SignificancePlan>(std::move(setup));
}

}  // namespace nudipole::campaign::detail
