#include "nudipole/campaign/toy_results.hpp"

#include "toy_items.hpp"
#include "toy_layout.hpp"

#include "nudipole/inference/crossing.hpp"
#include "nudipole/inference/goodness_of_fit.hpp"
#include "nudipole/inference/thresholds.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

namespace nudipole::campaign {
namespace {

using detail::code;
using detail::ItemCode;
using inference::NoisyProbability;
using labelled::Dataset;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const std::vector<double>& levels_of(const Dataset& data) {
  return std::get<std::vector<double>>(data.axis("confidence").values);
}

inference::Proportion proportion(const Dataset& data, std::size_t point, std::size_t test) {
  return {.successes = data.at<std::int32_t>("at_least", {point, test}),
          .trials = data.at<std::int32_t>("toys", {point, test})};
}

/// CL_s of two ensembles and its error; the shares are independent.
std::pair<double, double> cls(const inference::Proportion& signal,
                              const inference::Proportion& background) {
  const double p = signal.value();
  const double b = background.value();
  if (!(b > 0.0)) return {1.0, 1.0};  // nothing is excluded where background alone is unlikely
  const double value = p / b;
  return {std::min(value, 1.0), std::hypot(signal.error() / b, value * background.error() / b)};
}

void judge(const Dataset& data, std::size_t point, std::size_t test, ToyOutcome& outcome) {
  outcome.with_signal = proportion(data, point, test);
  outcome.p_value = outcome.with_signal.value();
  outcome.p_error = outcome.with_signal.error();
  if (toy_method(data) == ToyMethod::cls) {
    outcome.without_signal = proportion(data, point, 1);
    std::tie(outcome.p_value, outcome.p_error) = cls(outcome.with_signal, outcome.without_signal);
  }
  for (const double level : levels_of(data)) {
    outcome.critical.push_back(
        inference::quantile(data.slice<std::int32_t>("histogram", {point, test}), level));
  }
}

/// Without toys: q of the data as chi2.
void judge_by_chi2(const Dataset& data, ToyOutcome& outcome) {
  outcome.is_asymptotic = true;
  const int degrees = given_parameters(data);
  outcome.p_value = inference::asymptotic_p_value(outcome.q_observed, degrees);
  for (const double level : levels_of(data)) {
    outcome.critical.push_back(
        {inference::delta_chi2_threshold(level, degrees, inference::Thresholds::exact), 0.0});
  }
}

/// Points of one mass as a curve over ln d.
struct MassPoints {
  double mass_MeV = 0.0;
  std::vector<std::size_t> points;  ///< ascending in d
  bool is_closed = false;
};

std::vector<MassPoints> by_mass(const Dataset& data) {
  std::map<double, MassPoints> masses;
  for (std::size_t point = 0; point < data.axis("point").size(); ++point) {
    const double mass = data.at<double>("mass", {point});
    if (std::isnan(mass)) continue;  // not begun
    MassPoints& here = masses[mass];
    here.mass_MeV = mass;
    here.points.push_back(point);
    here.is_closed =
        here.is_closed || data.at<std::int8_t>("item_status", {point, 0}) == code(ItemCode::closed);
  }
  std::vector<MassPoints> list;
  for (auto& [mass, points] : masses) list.push_back(std::move(points));
  return list;
}

std::vector<double> couplings_of(const Dataset& data, std::size_t point) {
  const auto couplings_mu_B = data.slice<double>("coupling", {point});
  return {couplings_mu_B.begin(), couplings_mu_B.end()};
}

/// Numbers of the toys [first, last) of a point that have no q in some test. Empty where none has
/// one: nothing was kept.
std::vector<std::int64_t> without_q(const Dataset& data, std::size_t point, std::int64_t first,
                                    std::int64_t last) {
  if (!data.has_axis("toy")) return {};
  std::vector<std::int64_t> numbers;
  bool is_kept = false;
  for (std::int64_t toy = first; toy < last; ++toy) {
    bool is_there = true;
    for (std::size_t test = 0; test < data.axis("test").size(); ++test) {
      is_there = is_there &&
                 !std::isnan(data.at<double>("q", {point, test, static_cast<std::size_t>(toy)}));
    }
    is_kept = is_kept || is_there;
    if (!is_there) numbers.push_back(toy);
  }
  return is_kept ? numbers : std::vector<std::int64_t>{};
}

/// Numbers of the failed toys of a point, as far as the file has them.
std::vector<std::int64_t> failed_of(const Dataset& data, std::size_t point) {
  const std::int64_t batch = data.at<std::int32_t>("batch_size", {});
  std::vector<std::int64_t> numbers;
  const auto first_failed = data.slice<std::int32_t>("failed_toy", {point});
  for (std::size_t item = 0; item < first_failed.size(); ++item) {
    if (first_failed[item] < 0 ||
        data.at<std::int8_t>("item_status", {point, item}) != code(ItemCode::done)) {
      continue;
    }
    const auto toy_at = [batch](std::size_t place) {
      return static_cast<std::int64_t>(detail::batches_before(place)) * batch;
    };
    const std::vector<std::int64_t> all = without_q(data, point, toy_at(item), toy_at(item + 1));
    if (all.empty()) {
      numbers.push_back(first_failed[item]);
    } else {
      numbers.insert(numbers.end(), all.begin(), all.end());
    }
  }
  return numbers;
}

double log_coupling(const Dataset& data, std::size_t point) {
  return std::log(data.at<double>("coupling", {point}));
}

/// p over ln d; points without an answer are left out.
std::vector<NoisyProbability> p_curve(const Dataset& data, const MassPoints& mass) {
  std::vector<NoisyProbability> curve;
  for (const std::size_t point : mass.points) {
    const std::vector<ToyOutcome> outcomes = toy_outcomes(data, point);
    if (outcomes.empty() || std::isnan(outcomes[0].p_value)) continue;
    constexpr double least_error = 1.0e-9;  // of what was not drawn
    curve.push_back({log_coupling(data, point), outcomes[0].p_value,
                     std::max(outcomes[0].p_error, least_error)});
  }
  return curve;
}

/// Share of toys without signal that exclude the point, over ln d.
std::vector<NoisyProbability> excluded_curve(const Dataset& data, const MassPoints& mass,
                                             double confidence) {
  std::vector<NoisyProbability> curve;
  for (const std::size_t point : mass.points) {
    const auto signal = data.slice<std::int32_t>("histogram", {point, 0});
    const auto background = data.slice<std::int32_t>("histogram", {point, 1});
    const std::int64_t toys = data.at<std::int32_t>("toys", {point, 1});
    if (toys == 0 || data.at<std::int32_t>("toys", {point, 0}) == 0) continue;
    const double critical =
        toy_method(data) == ToyMethod::cls
            ? inference::cls_critical_value(signal, background, 1.0 - confidence)
            : inference::quantile(signal, confidence).value;
    const double excluded = inference::count_above(background, critical);
    const inference::Proportion share{std::llround(excluded), toys};
    curve.push_back(
        {log_coupling(data, point), excluded / static_cast<double>(toys), share.error()});
  }
  return curve;
}

double asymptotic_limit(const Dataset& data, const MassPoints& mass, std::size_t level) {
  for (const std::size_t point : mass.points) {
    const double limit = data.at<double>("asymptotic_limit", {point, level});
    if (!std::isnan(limit)) return limit;
  }
  return nan;
}

/// The limits of one mass at one level.
void add_limits(const Dataset& data, const MassPoints& mass, std::size_t level,
                std::vector<ToyLimit>& limits) {
  using enum inference::LimitStatus;
  const double confidence = levels_of(data)[level];
  const double asymptotic = asymptotic_limit(data, mass, level);
  const auto add = [&](ToyLimit::End end, double coupling, double error,
                       inference::LimitStatus status) {
    limits.push_back({mass.mass_MeV, confidence, end, coupling, error, status, asymptotic});
  };
  if (mass.is_closed) return add(ToyLimit::End::upper, nan, nan, closed);
  const std::vector<NoisyProbability> curve = p_curve(data, mass);
  const double alpha = 1.0 - confidence;
  if (curve.size() < mass.points.size() && curve.empty()) {
    return add(ToyLimit::End::upper, nan, nan, failed);
  }
  for (const auto& [end, fall] : {std::pair{ToyLimit::End::lower, inference::Fall::up},
                                  std::pair{ToyLimit::End::upper, inference::Fall::down}}) {
    const auto after = crossing_after(curve, alpha, fall);
    if (after) {
      const inference::Crossing found = crossing_at(curve, alpha, *after);
      add(end, std::exp(found.place), found.error, ok);
    } else if (end == ToyLimit::End::upper) {
      add(end, nan, nan, none_in_range);
    }
  }
}

double gaussian_share(double sigma) { return 0.5 * std::erfc(-sigma / std::sqrt(2.0)); }

void add_asimov(const Dataset& data, const MassPoints& mass, std::size_t level,
                std::vector<ExpectedLimit>& limits) {
  if (!data.has_field("expected_limit")) return;
  const auto& sigmas = std::get<std::vector<double>>(data.axis("sigma").values);
  for (const std::size_t point : mass.points) {
    const auto values = data.slice<double>("expected_limit", {point, level});
    if (std::ranges::all_of(values, [](double value) { return std::isnan(value); })) continue;
    for (std::size_t i = 0; i < sigmas.size(); ++i) {
      limits.push_back({mass.mass_MeV, levels_of(data)[level], sigmas[i], values[i],
                        ExpectedLimit::Kind::asimov, given_parameters(data)});
    }
    return;
  }
}

void add_toys(const Dataset& data, const MassPoints& mass, std::size_t level,
              std::vector<ExpectedLimit>& limits) {
  if (data.axis("test").size() < 2) return;
  const double confidence = levels_of(data)[level];
  const std::vector<NoisyProbability> curve = excluded_curve(data, mass, confidence);
  for (const double sigma : inference::band_sigmas) {
    // A limit is below d where d is excluded.
    const double share = gaussian_share(sigma);
    const auto after = crossing_after(curve, share, inference::Fall::up);
    const double coupling = after ? std::exp(crossing_at(curve, share, *after).place) : nan;
    limits.push_back({mass.mass_MeV, confidence, sigma, coupling, ExpectedLimit::Kind::toys,
                      given_parameters(data)});
  }
}

/// Those that a grid has: [mass, confidence, dof, sigma].
std::vector<ExpectedLimit> expected_of_grid(const Dataset& data) {
  std::vector<ExpectedLimit> limits;
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  const auto& dofs = std::get<std::vector<std::int32_t>>(data.axis("dof").values);
  const auto& sigmas = std::get<std::vector<double>>(data.axis("sigma").values);
  for (std::size_t level = 0; level < levels_of(data).size(); ++level) {
    for (std::size_t d = 0; d < dofs.size(); ++d) {
      for (std::size_t m = 0; m < masses.size(); ++m) {
        const auto values = data.slice<double>("expected_limit", {m, level, d});
        for (std::size_t i = 0; i < sigmas.size(); ++i) {
          limits.push_back({masses[m], levels_of(data)[level], sigmas[i], values[i],
                            ExpectedLimit::Kind::asimov, dofs[d]});
        }
      }
    }
  }
  return limits;
}

bool finds_limits(const Dataset& data) { return data.has_field("asymptotic_limit"); }

}  // namespace

bool ToyLimit::differs() const {
  if (end != End::upper || status != inference::LimitStatus::ok) return false;
  constexpr double least = 0.05;
  const double apart = std::abs(coupling_mu_B / asymptotic_mu_B - 1.0);
  return apart > least && apart > 3.0 * mc_error;
}

std::string_view to_string(ToyMethod method) noexcept {
  switch (method) {
    case ToyMethod::feldman_cousins: return "feldman_cousins";
    case ToyMethod::cls: return "cls";
    case ToyMethod::goodness_of_fit: return "goodness_of_fit";
    case ToyMethod::coverage: return "coverage";
    case ToyMethod::significance: break;
  }
  return "significance";
}

ToyMethod toy_method(const Dataset& data) {
  return static_cast<ToyMethod>(data.at<std::int8_t>("method", {}));
}

int given_parameters(const Dataset& data) {
  // The first files of toys do not say: they are of one coupling.
  return data.has_field("given_parameters") ? data.at<std::int32_t>("given_parameters", {}) : 1;
}

std::size_t given_couplings(const Dataset& data) {
  if (!data.has_field("given")) return 1;
  const auto& given = data.values<std::int8_t>("given");
  return static_cast<std::size_t>(std::ranges::count(given, std::int8_t{1}));
}

std::vector<ToyOutcome> toy_outcomes(const Dataset& data, std::size_t point) {
  const auto first = data.at<std::int8_t>("item_status", {point, 0});
  const bool is_asymptotic = first == code(ItemCode::asymptotic);
  const bool has_toys = data.at<std::int32_t>("toys", {point, 0}) > 0;
  if (!is_asymptotic && !has_toys) return {};
  std::vector<ToyOutcome> outcomes;
  const auto& names = std::get<std::vector<std::string>>(data.axis("test").values);
  for (std::size_t test = 0; test < names.size(); ++test) {
    // Tests beside the first one of a limit are part of it.
    if (test > 0 && finds_limits(data)) break;
    const double own_mass = data.at<double>("test_mass", {test});
    ToyOutcome outcome{
        .mass_MeV = std::isnan(own_mass) ? data.at<double>("mass", {point}) : own_mass,
        .couplings_mu_B = couplings_of(data, point),
        .test = names[test],
        .toys = data.at<std::int32_t>("toys", {point, test}),
        .failed = data.at<std::int32_t>("failed", {point, test}),
        .q_observed = data.at<double>("q_observed", {point, test}),
        .with_signal = {},
        .without_signal = {},
        .critical = {}};
    if (is_asymptotic) {
      judge_by_chi2(data, outcome);
    } else {
      judge(data, point, test, outcome);
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

std::vector<ToyOutcome> toy_outcomes(const Dataset& data) {
  std::vector<ToyOutcome> all;
  for (std::size_t point = 0; point < data.axis("point").size(); ++point) {
    for (ToyOutcome& outcome : toy_outcomes(data, point)) all.push_back(std::move(outcome));
  }
  return all;
}

std::vector<FailedToy> failed_toys(const Dataset& data) {
  std::vector<FailedToy> failed;
  for (std::size_t point = 0; point < data.axis("point").size(); ++point) {
    for (const std::int64_t number : failed_of(data, point)) {
      failed.push_back({data.at<double>("mass", {point}), couplings_of(data, point), number});
    }
  }
  return failed;
}

std::vector<ToyLimit> toy_limits(const Dataset& data) {
  std::vector<ToyLimit> limits;
  if (!finds_limits(data)) return limits;
  const std::vector<MassPoints> masses = by_mass(data);
  for (std::size_t level = 0; level < levels_of(data).size(); ++level) {
    for (const MassPoints& mass : masses) add_limits(data, mass, level, limits);
  }
  return limits;
}

std::vector<ExpectedLimit> expected_limits(const Dataset& data) {
  if (data.has_axis("mass") && data.has_field("expected_limit")) return expected_of_grid(data);
  std::vector<ExpectedLimit> limits;
  if (!data.has_axis("point") || !finds_limits(data)) return limits;
  const std::vector<MassPoints> masses = by_mass(data);
  for (std::size_t level = 0; level < levels_of(data).size(); ++level) {
    for (const MassPoints& mass : masses) {
      add_asimov(data, mass, level, limits);
      add_toys(data, mass, level, limits);
    }
  }
  return limits;
}

}  // namespace nudipole::campaign
