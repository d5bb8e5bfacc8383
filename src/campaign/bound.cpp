#include "grid_layout.hpp"
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/campaign/mass_levels.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/inference/profile.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace nudipole::campaign {
namespace {

class BoundWorker final : public Worker {
 public:
  explicit BoundWorker(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  labelled::Patch operator()(const Task& task) override {
    if (task.first == task.last) return {};
    try {
      const auto& bound = std::get<inference::RatioBound>(setup_->constraint());
      const std::optional<double> x = bound.squared_coupling(
          setup_->signals(task.coordinate).front()->at(std::array{1.0}).events().sum());
      using enum inference::LimitStatus;
      const double limit_mu_B = x ? std::sqrt(*x) : std::numeric_limits<double>::quiet_NaN();
      return {
          {"limit", task.place, 0, std::vector{limit_mu_B}},
          {"limit_status", task.place, 0, std::vector{static_cast<std::int8_t>(x ? ok : closed)}}};
    } catch (const Error& error) {
      throw_with_context(error, "mass " + shortest_text(task.coordinate) + " MeV");
    }
  }

 private:
  std::shared_ptr<const Setup> setup_;
};

class Bound final : public Campaign {
 public:
  explicit Bound(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  [[nodiscard]] std::string_view kind() const override { return "bound"; }
  [[nodiscard]] std::string_view partition_axis() const override { return "mass"; }
  [[nodiscard]] std::string_view place_noun() const override { return "masses"; }
  [[nodiscard]] std::string place_text() const override { return "1 limit"; }

  [[nodiscard]] labelled::Dataset begin(const Shard& shard) const override {
    labelled::Dataset data;
    detail::add_common_axes(*setup_, first_masses_MeV(*setup_, shard), data);
    detail::add_limits(data, labelled::FieldRole::progress);
    return data;
  }
  [[nodiscard]] std::vector<Task> missing(const labelled::Dataset& dataset) const override {
    std::vector<std::vector<bool>> done;
    for (const std::int8_t code : dataset.values<std::int8_t>("limit_status")) {
      done.push_back({code != labelled::not_done});
    }
    return missing_runs(dataset.axis("mass"), done);
  }
  [[nodiscard]] std::optional<labelled::Dataset> next_level(
      const labelled::Dataset& dataset) const override {
    return with_next_masses(*setup_, dataset);
  }
  [[nodiscard]] std::unique_ptr<Worker> worker() const override {
    return std::make_unique<BoundWorker>(setup_);
  }
  [[nodiscard]] std::size_t items() const override { return 1; }

 private:
  std::shared_ptr<const Setup> setup_;
};

}  // namespace

std::unique_ptr<Campaign> make_bound(std::shared_ptr<const Setup> setup) {
  return std::make_unique<Bound>(std::move(setup));
}

}  // namespace nudipole::campaign
