#include "toy_study.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace nudipole::campaign::detail {
namespace {

std::vector<prediction::SignalPoint> signals_at(const prediction::Signals& signals,
                                                std::span<const double> poi) {
  std::vector<prediction::SignalPoint> points;
  for (const auto& signal : signals) points.push_back(signal->at(poi));
  return points;
}

/// What names the couplings of a hypothesis among random numbers: of those that it gives.
std::uint32_t hash_of(const std::vector<std::optional<double>>& couplings_mu_B) {
  std::vector<double> given;
  for (const auto& coupling : couplings_mu_B) {
    if (coupling) given.push_back(*coupling);
  }
  if (given.empty()) return hash32(0.0);
  return given.size() == 1 ? hash32(given.front()) : hash32(list_text(given));
}

/// The experiments with their options and changes of nuisances.
std::string experiments_of(const RunConfig& config) {
  std::string text;
  for (const auto& [key, value] : config.canonical()) {
    if (key.starts_with("experiments.")) text += key + ": " + value + "\n";
  }
  return text;
}

double largest_squared(const RunConfig& config) {
  return DipoleCoupling::from_mu_B(config.coupling_mu_B().back()).squared_mu_B2();
}

/// \param lowest  -2 ln L that limits rise from: the minimum of the mass, or of all masses
Asymptotics find_asymptotics(const Setup& setup, const MassFits& mass, double lowest) {
  const RunConfig& config = setup.config();
  const double largest = largest_squared(config);
  const inference::Profile asimov = asimov_profile(setup, mass);
  const bool cls = config.toys && config.toys->method == ToyMethod::cls;
  Asymptotics found;
  for (const double confidence : config.limits.confidence) {
    if (cls) {
      found.limit.push_back(
          asymptotic_cls_limit(mass.profile, mass.fits.best, asimov, confidence, largest));
      found.expected.push_back(expected_cls_limits(asimov, confidence, largest));
    } else {
      const double threshold = config.limits.delta_chi2(confidence, given_parameters(config));
      const double above_best = threshold - (mass.fits.best.minus_two_log_l - lowest);
      found.limit.push_back(above_best > 0.0
                                ? mass.profile.upper_limit(mass.fits.best, above_best, largest)
                                : inference::Limit{std::numeric_limits<double>::quiet_NaN(),
                                                   inference::LimitStatus::none_in_range});
      found.expected.push_back(expected_limits(asimov, threshold, largest));
    }
  }
  return found;
}

}  // namespace

MassStore::Kept& MassStore::keep(double mass_MeV) {
  constexpr std::size_t kept = 4;
  const auto known = std::ranges::find_if(
      recent_, [mass_MeV](const Kept& one) { return one.fits->mass_MeV == mass_MeV; });
  if (known != recent_.end()) return *known;
  prediction::Signals signals = setup_->signals(mass_MeV);
  inference::Profile profile = setup_->profile(signals);
  inference::BestFit fits = profile.best_fit();
  if (recent_.size() == kept) recent_.pop_back();
  recent_.push_front({std::make_shared<const MassFits>(
      MassFits{mass_MeV, std::move(signals), std::move(profile), std::move(fits)})});
  return recent_.front();
}

std::shared_ptr<const MassFits> MassStore::at(double mass_MeV) { return keep(mass_MeV).fits; }

const std::vector<std::shared_ptr<const MassFits>>& MassStore::all() {
  if (all_.empty()) {
    for (const double mass_MeV : setup_->config().mass_MeV) all_.push_back(at(mass_MeV));
  }
  return all_;
}

const Asymptotics& MassStore::asymptotics(double mass_MeV) {
  double lowest = std::numeric_limits<double>::infinity();
  if (setup_->config().toys->best_fit_mass == BestFitMass::free) {
    for (const auto& other : all()) {
      lowest = std::min(lowest, other->fits.best.minus_two_log_l);
    }
  }
  Kept& kept = keep(mass_MeV);
  lowest = std::min(lowest, kept.fits->fits.best.minus_two_log_l);
  if (!kept.asymptotics) kept.asymptotics = find_asymptotics(*setup_, *kept.fits, lowest);
  return *kept.asymptotics;
}

inference::ToyGenerator make_generator(const Setup& setup, const MassFits& fits,
                                       const ToyPoint& point) {
  const auto& joint = setup.likelihood().joint;
  const ToyRequest request = setup.config().toys.value_or(ToyRequest{});
  inference::ProfilePoint fit = fits.fits.without_signal;
  if (!point.couplings_mu_B.empty()) {
    fit = fits.profile.minimum(point.given(fits.profile.poi_count()));
  }
  if (request.generate_at == GenerateAt::nominal) std::ranges::fill(fit.pulls, 0.0);
  return {joint, signals_at(fits.signals, fit.poi), std::move(fit.pulls), request.auxiliary};
}

ToyPoint ToyPoint::of(double mass_MeV, std::vector<std::optional<double>> couplings_mu_B) {
  if (couplings_mu_B.empty()) return {};
  return {mass_MeV, std::move(couplings_mu_B)};
}

std::vector<std::optional<double>> ToyPoint::given(std::size_t couplings) const {
  std::vector<std::optional<double>> given(couplings, 0.0);
  for (std::size_t a = 0; a < couplings_mu_B.size(); ++a) {
    const auto& coupling = couplings_mu_B[a];
    given[a] = coupling ? std::optional{*coupling * *coupling} : std::nullopt;
  }
  return given;
}

inference::Profile asimov_profile(const Setup& setup, const MassFits& fits) {
  return fits.profile.with(
      std::make_shared<likelihood::Observation>(make_generator(setup, fits, {}).asimov()));
}

ToyEnsemble::ToyEnsemble(const Setup& setup, const MassFits& fits, const ToyPoint& point)
    : generator_(make_generator(setup, fits, point)),
      key_{setup.config().toys->seed, hash32(experiments_of(setup.config()))},
      name_{hash32(point.mass_MeV), hash_of(point.couplings_mu_B), 0} {}

std::shared_ptr<const likelihood::Observation> ToyEnsemble::draw(std::uint32_t number) const {
  RandomStream stream{key_, {name_[0], name_[1], number}};
  return std::make_shared<const likelihood::Observation>(generator_.draw(stream));
}

HypothesisStudy::HypothesisStudy(std::shared_ptr<const MassFits> fits, ToyPoint point, Sides sides,
                                 std::vector<ToyEnsemble> ensembles,
                                 std::vector<std::shared_ptr<const MassFits>> over_masses,
                                 std::vector<double> references)
    : fits_(std::move(fits)),
      point_(std::move(point)),
      given_(point_.given(fits_->profile.poi_count())),
      sides_(sides),
      ensembles_(std::move(ensembles)),
      over_masses_(std::move(over_masses)),
      references_(std::move(references)) {
  if (!references_.empty()) return;
  inference::HypothesisTest data = test_hypothesis(fits_->profile, given_);
  for (std::size_t a = 0; a < point_.couplings_mu_B.size(); ++a) {
    auto& coupling = point_.couplings_mu_B[a];
    if (!coupling) coupling = DipoleCoupling::from_square(data.tested.poi[a]).mu_B();
  }
  for (const auto& other : over_masses_) {
    if (other->fits.best.minus_two_log_l < data.best.minus_two_log_l) data.best = other->fits.best;
  }
  references_.assign(ensembles_.size(), statistic(data));
}

inference::HypothesisTest HypothesisStudy::test(
    const std::shared_ptr<const likelihood::Observation>& observation) const {
  inference::HypothesisTest found = test_hypothesis(fits_->profile.with(observation), given_);
  for (const auto& other : over_masses_) {
    if (other == fits_) continue;
    inference::ProfilePoint best = other->profile.with(observation).best_fit().best;
    // One that is not verified spoils the minimum over all.
    if (!fit::is_converged(best.status) || best.minus_two_log_l < found.best.minus_two_log_l) {
      found.best = std::move(best);
    }
    if (!fit::is_converged(found.best.status)) break;
  }
  return found;
}

double HypothesisStudy::statistic(const inference::HypothesisTest& test) const {
  return sides_ == Sides::one ? one_sided_statistic(test) : two_sided_statistic(test);
}

void HypothesisStudy::toy(std::uint32_t number, std::span<double> values) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i >= ensembles_.size()) {
      values[i] = values[0];
      continue;
    }
    try {
      values[i] = statistic(test(ensembles_[i].draw(number)));
    } catch (const NumericalError&) {
      values[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }
}

ToyRecord HypothesisStudy::record(std::uint32_t number) const {
  const auto observation = ensembles_.front().draw(number);
  return {.expected = ensembles_.front().generator().expected(),
          .observation = *observation,
          .fits = test(observation)};
}

std::vector<double> GridPlan::points(std::span<const std::size_t> masses) const {
  const std::size_t places = setup_->config().points();
  std::vector<double> numbers;
  for (const std::size_t mass : masses) {
    for (std::size_t i = 0; i < places; ++i) {
      numbers.push_back(static_cast<double>(mass * places + i));
    }
  }
  return numbers;
}

double GridPlan::fits_a_toy() const {
  constexpr double fits_of_a_test = 3.0;  // at the point, without signal, best
  const bool free_mass = setup_->config().toys->best_fit_mass == BestFitMass::free;
  const auto masses = static_cast<double>(free_mass ? setup_->config().mass_MeV.size() : 1);
  return fits_of_a_test * masses * static_cast<double>(tests().size());
}

std::unique_ptr<PointStudy> GridPlan::study(double number, MassStore& store) const {
  const ToyPoint here = point(number);
  return study_of(here.mass_MeV, here.couplings_mu_B, store);
}

ToyPoint GridPlan::point(double number) const {
  const RunConfig& config = setup_->config();
  const auto places = static_cast<double>(config.points());
  const double mass = std::floor(number / places);
  const double place = number - mass * places;
  const auto below = static_cast<std::size_t>(place);
  ToyPoint point{config.mass_MeV.at(static_cast<std::size_t>(mass)), config.couplings_at(below)};
  if (const double share = place - std::floor(place); share > 0.0) {
    double& coupling = point.couplings_mu_B.front().value();
    coupling *= std::pow(config.coupling_mu_B().at(below + 1) / coupling, share);
  }
  return point;
}

int given_parameters(const RunConfig& config) {
  const ToyRequest& toys = *config.toys;
  if (toys.method == ToyMethod::significance) return static_cast<int>(config.couplings.size());
  const auto couplings = std::ranges::count_if(config.couplings, &Coupling::is_mapped);
  return static_cast<int>(couplings) + (toys.best_fit_mass == BestFitMass::free ? 1 : 0);
}

std::unique_ptr<ToyPlan> make_toy_plan(std::shared_ptr<const Setup> setup) {
  switch (setup->config().toys->method) {
    case ToyMethod::cls: return cls_plan(std::move(setup));
    case ToyMethod::goodness_of_fit: return goodness_of_fit_plan(std::move(setup));
    case ToyMethod::coverage: return coverage_plan(std::move(setup));
    case ToyMethod::significance: return significance_plan(std::move(setup));
    case ToyMethod::feldman_cousins: break;
  }
  return feldman_cousins_plan(std::move(setup));
}

}  // namespace nudipole::campaign::detail
