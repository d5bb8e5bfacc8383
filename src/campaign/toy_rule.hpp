#pragma once

#include "toy_study.hpp"

#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace nudipole::campaign::detail {

/// Where toys go: how many a point gets, and which points there are between those of the grid. All
/// that depends on the counts of a point and of its neighbours alone, not on the history of the
/// file, so that a run that is continued with a larger `most` ends as one that had it from the
/// start.
class ToyRule {
 public:
  ToyRule(std::shared_ptr<const Setup> setup, std::shared_ptr<const ToyPlan> plan)
      : setup_(std::move(setup)), plan_(std::move(plan)) {}

  /// Items that hold the first `least` toys.
  [[nodiscard]] std::size_t least_items() const;
  /// Items that hold all toys that a point may get.
  [[nodiscard]] std::size_t most_items() const;
  /// Toys of a point whose statistics the file has room for; 0 where they are not kept.
  [[nodiscard]] std::size_t kept_toys() const;

  /// What is to do where nothing is missing: more toys; where no point wants any, more points; and
  /// in the end without the points that only an earlier, smaller `most` has asked for. Nothing when
  /// the campaign is complete.
  [[nodiscard]] std::optional<labelled::Dataset> next(const labelled::Dataset& data) const;

 private:
  /// A point of the dataset for which the rule asks.
  struct Asked {
    std::size_t place;
    std::size_t items_done;
    std::size_t items_wanted;
    std::vector<ToyOutcome> outcomes;
    [[nodiscard]] bool is_settled() const { return items_wanted == items_done; }
  };
  class Search;

  [[nodiscard]] const ToyRequest& request() const { return *setup_->config().toys; }
  [[nodiscard]] std::size_t items_for(std::int64_t toys) const;
  [[nodiscard]] Asked ask(const labelled::Dataset& data, std::size_t place) const;
  [[nodiscard]] std::size_t wanted_items(const std::vector<ToyOutcome>& outcomes,
                                         std::size_t done) const;
  /// Every p is away from what it is compared with, or exact enough.
  [[nodiscard]] bool is_settled(const std::vector<ToyOutcome>& outcomes) const;
  [[nodiscard]] bool should_halve(const Asked& one, const Asked& other) const;

  std::shared_ptr<const Setup> setup_;
  std::shared_ptr<const ToyPlan> plan_;
};

}  // namespace nudipole::campaign::detail
