#include "nudipole/likelihood/electron_capture_background.hpp"

#include <cmath>
#include <numbers>

namespace nudipole::likelihood {
namespace {

/// A Gaussian of unit area with its derivatives, at each bin.
struct Peak {
  Eigen::ArrayXd height;
  Eigen::ArrayXd by_energy;
  Eigen::ArrayXd by_width;
};

Eigen::ArrayXd gaussian(const Eigen::ArrayXd& z, double width) {
  const double norm = 1.0 / (std::sqrt(2.0 * std::numbers::pi) * width);
  return norm * (-0.5 * z.square()).exp();
}

Peak peak(const Eigen::ArrayXd& energies, double energy, double width) {
  const Eigen::ArrayXd z = (energies - energy) / width;
  Peak result;
  result.height = gaussian(z, width);
  result.by_energy = result.height * z / width;
  result.by_width = result.height * (z.square() - 1.0) / width;
  return result;
}

class ElectronCaptureBackground final : public ParametricBackground {
 public:
  ElectronCaptureBackground(std::string name, const std::vector<double>& centres_keV,
                            const ElectronCaptureShape& shape,
                            std::array<std::size_t, electron_capture_parameter_count> nuisances)
      : name_(std::move(name)),
        energies_(Eigen::Map<const Eigen::ArrayXd>(centres_keV.data(),
                                                   static_cast<Eigen::Index>(centres_keV.size()))),
        shape_(shape),
        m_peak_(gaussian((energies_ - shape.m_energy_keV) / shape.m_width_keV, shape.m_width_keV)),
        nuisances_(nuisances.begin(), nuisances.end()) {}

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override { return nuisances_; }

  [[nodiscard]] Prediction predict(std::span<const double> values) const override {
    using P = ElectronCaptureParameter;
    const auto value = [&](P parameter) { return values[static_cast<std::size_t>(parameter)]; };
    const Eigen::ArrayXd decays =
        (energies_ - shape_.reference_energy_keV) * std::exp(-value(P::ln_decay));
    const Eigen::ArrayXd falling = (-decays).exp();
    const Peak l1 = peak(energies_, value(P::l1_energy), value(P::width));
    const Peak l2 = peak(energies_, shape_.l2_energy_keV, value(P::width));
    const double amplitude = value(P::amplitude);
    const double area = value(P::peak);

    Prediction result{
        .events = {},
        .by_value = Eigen::ArrayXXd(energies_.size(), electron_capture_parameter_count)};
    const auto column = [&](P parameter) {
      return result.by_value.col(static_cast<Eigen::Index>(parameter));
    };
    column(P::constant).setOnes();
    column(P::amplitude) = falling;
    column(P::peak) = l1.height + shape_.l2_share * l2.height + value(P::m_ratio) * m_peak_;
    column(P::ln_decay) = amplitude * falling * decays;
    column(P::l1_energy) = area * l1.by_energy;
    column(P::width) = area * (l1.by_width + shape_.l2_share * l2.by_width);
    column(P::m_ratio) = area * m_peak_;
    result.events = value(P::constant) + amplitude * falling + area * column(P::peak);
    return result;
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
