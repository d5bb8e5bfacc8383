#include "nudipole/likelihood/parametric_background.hpp"

#include <utility>

namespace nudipole::likelihood {
namespace {

class ScaledBackground final : public ParametricBackground {
 public:
  ScaledBackground(std::shared_ptr<const ParametricBackground> base, double factor)
      : base_(std::move(base)), factor_(factor) {}

  [[nodiscard]] std::string name() const override { return base_->name(); }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override {
    return base_->nuisances();
  }
  [[nodiscard]] Prediction predict(std::span<const double> values) const override {
    Prediction result = base_->predict(values);
    scale(result, factor_);
    return result;
  }
  void fill(std::span<const double> values, Prediction& result) const override {
    base_->fill(values, result);
    scale(result, factor_);
  }
  void add_second_derivatives(std::span<const double> values, const Prediction& filled,
                              const Eigen::ArrayXd& by_events,
                              Eigen::MatrixXd& result) const override {
    Prediction base = filled;
    scale(base, 1.0 / factor_);
    base_->add_second_derivatives(values, base, factor_ * by_events, result);
  }

 private:
  static void scale(Prediction& prediction, double factor) {
    prediction.events *= factor;
    prediction.by_value *= factor;
  }

  std::shared_ptr<const ParametricBackground> base_;
  double factor_;
};

class PartOfBackground final : public ParametricBackground {
 public:
  PartOfBackground(std::shared_ptr<const ParametricBackground> whole,
                   std::vector<Eigen::Index> bins)
      : whole_(std::move(whole)), bins_(std::move(bins)) {}

  [[nodiscard]] std::string name() const override { return whole_->name(); }
  [[nodiscard]] const std::vector<std::size_t>& nuisances() const override {
    return whole_->nuisances();
  }
  [[nodiscard]] Prediction predict(std::span<const double> values) const override {
    const Prediction whole = whole_->predict(values);
    return {.events = whole.events(bins_), .by_value = whole.by_value(bins_, Eigen::all)};
  }
  void add_second_derivatives(std::span<const double> values, const Prediction&,
                              const Eigen::ArrayXd& by_events,
                              Eigen::MatrixXd& result) const override {
    const Prediction whole = whole_->predict(values);
    Eigen::ArrayXd by_all = Eigen::ArrayXd::Zero(whole.events.size());
    by_all(bins_) = by_events;
    whole_->add_second_derivatives(values, whole, by_all, result);
  }

 private:
  std::shared_ptr<const ParametricBackground> whole_;
  std::vector<Eigen::Index> bins_;
};

}  // namespace

std::shared_ptr<const ParametricBackground> with_events(
    std::shared_ptr<const ParametricBackground> background, double factor) {
  return std::make_shared<ScaledBackground>(std::move(background), factor);
}

std::shared_ptr<const ParametricBackground> with_bins_only(
    std::shared_ptr<const ParametricBackground> background, std::vector<Eigen::Index> bins) {
  return std::make_shared<PartOfBackground>(std::move(background), std::move(bins));
}

}  // namespace nudipole::likelihood
