#include "asimov.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/inference/profile.hpp"

#include <memory>
#include <utility>

namespace nudipole::campaign::detail {
namespace {

/// Nuisances of the data's fit with the portal and the strength of the Asimov data.
std::vector<double> fitted_pulls(std::vector<likelihood::Term> terms, const MeasuredModel& model,
                                 const AsimovRequest& request, const fit::Settings& settings) {
  const auto joint = std::make_shared<const likelihood::Joint>(std::move(terms));
  const auto data = std::make_shared<const likelihood::Observation>(joint->observe(model.values));
  const inference::ProfilePoint fit =
      inference::Profile{joint, model.signals, data, settings}.at(model.squares_mu_B2);
  if (fit::is_converged(fit.status)) return fit.pulls;
  throw ConfigError(
      "the fit of the measured data, whose nuisances the Asimov data take, did not "
      "converge",
      {.where = request.where, .hint = "set generate_at: nominal"});
}

}  // namespace

likelihood::Observation asimov_data(const AsimovRequest& request, const MeasuredModel& model,
                                    const std::vector<double>& exposure,
                                    const fit::Settings& settings) {
  std::vector<likelihood::Term> terms;
  for (const likelihood::Term& term : model.terms) {
    terms.push_back(term.with_scaled(likelihood::Role::signal, request.strength));
  }
  const bool at_fit = request.generate_at == GenerateAt::profiled;
  std::vector<double> pulls =
      at_fit ? fitted_pulls(terms, model, request, settings) : std::vector<double>{};
  std::vector<prediction::SignalPoint> portal;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    terms[t] = terms[t].with_exposure(exposure[t]);
    portal.push_back(model.signals[t]->at(model.squares_mu_B2));
    for (double& strength : portal.back().strength) strength *= exposure[t];
  }
  const likelihood::Joint joint{std::move(terms)};
  pulls.resize(joint.nuisances().size());
  likelihood::Observation data = joint.observe(joint.expected(portal, pulls));
  data.centres = std::move(pulls);
  return data;
}

}  // namespace nudipole::campaign::detail
