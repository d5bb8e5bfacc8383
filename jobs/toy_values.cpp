#include "toy_values.hpp"

#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/result.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::jobs {
namespace {

using campaign::ToyMethod;
using campaign::ToyOutcome;

constexpr double exact = 1.0e-9;  ///< of a number that was written and read
constexpr double for_people = 1.0e-3;

bool is_near(double one, double other, double tolerance = exact) {
  return std::abs(one - other) <= tolerance * std::abs(other);
}

bool is_standard_model(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value == 0.0; });
}

/// Whether an outcome of goodness of fit is about a fit: the best one of a mass, or that of the
/// Standard Model.
bool is_of(const ToyOutcome& outcome, const TestedFit& fit) {
  if (fit.is_best) return outcome.mass_MeV > 0.0 && is_near(outcome.mass_MeV, fit.mass_MeV);
  return outcome.mass_MeV == 0.0 && is_standard_model(fit.point.poi);
}

/// Whether the point of an outcome is that of a fit. Of couplings that are profiled there, values
/// for people are near enough.
bool is_at(const ToyOutcome& outcome, std::size_t given, const TestedFit& fit) {
  if (!is_near(outcome.mass_MeV, fit.mass_MeV)) return false;
  for (std::size_t a = 0; a < outcome.couplings_mu_B.size(); ++a) {
    const double tolerance = a < given ? exact : for_people;
    if (!is_near(std::sqrt(fit.point.poi[a]), outcome.couplings_mu_B[a], tolerance)) return false;
  }
  return true;
}

PValueByToys p_value(const std::string& quantity, const ToyOutcome& outcome) {
  return {quantity, outcome.p_value, outcome.p_error, outcome.toys};
}

std::vector<PValueByToys> goodness(const std::vector<ToyOutcome>& outcomes, const TestedFit& fit) {
  std::vector<PValueByToys> found;
  for (const ToyOutcome& one : outcomes) {
    if (!is_of(one, fit)) continue;
    found.push_back(
        p_value(one.test == "joint" ? "p_value_toys" : "p_value_toys." + one.test, one));
  }
  return found;
}

std::vector<PValueByToys> significance(const std::vector<ToyOutcome>& outcomes,
                                       const TestedFit& fit) {
  std::vector<PValueByToys> found;
  if (!fit.is_best) return found;
  for (const ToyOutcome& one : outcomes) {
    if (one.test == "global") continue;  // of the best fit among all masses
    if (is_near(one.mass_MeV, fit.mass_MeV)) {
      found.push_back(p_value("significance_p_value_toys", one));
    }
  }
  return found;
}

/// \param given  couplings that hypotheses give, which come first
std::vector<PValueByToys> hypothesis(const std::vector<ToyOutcome>& outcomes, std::size_t given,
                                     const TestedFit& fit, const std::string& quantity) {
  std::vector<PValueByToys> found;
  for (const ToyOutcome& one : outcomes) {
    if (!one.is_asymptotic && is_at(one, given, fit)) found.push_back(p_value(quantity, one));
  }
  return found;
}

/// What the fit has to be for toys of a method, in words.
std::string expected_fit(ToyMethod method) {
  switch (method) {
    case ToyMethod::goodness_of_fit: return "the best fit at one of its masses, or coupling 0";
    case ToyMethod::significance: return "the best fit at one of its masses";
    case ToyMethod::feldman_cousins:
    case ToyMethod::cls:
      return "mass and coupling of one of its points that have toys (nudipole points)";
    case ToyMethod::coverage: break;
  }
  return "toys of another method: coverage is no property of one fit";
}

}  // namespace

std::vector<PValueByToys> p_values_by_toys(const std::string& file, const campaign::Setup& setup,
                                           const TestedFit& fit) {
  const io::ResultFile result = run::read_run(file);
  if (run::text_of(result.attributes, run::attribute::campaign) != campaign::toys_kind) {
    throw ConfigError("the file holds no toys",
                      {.where = file, .hint = "make some with nudipole toys"});
  }
  if (const auto other = run::find_other_likelihood(result.attributes, "the file", setup)) {
    throw ConfigError("the file is of " + other->what + ": " + other->difference, {.where = file});
  }
  const std::vector<ToyOutcome> outcomes = campaign::toy_outcomes(result.dataset);
  const ToyMethod method = campaign::toy_method(result.dataset);
  const std::size_t given = campaign::given_couplings(result.dataset);
  std::vector<PValueByToys> found;
  switch (method) {
    case ToyMethod::goodness_of_fit: found = goodness(outcomes, fit); break;
    case ToyMethod::significance: found = significance(outcomes, fit); break;
    case ToyMethod::feldman_cousins:
      found = hypothesis(outcomes, given, fit, "hypothesis_p_value_toys");
      break;
    case ToyMethod::cls: found = hypothesis(outcomes, given, fit, "hypothesis_cls_toys"); break;
    case ToyMethod::coverage: break;
  }
  if (!found.empty()) return found;
  throw ConfigError(
      "the file's toys (" + std::string{to_string(method)} + ") say nothing of this fit",
      {.where = file, .expected = expected_fit(method)});
}

}  // namespace nudipole::jobs
