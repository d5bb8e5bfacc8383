#include "nudipole/campaign/story.hpp"

#include "nudipole/fit/minimise.hpp"
#include "nudipole/likelihood/residuals.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::campaign {
namespace {

/// Nuisances that a fit moves.
std::vector<std::size_t> free_nuisances(const MassLikelihood& likelihood) {
  std::vector<std::size_t> free;
  for (std::size_t k = 0; k < likelihood.nuisances().size(); ++k) {
    if (!likelihood.nuisances()[k].is_fixed()) free.push_back(k);
  }
  return free;
}

Eigen::ArrayXd expected_at(const MassLikelihood& likelihood, const inference::ProfilePoint& fit) {
  return likelihood.expected(Couplings::of(fit), fit.pulls);
}

}  // namespace

std::vector<double> fit_path(const MassLikelihood& likelihood, const Couplings& couplings) {
  const std::vector<std::size_t> free = free_nuisances(likelihood);
  std::vector<double> pulls(likelihood.nuisances().size());
  const auto move_to = [&](std::span<const double> point) {
    for (std::size_t i = 0; i < free.size(); ++i) pulls[free[i]] = point[i];
  };
  std::vector<double> path;
  fit::Problem problem{.objective = {}, .curvature = {}, .start = {}, .lower = {}, .upper = {}};
  problem.objective = [&](std::span<const double> point, std::span<double> gradient) {
    move_to(point);
    const double value = likelihood(couplings, pulls);
    path.push_back(value);
    if (!gradient.empty()) {
      const std::vector<double> all = likelihood.gradient(couplings, pulls);
      for (std::size_t i = 0; i < free.size(); ++i)
        gradient[i] = all[likelihood.coupling_count() + free[i]];
    }
    return value;
  };
  problem.curvature = [&](std::span<const double> point) {
    move_to(point);
    const Eigen::MatrixXd all = likelihood.curvature(couplings, pulls);
    std::vector<Eigen::Index> rows;
    for (const std::size_t k : free) rows.push_back(static_cast<Eigen::Index>(k));
    return Eigen::MatrixXd{all(rows, rows)};
  };
  for (const std::size_t k : free) {
    problem.start.push_back(0.0);
    problem.lower.push_back(likelihood.nuisances()[k].lower_pull());
    problem.upper.push_back(likelihood.nuisances()[k].upper_pull());
  }
  (void)fit::minimise(problem, likelihood.setup().config().fit);
  return path;
}

std::vector<BinRise> bin_rises(const MassLikelihood& likelihood,
                               const inference::ProfilePoint& reference,
                               const inference::ProfilePoint& fit) {
  const Eigen::ArrayXd before = expected_at(likelihood, reference);
  const Eigen::ArrayXd after = expected_at(likelihood, fit);
  const Eigen::ArrayXd observed = likelihood.observed();
  std::vector<BinRise> rises;
  Eigen::Index next = 0;
  for (const likelihood::Term& term : likelihood.joint().terms()) {
    const auto size = static_cast<Eigen::Index>(term.bin_count());
    const likelihood::Sampling sampling = term.statistic().sampling();
    const Eigen::ArrayXd data = observed.segment(next, size);
    // Squares of residuals add up to -2 ln L.
    const Eigen::ArrayXd rise =
        likelihood::residuals(sampling, after.segment(next, size), data).square() -
        likelihood::residuals(sampling, before.segment(next, size), data).square();
    for (Eigen::Index i = 0; i < size; ++i) {
      rises.push_back({.experiment = term.name(),
                       .bin = static_cast<std::size_t>(i),
                       .observed = data(i),
                       .reference = before(next + i),
                       .expected = after(next + i),
                       .rise = rise(i)});
    }
    next += size;
  }
  std::ranges::stable_sort(rises, std::ranges::greater{}, &BinRise::rise);
  return rises;
}

}  // namespace nudipole::campaign
