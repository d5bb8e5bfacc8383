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

bool is_near(double one, double other) {
  constexpr double tolerance = 1.0e-9;  // of a number that was written and read
  return std::abs(one - other) <= tolerance * std::abs(other);
}

bool is_standard_model(const std::vector<double>& values) {
  return std::ranges::all_of(values, [](double value) { return value == 0.0; });
}

/// Whether an outcome is about the hypothesis of a fit.
bool is_of(const ToyOutcome& outcome, const TestedFit& fit) {
  if (!fit.is_best && is_standard_model(fit.point.poi)) {
    return outcome.mass_MeV == 0.0 && is_standard_model(outcome.couplings_mu_B);
  }
  return is_near(outcome.mass_MeV, fit.mass_MeV) &&
         std::ranges::equal(outcome.couplings_mu_B, fit.point.poi,
                            [](double d, double square) { return is_near(d, std::sqrt(square)); });
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

std::vector<PValueByToys> hypothesis(const std::vector<ToyOutcome>& outcomes, const TestedFit& fit,
                                     const std::string& quantity) {
  std::vector<PValueByToys> found;
  for (const ToyOutcome& one : outcomes) {
    if (is_of(one, fit)) found.push_back(p_value(quantity, one));
  }
  return found;
}

/// What the fit has to be for toys of a method, in words.
std::string expected_fit(ToyMethod method) {
  switch (method) {
    case ToyMethod::goodness_of_fit: return "the best fit at one of its masses, or coupling 0";
    case ToyMethod::significance: return "the best fit at one of its masses";
    case ToyMethod::feldman_cousins:
    case ToyMethod::cls: return "mass and coupling of one of its points (nudipole points)";
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
  std::vector<PValueByToys> found;
  switch (method) {
    case ToyMethod::goodness_of_fit: found = goodness(outcomes, fit); break;
    case ToyMethod::significance: found = significance(outcomes, fit); break;
    case ToyMethod::feldman_cousins:
      found = hypothesis(outcomes, fit, "hypothesis_p_value_toys");
      break;
    case ToyMethod::cls: found = hypothesis(outcomes, fit, "hypothesis_cls_toys"); break;
    case ToyMethod::coverage: break;
  }
  if (!found.empty()) return found;
  throw ConfigError(
      "the file's toys (" + std::string{to_string(method)} + ") say nothing of this fit",
      {.where = file, .expected = expected_fit(method)});
}

}  // namespace nudipole::jobs
