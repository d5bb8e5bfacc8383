#include "term_evaluator.hpp"

#include "kernels.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>

namespace nudipole::likelihood::detail {
namespace {

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

/// Adds to an element of a symmetric matrix that stands for a mixed derivative.
void add_mixed(Eigen::MatrixXd& hessian, std::size_t i, std::size_t j, double value) {
  hessian(index(i), index(j)) += value;
  hessian(index(j), index(i)) += value;
}

}  // namespace

void throw_not_finite(const TermEvaluator& term) {
  Eigen::Index bin = 0;
  const double least = term.expected().minCoeff(&bin);
  throw NumericalError(
      "-2 ln L of " + term.term().name() + " is not finite",
      {.where =
           "least expectation: " + shortest_text(least) + " events in bin " + std::to_string(bin),
       .hint = "an expected number of events is not positive: check bounds and backgrounds"});
}

TermEvaluator::TermEvaluator(const Term& term, std::size_t poi_count,
                             std::vector<std::size_t> moving)
    : term_(&term),
      poi_count_(poi_count),
      bins_(term.bin_count()),
      moving_(std::move(moving)),
      slots_(poi_count + term.nuisances().size(), none),
      values_(term.nuisances().size()),
      expected_(index(bins_)),
      by_mu_(index(bins_)),
      second_(index(bins_)),
      jacobian_(Eigen::ArrayXXd::Zero(index(bins_), index(moving_.size()))),
      starts_(moving_.size()) {
  for (std::size_t slot = 0; slot < moving_.size(); ++slot) {
    slots_[moving_[slot]] = slot;
    columns_.push_back(column(slot));
  }
  add_groups();
  for (const auto& background : term.parametric()) {
    const std::size_t count = background->nuisances().size();
    free_shapes_.push_back({.background = background.get(),
                            .values = std::vector<double>(count),
                            .prediction = {},
                            .second_derivatives = Eigen::MatrixXd(index(count), index(count))});
  }
  find_columns_that_only_scale();
}

void TermEvaluator::add_groups() {
  const Term::Definition& definition = term_->definition();
  const auto add = [this](const std::vector<std::size_t>& scaled_by,
                          const prediction::Variations* variations) -> Group& {
    Group& group = groups_.emplace_back();
    group.scaled_by = &scaled_by;
    group.varied = place_of(variations);
    const std::size_t count = variations == nullptr ? 1 : variations->variant_count();
    group.variants = Eigen::ArrayXXd::Zero(index(bins_), index(count));
    if (variations != nullptr) group.varied_events.resize(index(bins_));
    group.by_variant.resize(index(count));
    for (Eigen::Index v = 0; v < group.variants.cols(); ++v) {
      group.columns.push_back(group.variants.col(v).data());
    }
    return group;
  };
  for (const Component& component : term_->merged()) {
    Group& group = add(component.scaled_by, component.variations.get());
    group.variants = component.events.leftCols(group.variants.cols());
    if (component.scaled_by == definition.signal_scaled_by &&
        component.variations == definition.signal_variations) {
      signal_group_ = groups_.size() - 1;
    }
  }
  if (signal_group_ == none) {
    (void)add(definition.signal_scaled_by, definition.signal_variations.get());
    signal_group_ = groups_.size() - 1;
  }
  groups_[signal_group_].fixed = groups_[signal_group_].variants;
  signal_by_variant_.resize(groups_[signal_group_].variants.cols());
}

std::size_t TermEvaluator::place_of(const prediction::Variations* variations) {
  if (variations == nullptr) return none;
  const auto known = std::ranges::find(varied_, variations, &Varied::variations);
  const auto place = static_cast<std::size_t>(known - varied_.begin());
  if (known == varied_.end()) {
    varied_.push_back({variations, prediction::VariationPoint{*variations}});
  }
  return place;
}

void TermEvaluator::find_columns_that_only_scale() {
  only_scales_.assign(moving_.size(), true);
  const auto exclude = [this](std::size_t slot) {
    if (slot != none) only_scales_[slot] = false;
  };
  for (std::size_t poi = 0; poi < poi_count_; ++poi) exclude(slots_[poi]);
  for (const Group& group : groups_) {
    if (group.varied == none) continue;
    for (const std::size_t k : *group.scaled_by) exclude(slot(k));
    for (const std::size_t k : varied_[group.varied].variations->nuisances()) exclude(slot(k));
  }
  for (const FreeShape& shape : free_shapes_) {
    for (const std::size_t k : shape.background->nuisances()) exclude(slot(k));
  }
}

double TermEvaluator::width(std::size_t nuisance) const {
  return term_->nuisances()[nuisance].width;
}

double TermEvaluator::scale(const std::vector<std::size_t>& scaled_by) const {
  double factor = 1.0;
  for (const std::size_t k : scaled_by) factor += values_[k];
  return factor;
}

void TermEvaluator::set_signal(const prediction::SignalPoint& signal) {
  signal_ = &signal;
  Group& group = groups_[signal_group_];
  group.variants = group.fixed;
  for (std::size_t b = 0; b < signal.templates.size(); ++b) {
    if (signal.strength[b] == 0.0) continue;
    for (Eigen::Index v = 0; v < group.variants.cols(); ++v) {
      add_scaled(Start::there, signal.strength[b], signal.templates[b]->col(v).data(), bins_,
                 group.variants.col(v).data());
    }
  }
  for (std::size_t slot = 0; slot < moving_.size(); ++slot) {
    if (!only_scales_[slot]) continue;
    const std::size_t nuisance = moving_[slot] - poi_count_;
    Start start = Start::zero;  // each scales one process at least
    for (const Group& process : groups_) {
      if (std::ranges::count(*process.scaled_by, nuisance) == 0) continue;
      add_scaled(std::exchange(start, Start::there), width(nuisance), process.variants.data(),
                 bins_, column(slot));
    }
  }
}

void TermEvaluator::move(std::span<const double> pulls) {
  for (std::size_t k = 0; k < values_.size(); ++k) {
    values_[k] = term_->nuisances()[k].value(pulls[k]);
  }
  for (Varied& varied : varied_) varied.point.move(values_);
  std::ranges::fill(starts_, Start::zero);
  for (Group& group : groups_) move_group(group);
  for (FreeShape& shape : free_shapes_) move_free_shape(shape);
  for (std::size_t poi = 0; poi < poi_count_; ++poi) {
    if (slots_[poi] != none) move_signal_column(poi, slots_[poi]);
  }
  for (std::size_t slot = 0; slot < moving_.size(); ++slot) {
    if (!only_scales_[slot] && start_of(slot) == Start::zero) jacobian_.col(index(slot)).setZero();
  }
}

void TermEvaluator::move_group(Group& group) {
  group.factor = scale(*group.scaled_by);
  const prediction::VariantWeights* weights = nullptr;
  if (group.varied != none) {
    weights = &varied_[group.varied].point.weights();
    add_weighted(Start::zero, 1.0, group.columns, weights->weights.data(), bins_,
                 group.varied_events.data());
  }
  add_scaled(&group == &groups_.front() ? Start::zero : Start::there, group.factor, group.events(),
             bins_, expected_.data());
  for (const std::size_t k : *group.scaled_by) {
    if (slot(k) == none || only_scales_[slot(k)]) continue;
    add_scaled(start_of(slot(k)), width(k), group.events(), bins_, column(slot(k)));
  }
  if (weights == nullptr) return;
  const std::vector<std::size_t>& nuisances = varied_[group.varied].variations->nuisances();
  for (std::size_t j = 0; j < nuisances.size(); ++j) {
    if (slot(nuisances[j]) == none) continue;
    add_weighted(start_of(slot(nuisances[j])), group.factor * width(nuisances[j]), group.columns,
                 weights->by_value.col(index(j)).data(), bins_, column(slot(nuisances[j])));
  }
}

void TermEvaluator::move_free_shape(FreeShape& shape) {
  const std::vector<std::size_t>& nuisances = shape.background->nuisances();
  for (std::size_t j = 0; j < nuisances.size(); ++j) shape.values[j] = values_[nuisances[j]];
  shape.background->fill(shape.values, shape.prediction);
  expected_ += shape.prediction.events;
  for (std::size_t j = 0; j < nuisances.size(); ++j) {
    if (slot(nuisances[j]) == none) continue;
    add_scaled(start_of(slot(nuisances[j])), width(nuisances[j]),
               shape.prediction.by_value.col(index(j)).data(), bins_, column(slot(nuisances[j])));
  }
}

void TermEvaluator::move_signal_column(std::size_t poi, std::size_t slot) {
  const Group& group = groups_[signal_group_];
  for (std::size_t b = 0; b < signal_->templates.size(); ++b) {
    const double slope = group.factor * signal_->by_poi(index(poi), index(b));
    if (slope == 0.0) continue;
    for (Eigen::Index v = 0; v < group.variants.cols(); ++v) {
      const double weight =
          group.varied == none ? 1.0 : varied_[group.varied].point.weights().weights(v);
      if (weight == 0.0) continue;
      add_scaled(start_of(slot), slope * weight, signal_->templates[b]->col(v).data(), bins_,
                 column(slot));
    }
  }
}

double TermEvaluator::value(const Observed& observed, std::span<double> gradient) {
  const double value = term_->statistic().deviance(expected_, observed, by_mu_);
  if (!gradient.empty()) project(columns_, by_mu_.data(), bins_, gradient.data());
  return value;
}

bool TermEvaluator::derivatives(const Observed& observed, Hessian kind, std::span<double> gradient,
                                Eigen::MatrixXd& hessian) {
  const Statistic& statistic = term_->statistic();
  if (!statistic.derivatives(expected_, observed, by_mu_, second_)) return false;
  project(columns_, by_mu_.data(), bins_, gradient.data());
  if (kind == Hessian::expected) {
    curvature(hessian);
    return true;
  }
  hessian.setZero();
  add_sandwich(columns_, second_.data(), bins_, hessian);
  for (Group& group : groups_) {
    if (group.varied != none) add_second_derivatives_of(group, hessian);
  }
  for (FreeShape& shape : free_shapes_) add_second_derivatives_of(shape, hessian);
  for (std::size_t poi = 0; poi < poi_count_; ++poi) {
    if (slots_[poi] != none) add_second_derivatives_by(poi, hessian);
  }
  return true;
}

void TermEvaluator::curvature(Eigen::MatrixXd& hessian) {
  hessian.setZero();
  term_->statistic().curvature(expected_, second_);
  add_sandwich(columns_, second_.data(), bins_, hessian);
}

// mu = (1 + sum_k theta_k) V w(t): the part of the Hessian with second derivatives of mu is
// (1 + sum_k theta_k) b^T d2w for two shape nuisances and b^T dw for a scale and a shape, where
// b = V^T d(-2 ln L)/d mu is the sum over the bins.
void TermEvaluator::add_second_derivatives_of(Group& group, Eigen::MatrixXd& hessian) {
  project(group.columns, by_mu_.data(), bins_, group.by_variant.data());
  prediction::VariationPoint& point = varied_[group.varied].point;
  const std::vector<std::size_t>& nuisances = varied_[group.varied].variations->nuisances();
  const Eigen::MatrixXd& second = point.second_derivatives(group.by_variant);
  for (std::size_t i = 0; i < nuisances.size(); ++i) {
    if (slot(nuisances[i]) == none) continue;
    for (std::size_t j = 0; j < nuisances.size(); ++j) {
      if (slot(nuisances[j]) == none) continue;
      hessian(index(slot(nuisances[i])), index(slot(nuisances[j]))) +=
          group.factor * width(nuisances[i]) * width(nuisances[j]) * second(index(i), index(j));
    }
    const double slope =
        width(nuisances[i]) * point.weights().by_value.col(index(i)).dot(group.by_variant);
    for (const std::size_t k : *group.scaled_by) {
      if (slot(k) != none) add_mixed(hessian, slot(k), slot(nuisances[i]), width(k) * slope);
    }
  }
}

void TermEvaluator::add_second_derivatives_of(FreeShape& shape, Eigen::MatrixXd& hessian) {
  shape.second_derivatives.setZero();
  shape.background->add_second_derivatives(shape.values, shape.prediction, by_mu_,
                                           shape.second_derivatives);
  const std::vector<std::size_t>& nuisances = shape.background->nuisances();
  for (std::size_t i = 0; i < nuisances.size(); ++i) {
    for (std::size_t j = 0; j < nuisances.size(); ++j) {
      if (slot(nuisances[i]) == none || slot(nuisances[j]) == none) continue;
      hessian(index(slot(nuisances[i])), index(slot(nuisances[j]))) +=
          width(nuisances[i]) * width(nuisances[j]) * shape.second_derivatives(index(i), index(j));
    }
  }
}

void TermEvaluator::project_signal(std::size_t poi) {
  signal_by_variant_.setZero();
  for (std::size_t b = 0; b < signal_->templates.size(); ++b) {
    const double slope = signal_->by_poi(index(poi), index(b));
    if (slope == 0.0) continue;
    for (Eigen::Index v = 0; v < signal_by_variant_.size(); ++v) {
      signal_by_variant_(v) +=
          slope * dot(signal_->templates[b]->col(v).data(), by_mu_.data(), bins_);
    }
  }
}

double TermEvaluator::slope(std::size_t poi) {
  project_signal(poi);
  const Group& group = groups_[signal_group_];
  if (group.varied == none) return group.factor * signal_by_variant_(0);
  return group.factor * varied_[group.varied].point.weights().weights.dot(signal_by_variant_);
}

void TermEvaluator::add_second_derivatives_by(std::size_t poi, Eigen::MatrixXd& hessian) {
  project_signal(poi);
  const Group& group = groups_[signal_group_];
  const prediction::VariantWeights* weights =
      group.varied == none ? nullptr : &varied_[group.varied].point.weights();
  const double events =
      weights == nullptr ? signal_by_variant_(0) : weights->weights.dot(signal_by_variant_);
  for (const std::size_t k : *group.scaled_by) {
    if (slot(k) != none) add_mixed(hessian, slots_[poi], slot(k), width(k) * events);
  }
  if (weights == nullptr) return;
  const std::vector<std::size_t>& nuisances = varied_[group.varied].variations->nuisances();
  for (std::size_t j = 0; j < nuisances.size(); ++j) {
    if (slot(nuisances[j]) == none) continue;
    add_mixed(hessian, slots_[poi], slot(nuisances[j]),
              group.factor * width(nuisances[j]) *
                  weights->by_value.col(index(j)).dot(signal_by_variant_));
  }
}

}  // namespace nudipole::likelihood::detail
