#include "nudipole/detector/quenching.hpp"

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

}  // namespace

std::shared_ptr<const Quenching> no_quenching() { return polynomial_quenching({1.0}); }

std::shared_ptr<const Quenching> polynomial_quenching(std::vector<double> coefficients) {
  return std::make_shared<PolynomialQuenching>(std::move(coefficients));
}

}  // namespace nudipole::detector
