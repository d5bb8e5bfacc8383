#include "nudipole/scan/unit.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

namespace nudipole::scan {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// A fit without a result.
FitRecord empty_record(const Analysis& analysis, double coupling_mu_B, fit::FitStatus status) {
  return {.coupling_mu_B = coupling_mu_B,
          .minus_two_log_l = nan,
          .status = status,
          .evaluations = 0,
          .nuisances = std::vector<double>(analysis.joint().nuisances().size(), nan),
          .contributions = std::vector<double>(analysis.experiments().size() + 1, nan)};
}

FitRecord to_record(const Analysis& analysis, const likelihood::PortalTemplates& portal,
                    const inference::ProfilePoint& point) {
  FitRecord record{
      .coupling_mu_B = DipoleCoupling::from_square(point.x_mu_B2).mu_B(),
      .minus_two_log_l = point.minus_two_log_l,
      .status = point.status,
      .evaluations = point.evaluations,
      .nuisances = {},
      .contributions = analysis.joint().contributions(point.x_mu_B2, portal, point.pulls)};
  const auto& nuisances = analysis.joint().nuisances();
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    record.nuisances.push_back(nuisances[k].value(point.pulls[k]));
  }
  return record;
}

FitRecord fit_at(const Analysis& analysis, const inference::Profile& profile,
                 const likelihood::PortalTemplates& portal, double coupling_mu_B) {
  try {
    FitRecord record = to_record(
        analysis, portal, profile.at(DipoleCoupling::from_mu_B(coupling_mu_B).squared_mu_B2()));
    record.coupling_mu_B = coupling_mu_B;
    return record;
  } catch (const NumericalError&) {
    return empty_record(analysis, coupling_mu_B, fit::FitStatus::failed);
  }
}

/// Limits in the order of the request, above a best fit.
std::vector<inference::Limit> limits_above(const Analysis& analysis,
                                           const inference::Profile& profile,
                                           const inference::ProfilePoint& best) {
  const LimitRequest& request = analysis.config().limits;
  const double largest =
      DipoleCoupling::from_mu_B(analysis.config().coupling_mu_B.back()).squared_mu_B2();
  std::vector<inference::Limit> limits;
  for (const double confidence : request.confidence) {
    for (const int dof : request.dof) {
      limits.push_back(profile.upper_limit(best, request.delta_chi2(confidence, dof), largest));
    }
  }
  return limits;
}

std::vector<inference::Limit> failed_limits(const Analysis& analysis) {
  const LimitRequest& request = analysis.config().limits;
  return {request.confidence.size() * request.dof.size(),
          inference::Limit{nan, inference::LimitStatus::failed}};
}

void find_limits(const Analysis& analysis, const inference::Profile& profile,
                 const likelihood::PortalTemplates& portal, UnitResult& result) {
  try {
    const inference::ProfilePoint best = profile.best_fit();
    result.best = to_record(analysis, portal, best);
    result.limits = limits_above(analysis, profile, best);
  } catch (const NumericalError&) {
    result.best = empty_record(analysis, nan, fit::FitStatus::failed);
    result.limits = failed_limits(analysis);
  }
}

/// The same for one experiment by itself.
PartResult find_part(const Analysis& analysis, std::size_t experiment,
                     const likelihood::PortalTemplates& portal) {
  const likelihood::PortalTemplates own{portal[experiment]};
  const inference::Profile profile{analysis.parts()[experiment], own, analysis.config().fit};
  try {
    const inference::ProfilePoint best = profile.best_fit();
    return {.best_coupling_mu_B = DipoleCoupling::from_square(best.x_mu_B2).mu_B(),
            .best_minus_two_log_l = best.minus_two_log_l,
            .best_status = best.status,
            .limits = limits_above(analysis, profile, best)};
  } catch (const NumericalError&) {
    return {.best_coupling_mu_B = nan,
            .best_minus_two_log_l = nan,
            .best_status = fit::FitStatus::failed,
            .limits = failed_limits(analysis)};
  }
}

/// A bound has a limit at each mass, and no fits.
void find_bound(const Analysis& analysis, const likelihood::PortalTemplates& portal,
                UnitResult& result) {
  const std::optional<double> x = analysis.bound()->squared_coupling(portal.front().col(0).sum());
  using enum inference::LimitStatus;
  result.limits = {inference::Limit{x.value_or(nan), x ? ok : closed}};
  result.best = empty_record(analysis, nan, fit::FitStatus::not_applicable);
}

/// Best fit, limits and grid of a likelihood.
void profile_unit(const Analysis& analysis, const likelihood::PortalTemplates& portal,
                  UnitResult& result) {
  const inference::Profile profile{analysis.joint(), portal, analysis.config().fit};
  const Unit& unit = result.unit;
  if (unit.with_limits) {
    find_limits(analysis, profile, portal, result);
    for (std::size_t i = 0; i < analysis.parts().size(); ++i) {
      result.parts.push_back(find_part(analysis, i, portal));
    }
  }
  for (std::uint64_t i = unit.first_coupling; i < unit.last_coupling; ++i) {
    result.grid.push_back(fit_at(analysis, profile, portal, analysis.config().coupling_mu_B.at(i)));
  }
}

/// The same for a bound.
void bound_unit(const Analysis& analysis, const likelihood::PortalTemplates& portal,
                UnitResult& result) {
  const Unit& unit = result.unit;
  if (unit.with_limits) find_bound(analysis, portal, result);
  for (std::uint64_t i = unit.first_coupling; i < unit.last_coupling; ++i) {
    result.grid.push_back(empty_record(analysis, analysis.config().coupling_mu_B.at(i),
                                       fit::FitStatus::not_applicable));
  }
}

}  // namespace

FitRecord evaluate_point(const Analysis& analysis, const likelihood::PortalTemplates& portal,
                         double coupling_mu_B) {
  const inference::Profile profile{analysis.joint(), portal, analysis.config().fit};
  return fit_at(analysis, profile, portal, coupling_mu_B);
}

const likelihood::PortalTemplates& Evaluator::templates(std::uint64_t mass) {
  constexpr std::size_t kept = 8;
  const auto known = std::ranges::find(recent_, mass, &MassTemplates::mass);
  if (known != recent_.end()) return known->portal;
  if (recent_.size() == kept) recent_.pop_back();
  recent_.push_front({mass, analysis_->portal(analysis_->config().mass_MeV.at(mass))});
  return recent_.front().portal;
}

UnitResult evaluate(const Analysis& analysis, const Unit& unit) {
  return Evaluator{analysis}(unit);
}

UnitResult Evaluator::operator()(const Unit& unit) {
  const Analysis& analysis = *analysis_;
  const auto start = std::chrono::steady_clock::now();
  const double mass_MeV = analysis.config().mass_MeV.at(unit.mass);
  UnitResult result{.unit = unit, .best = {}, .limits = {}, .parts = {}, .grid = {}};
  try {
    const likelihood::PortalTemplates& portal = templates(unit.mass);
    if (analysis.bound() != nullptr) {
      bound_unit(analysis, portal, result);
    } else {
      profile_unit(analysis, portal, result);
    }
  } catch (const Error& error) {
    throw_with_context(error, "mass " + shortest_text(mass_MeV) + " MeV");
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace nudipole::scan
