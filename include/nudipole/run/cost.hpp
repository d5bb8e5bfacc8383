#pragma once

#include "nudipole/campaign/campaign.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace nudipole::run {

/// Computing time of one place, by part.
struct PlaceCost {
  double setup_s;       ///< what every task of the place needs (templates)
  double first_item_s;  ///< the first item, which may be another kind of work
  double per_item_s;    ///< each other item, of usual work (Campaign::work_before)
};

/// Campaign::work_before of a campaign.
using WorkBefore = std::function<double(std::uint64_t item)>;

/// Computing time of every task of a campaign, from measurements at some places.
class CostModel {
 public:
  /// \param places  where `costs` were measured; ascending, at least one
  /// \throws Error (unexpected) when the two do not belong together
  /// \param work_before  none: all items are alike
  CostModel(std::vector<std::size_t> places, std::vector<PlaceCost> costs,
            WorkBefore work_before = {});
  /// Nothing is known: all places are alike, and so are items but the first, work for work.
  static CostModel uniform(double first_item_weight, WorkBefore work_before = {});

  /// Linear between the measured places (by index), constant beyond them.
  [[nodiscard]] PlaceCost at(std::size_t place) const;
  /// Time of the items of a task.
  [[nodiscard]] double items_s(const campaign::Task& task) const;
  /// The same with its setup.
  [[nodiscard]] double seconds(const campaign::Task& task) const;
  /// The last items of a task, but its first one, that take at most `seconds`; at least one.
  /// \return where they begin
  [[nodiscard]] std::uint64_t begin_of_last(const campaign::Task& task, double seconds) const;
  [[nodiscard]] std::size_t places_measured() const { return places_.size(); }

 private:
  std::vector<std::size_t> places_;
  std::vector<PlaceCost> costs_;
  WorkBefore work_before_;
};

/// The campaign must outlive what is returned.
WorkBefore work_before_of(const campaign::Campaign& campaign);

/// Indices into a list of `count`, at most `most`: ends, middle, quarters, ..., each once.
std::vector<std::size_t> spread(std::size_t count, std::size_t most);

/// A quick look at one place: its setup and one item in the middle, twice. The first item's time is
/// taken from the other's by its weight.
PlaceCost sample_cost(const campaign::Campaign& campaign, const campaign::Task& place);

/// Measures places, spread over `places` (ends and middle first), on this processor: whole ones, or
/// some of their items where a place takes long.
/// \param budget_s  no further place is begun after this time; at least one is measured
/// \param most_places  not more than this, >= 1
CostModel measure_cost(const campaign::Campaign& campaign,
                       const std::vector<campaign::Task>& places, double budget_s,
                       std::size_t most_places);

}  // namespace nudipole::run
