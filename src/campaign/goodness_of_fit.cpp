#include "toy_study.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/pairs.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nudipole::campaign::detail {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The saturated statistic: -2 ln L at its minimum, with the priors, and the part of each
/// experiment's data in it.
class DevianceStudy final : public PointStudy {
 public:
  /// \param best_fit  whether the hypothesis is the best fit of the mass, else the Standard Model
  DevianceStudy(std::shared_ptr<const MassFits> fits, ToyPoint point, bool best_fit,
                ToyEnsemble ensemble, std::size_t tests)
      : fits_(std::move(fits)),
        point_(std::move(point)),
        best_fit_(best_fit),
        ensemble_(std::move(ensemble)),
        observed_(tests) {
    put(best_fit_ ? fits_->fits.best : fits_->fits.without_signal, observed_);
  }

  [[nodiscard]] ToyPoint point() const override { return point_; }
  [[nodiscard]] std::span<const double> observed() const override { return observed_; }
  [[nodiscard]] bool is_closed() const override { return best_fit_ && fits_->profile.is_closed(); }
  void toy(std::uint32_t number, std::span<double> values) const override {
    const inference::Profile profile = fits_->profile.with(ensemble_.draw(number));
    try {
      put(minimum(profile), values);
    } catch (const NumericalError&) {
      std::ranges::fill(values, nan);
    }
  }
  [[nodiscard]] ToyRecord record(std::uint32_t number) const override {
    const auto observation = ensemble_.draw(number);
    return {.expected = ensemble_.generator().expected(),
            .observation = *observation,
            .fits = test_hypothesis(fits_->profile.with(observation),
                                    point_.given(fits_->profile.poi_count()))};
  }

 private:
  [[nodiscard]] inference::ProfilePoint minimum(const inference::Profile& profile) const {
    return best_fit_ ? profile.best_fit().best
                     : profile.at(std::vector<double>(profile.poi_count()));
  }
  /// The tests: joint, then each experiment if there are several.
  static void put(const inference::ProfilePoint& fit, std::span<double> values) {
    if (!fit::is_converged(fit.status)) {
      std::ranges::fill(values, nan);
      return;
    }
    values[0] = fit.minus_two_log_l;
    if (values.size() == 1) return;
    const std::vector<double>& parts = fit.parts;
    std::copy_n(parts.begin(), values.size() - 1, values.begin() + 1);
  }

  std::shared_ptr<const MassFits> fits_;
  ToyPoint point_;
  bool best_fit_;
  ToyEnsemble ensemble_;
  std::vector<double> observed_;
};

/// Point 0 is the Standard Model, point 1 + i the best fit at mass i.
class GoodnessOfFitPlan final : public ToyPlan {
 public:
  explicit GoodnessOfFitPlan(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  [[nodiscard]] std::vector<Test> tests() const override {
    std::vector<Test> tests{{"joint"}};
    const std::vector<std::string> names = setup_->experiment_names();
    if (names.size() == 1) return tests;
    for (const std::string& name : names) tests.push_back({name});
    return tests;
  }
  [[nodiscard]] std::vector<double> points(std::span<const std::size_t> masses) const override {
    std::vector<double> numbers;
    for (const std::size_t mass : masses) {
      if (mass == 0) numbers.push_back(0.0);
      numbers.push_back(static_cast<double>(mass + 1));
    }
    return numbers;
  }
  [[nodiscard]] double fits_a_toy() const override { return 2.0; }
  [[nodiscard]] std::unique_ptr<PointStudy> study(double number, MassStore& store) const override {
    const bool best_fit = number > 0.0;
    const auto mass = static_cast<std::size_t>(best_fit ? number - 1.0 : 0.0);
    const auto fits = store.at(setup_->config().mass_MeV.at(mass));
    ToyPoint point;
    if (best_fit) {
      point.mass_MeV = fits->mass_MeV;
      for (const double square_mu_B2 : fits->fits.best.poi) {
        point.couplings_mu_B.emplace_back(DipoleCoupling::from_square(square_mu_B2).mu_B());
      }
    }
    return std::make_unique<DevianceStudy>(fits, point, best_fit,
                                           ToyEnsemble{*setup_, *fits, point}, tests().size());
  }

  [[nodiscard]] std::unique_ptr<PointStudy> study_of(double mass_MeV,
                                                     const HypothesisCouplings& couplings_mu_B,
                                                     MassStore& store) const override {
    const std::vector<double>& masses = setup_->config().mass_MeV;
    const auto place = std::ranges::find(masses, mass_MeV);
    if (couplings_mu_B.empty() && (place == masses.end() || !is_zero(store.at(mass_MeV)->fits))) {
      return study(0.0, store);
    }
    if (place == masses.end()) {
      throw ConfigError("goodness of fit has no toys at " + shortest_text(mass_MeV) + " MeV",
                        {.where = "--mass-MeV", .expected = "a mass of the configuration"});
    }
    auto study = this->study(1.0 + static_cast<double>(place - masses.begin()), store);
    if (couplings_mu_B.empty()) return study;  // the best fit has no couplings
    const ToyPoint best = study->point();
    if (!std::ranges::equal(best.couplings_mu_B, couplings_mu_B, is_same)) {
      std::vector<double> numbers;
      for (const auto& coupling : best.couplings_mu_B) numbers.push_back(coupling.value());
      throw ConfigError(
          "toys of goodness of fit are those of the best fit, or of the Standard Model",
          {.where = "--coupling-mu-B", .expected = list_text(numbers) + " at this mass, or 0"});
    }
    return study;
  }

 private:
  static bool is_zero(const inference::BestFit& fits) {
    return std::ranges::all_of(fits.best.poi, [](double square) { return square == 0.0; });
  }
  static bool is_same(const std::optional<double>& one, const std::optional<double>& other) {
    constexpr double tolerance = 1.0e-6;  // of a number that was written for people
    return one && other && std::abs(*one - *other) <= tolerance * *one;
  }

  std::shared_ptr<const Setup> setup_;
};

}  // namespace

std::unique_ptr<ToyPlan> goodness_of_fit_plan(std::shared_ptr<const Setup> setup) {
  return std::make_unique<GoodnessOfFitPlan>(std::move(setup));
}

}  // namespace nudipole::campaign::detail
