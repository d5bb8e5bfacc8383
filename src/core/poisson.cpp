#include "nudipole/core/poisson.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole {
namespace {

constexpr double largest_tabulated = 4096.0;
constexpr double largest_mean = 1.0e9;

double log_probability(double n, double mean) {
  return n * std::log(mean) - mean - std::lgamma(n + 1.0);
}

}  // namespace

PoissonSampler::PoissonSampler(double mean) : mean_(mean) {
  if (!(mean >= 0.0 && mean <= largest_mean)) {
    throw NumericalError("there are no Poisson numbers of mean " + shortest_text(mean),
                         {.expected = "a mean from 0 to " + shortest_text(largest_mean)});
  }
  if (mean <= largest_tabulated) tabulate();
}

void PoissonSampler::tabulate() {
  constexpr double negligible = 1.0e-18;
  const double mode = std::floor(mean_);
  const double at_mode = mean_ > 0.0 ? std::exp(log_probability(mode, mean_)) : 1.0;
  std::vector<double> below;  // downwards from the mode
  first_ = mode;
  double p = at_mode;
  while (first_ > 0.0 && p > negligible) {
    p *= first_ / mean_;
    below.push_back(p);
    first_ -= 1.0;
  }
  cumulative_.assign(below.rbegin(), below.rend());
  double n = mode;
  p = at_mode;
  while (p > negligible) {
    cumulative_.push_back(p);
    n += 1.0;
    p *= mean_ / n;
  }
  double sum = 0.0;
  for (double& entry : cumulative_) entry = sum += entry;
  for (double& entry : cumulative_) entry /= sum;
  cumulative_.back() = 1.0;
  guide_.resize(cumulative_.size());
  const auto parts = static_cast<double>(guide_.size());
  for (std::size_t part = 0, i = 0; part < guide_.size(); ++part) {
    while (cumulative_[i] < static_cast<double>(part) / parts) ++i;
    guide_[part] = static_cast<std::uint32_t>(i);
  }
}

double PoissonSampler::by_rejection(RandomStream& stream) const {
  // The numbers are those of the paper.
  const double b = 0.931 + 2.53 * std::sqrt(mean_);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = stream.uniform() - 0.5;
    const double v = stream.uniform();
    const double us = 0.5 - std::abs(u);
    const double n = std::floor((2.0 * a / us + b) * u + mean_ + 0.43);
    if (us >= 0.07 && v <= v_r) return n;
    if (n < 0.0 || (us < 0.013 && v > us)) continue;
    if (std::log(v * inverse_alpha / (a / (us * us) + b)) <= log_probability(n, mean_)) return n;
  }
}

}  // namespace nudipole
