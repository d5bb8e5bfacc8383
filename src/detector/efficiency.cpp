#include "nudipole/detector/efficiency.hpp"

#include "nudipole/math/step_function.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::detector {
namespace {

class LogisticEfficiency final : public Efficiency {
 public:
  explicit LogisticEfficiency(const LogisticParameters& parameters) : p_(parameters) {}

  [[nodiscard]] double operator()(double x) const override {
    return std::max(0.0, p_.height / (1.0 + std::exp(-p_.slope * (x - p_.centre))) + p_.offset);
  }
  [[nodiscard]] std::vector<double> breaks() const override {
    // The zero, where clipping sets in: exp(-b (x - c)) = -a/d - 1.
    const double ratio = p_.offset == 0.0 ? -1.0 : -p_.height / p_.offset - 1.0;
    if (ratio <= 0.0) return {};
    return {p_.centre - std::log(ratio) / p_.slope};
  }

 private:
  LogisticParameters p_;
};

class TabulatedEfficiency final : public Efficiency {
 public:
  TabulatedEfficiency(std::vector<double> x, std::vector<double> values)
      : table_(std::move(x), std::move(values), math::Outside::zero, math::Outside::hold) {}

  [[nodiscard]] double operator()(double x) const override { return table_(x); }
  void values(std::span<const double> ascending, std::span<double> result) const override {
    table_.values(ascending, result);
  }
  [[nodiscard]] std::vector<double> breaks() const override { return table_.knots(); }

 private:
  math::LinearInterpolation table_;
};

class SteppedEfficiency final : public Efficiency {
 public:
  SteppedEfficiency(std::vector<double> positions, std::vector<double> values)
      : steps_(std::move(positions), std::move(values)) {}

  [[nodiscard]] double operator()(double x) const override { return steps_(x); }
  [[nodiscard]] std::vector<double> breaks() const override { return steps_.positions(); }

 private:
  math::StepFunction steps_;
};

class ExponentialDecayEfficiency final : public Efficiency {
 public:
  ExponentialDecayEfficiency(double start, double rate) : start_(start), rate_(rate) {}

  [[nodiscard]] double operator()(double x) const override {
    return x <= start_ ? 1.0 : std::exp(-rate_ * (x - start_));
  }
  [[nodiscard]] std::vector<double> breaks() const override { return {start_}; }

 private:
  double start_;
  double rate_;
};

class ThresholdEfficiency final : public Efficiency {
 public:
  explicit ThresholdEfficiency(double start) : start_(start) {}

  [[nodiscard]] double operator()(double x) const override { return x >= start_ ? 1.0 : 0.0; }
  [[nodiscard]] std::vector<double> breaks() const override { return {start_}; }

 private:
  double start_;
};

}  // namespace

void Efficiency::values(std::span<const double> ascending, std::span<double> result) const {
  for (std::size_t i = 0; i < ascending.size(); ++i) result[i] = (*this)(ascending[i]);
}

std::shared_ptr<const Efficiency> logistic_efficiency(const LogisticParameters& parameters) {
  return std::make_shared<LogisticEfficiency>(parameters);
}

std::shared_ptr<const Efficiency> tabulated_efficiency(std::vector<double> x,
                                                       std::vector<double> values) {
  return std::make_shared<TabulatedEfficiency>(std::move(x), std::move(values));
}

std::shared_ptr<const Efficiency> stepped_efficiency(std::vector<double> positions,
                                                     std::vector<double> values) {
  return std::make_shared<SteppedEfficiency>(std::move(positions), std::move(values));
}

std::shared_ptr<const Efficiency> exponential_decay_efficiency(double start, double rate) {
  return std::make_shared<ExponentialDecayEfficiency>(start, rate);
}

std::shared_ptr<const Efficiency> threshold_efficiency(double start) {
  return std::make_shared<ThresholdEfficiency>(start);
}

}  // namespace nudipole::detector
