#include "nudipole/likelihood/electron_capture_background.hpp"

#include <cmath>
#include <numbers>

namespace nudipole::likelihood {
namespace {

/// A Gaussian of unit area [1/keV] at some energies.
template <class Result>
void fill_gaussian(const Eigen::ArrayXd& energies, double energy, double width, Result&& result) {
  const double norm = 1.0 / (std::sqrt(2.0 * std::numbers::pi) * width);
  result = norm * (-0.5 * ((energies - energy) * (1.0 / width)).square()).exp();
}

Eigen::ArrayXd gaussian(const Eigen::ArrayXd& energies, double energy, double width) {
  Eigen::ArrayXd result(energies.size());
  fill_gaussian(energies, energy, width, result);
  return result;
}

class ElectronCaptureBackground final : public ParametricBackground {
  using P = ElectronCaptureParameter;
  /// Columns of the parts: both L peaks.
  static constexpr Eigen::Index l1 = 0;
  static constexpr Eigen::Index l2 = 1;

  /// Values of the parameters by name.
  struct Values {
    std::span<const double> list;
    double operator()(P parameter) const { return list[static_cast<std::size_t>(parameter)]; }
  };

  /// (E - E_0)/T [bin], not evaluated.
  [[nodiscard]] auto decays(const Values& values) const {
    return (energies_ - shape_.reference_energy_keV) * std::exp(-values(P::ln_decay));
  }

 public:
  ElectronCaptureBackground(std::string name, const std::vector<double>& centres_keV,
                            const ElectronCaptureShape& shape,
                            std::array<std::size_t, electron_capture_parameter_count> nuisances)
      : name_(std::move(name)),
        energies_(Eigen::Map<const Eigen::ArrayXd>(centres_keV.data(),
                                                   static_cast<Eigen::Index>(centres_keV.size()))),
        shape_(shape),
        m_peak_(gaussian(energies_, shape.m_energy_keV, shape.m_width_keV)),
        nuisances_(nuisances.begin(), nuisances.end()) {}

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override { return nuisances_; }

  [[nodiscard]] Prediction predict(std::span<const double> values) const override {
    Prediction result;
    fill(values, result);
    return result;
  }

  void fill(std::span<const double> values, Prediction& result) const override {
    result.by_value.resize(energies_.size(), electron_capture_parameter_count);
    result.parts.resize(energies_.size(), 2);
    const auto column = [&](P parameter) {
      return result.by_value.col(static_cast<Eigen::Index>(parameter));
    };
    const Values v{values};
    const double width = v(P::width);
    fill_gaussian(energies_, v(P::l1_energy), width, result.parts.col(l1));
    fill_gaussian(energies_, shape_.l2_energy_keV, width, result.parts.col(l2));
    const auto g1 = result.parts.col(l1);
    const auto g2 = result.parts.col(l2);
    const auto z1 = (energies_ - v(P::l1_energy)) * (1.0 / width);
    const auto z2 = (energies_ - shape_.l2_energy_keV) * (1.0 / width);
    const double area = v(P::peak);

    column(P::constant).setOnes();
    column(P::ln_decay) = decays(v);
    column(P::amplitude) = (-column(P::ln_decay)).exp();
    column(P::ln_decay) *= v(P::amplitude) * column(P::amplitude);
    column(P::peak) = g1 + shape_.l2_share * g2 + v(P::m_ratio) * m_peak_;
    column(P::l1_energy) = area / width * g1 * z1;
    column(P::width) =
        area / width * (g1 * (z1.square() - 1.0) + shape_.l2_share * g2 * (z2.square() - 1.0));
    column(P::m_ratio) = area * m_peak_;
    result.events =
        v(P::constant) + v(P::amplitude) * column(P::amplitude) + area * column(P::peak);
  }

  void add_second_derivatives(std::span<const double> values, const Prediction& filled,
                              const Eigen::ArrayXd& by_events,
                              Eigen::MatrixXd& result) const override {
    const Values v{values};
    const double width = v(P::width);
    const double area = v(P::peak);
    const auto g1 = by_events * filled.parts.col(l1);
    const auto g2 = shape_.l2_share * by_events * filled.parts.col(l2);
    const auto z1 = (energies_ - v(P::l1_energy)) * (1.0 / width);
    const auto q1 = z1.square();
    const auto q2 = ((energies_ - shape_.l2_energy_keV) * (1.0 / width)).square();
    const auto falling =
        by_events * filled.by_value.col(static_cast<Eigen::Index>(P::amplitude)) * decays(v);
    const auto add = [&result](P one, P other, double value) {
      const auto i = static_cast<Eigen::Index>(one);
      const auto j = static_cast<Eigen::Index>(other);
      result(i, j) += value;
      if (i != j) result(j, i) += value;
    };
    add(P::amplitude, P::ln_decay, falling.sum());
    add(P::ln_decay, P::ln_decay, v(P::amplitude) * (falling * (decays(v) - 1.0)).sum());
    add(P::peak, P::l1_energy, (g1 * z1).sum() / width);
    add(P::peak, P::width, (g1 * (q1 - 1.0) + g2 * (q2 - 1.0)).sum() / width);
    add(P::peak, P::m_ratio, (by_events * m_peak_).sum());
    // Of g = exp(-z^2/2)/s: g_EE = g (z^2 - 1)/s^2, g_Es = g z (z^2 - 3)/s^2,
    // g_ss = g (z^4 - 5 z^2 + 2)/s^2.
    const double scale = area / (width * width);
    add(P::l1_energy, P::l1_energy, scale * (g1 * (q1 - 1.0)).sum());
    add(P::l1_energy, P::width, scale * (g1 * z1 * (q1 - 3.0)).sum());
    add(P::width, P::width,
        scale * (g1 * (q1 * (q1 - 5.0) + 2.0) + g2 * (q2 * (q2 - 5.0) + 2.0)).sum());
  }

 private:
  std::string name_;
  Eigen::ArrayXd energies_;
  ElectronCaptureShape shape_;
  Eigen::ArrayXd m_peak_;
  std::vector<std::size_t> nuisances_;
};

}  // namespace

std::shared_ptr<const ParametricBackground> electron_capture_background(
    std::string name, const std::vector<double>& centres_keV, const ElectronCaptureShape& shape,
    std::array<std::size_t, electron_capture_parameter_count> nuisances) {
  return std::make_shared<ElectronCaptureBackground>(std::move(name), centres_keV, shape,
                                                     nuisances);
}

}  // namespace nudipole::likelihood
