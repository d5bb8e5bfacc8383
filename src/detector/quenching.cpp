#include "nudipole/detector/quenching.hpp"

#include <algorithm>

namespace nudipole::detector {
namespace {

class PolynomialQuenching final : public Quenching {
 public:
  explicit PolynomialQuenching(std::vector<double> coefficients)
      : coefficients_(std::move(coefficients)) {}

  [[nodiscard]] double electron_equivalent_MeV(double recoil_MeV) const override {
    double sum = 0.0;
    for (auto c = coefficients_.rbegin(); c != coefficients_.rend(); ++c) {
      sum = (sum + *c) * recoil_MeV;
    }
    return sum;
  }

 private:
  std::vector<double> coefficients_;
};

class LinearFactorQuenching final : public Quenching {
 public:
  LinearFactorQuenching(double factor, double slope_per_MeV, double constant_above_MeV)
      : factor_(factor), slope_per_MeV_(slope_per_MeV), constant_above_MeV_(constant_above_MeV) {}

  [[nodiscard]] double electron_equivalent_MeV(double recoil_MeV) const override {
    return recoil_MeV * (factor_ + slope_per_MeV_ * std::min(recoil_MeV, constant_above_MeV_));
  }
  [[nodiscard]] std::vector<double> breaks_MeV() const override { return {constant_above_MeV_}; }

 private:
  double factor_;
  double slope_per_MeV_;
  double constant_above_MeV_;
};

}  // namespace

std::shared_ptr<const Quenching> no_quenching() { return polynomial_quenching({1.0}); }

std::shared_ptr<const Quenching> polynomial_quenching(std::vector<double> coefficients) {
  return std::make_shared<PolynomialQuenching>(std::move(coefficients));
}

std::shared_ptr<const Quenching> linear_factor_quenching(double factor, double slope_per_MeV,
                                                         double constant_above_MeV) {
  return std::make_shared<LinearFactorQuenching>(factor, slope_per_MeV, constant_above_MeV);
}

}  // namespace nudipole::detector
