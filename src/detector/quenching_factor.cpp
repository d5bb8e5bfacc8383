#include "nudipole/core/units.hpp"
#include "nudipole/detector/quenching.hpp"
#include "nudipole/math/linear_interpolation.hpp"

#include <cmath>

namespace nudipole::detector {
namespace {

class LindhardQuenching final : public Quenching {
 public:
  LindhardQuenching(double k, double charge)
      : k_(k), reduced_per_MeV_(11.5 * std::pow(charge, -7.0 / 3.0) * units::keV_per_MeV) {}

  [[nodiscard]] double electron_equivalent_MeV(double recoil_MeV) const override {
    const double e = reduced_per_MeV_ * recoil_MeV;
    const double g = 3.0 * std::pow(e, 0.15) + 0.7 * std::pow(e, 0.6) + e;
    return recoil_MeV * (k_ * g / (1.0 + k_ * g));
  }

 private:
  double k_;
  double reduced_per_MeV_;  ///< Lindhard's dimensionless energy per recoil energy
};

class TabulatedQuenching final : public Quenching {
 public:
  TabulatedQuenching(std::vector<double> recoils_MeV, std::vector<double> factors)
      : factor_(std::move(recoils_MeV), std::move(factors), math::Outside::hold,
                math::Outside::hold) {}

  [[nodiscard]] double electron_equivalent_MeV(double recoil_MeV) const override {
    return recoil_MeV * factor_(recoil_MeV);
  }
  [[nodiscard]] std::vector<double> breaks_MeV() const override { return factor_.knots(); }

 private:
  math::LinearInterpolation factor_;
};

}  // namespace

std::shared_ptr<const Quenching> lindhard_quenching(double k, double charge) {
  return std::make_shared<LindhardQuenching>(k, charge);
}

std::shared_ptr<const Quenching> tabulated_quenching(std::vector<double> recoils_MeV,
                                                     std::vector<double> factors) {
  return std::make_shared<TabulatedQuenching>(std::move(recoils_MeV), std::move(factors));
}

}  // namespace nudipole::detector
