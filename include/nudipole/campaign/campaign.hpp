#pragma once

#include "nudipole/campaign/shard.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nudipole::campaign {

/// A piece of work: items [first, last) of one place on the campaign's partition axis. Its result
/// depends on the configuration and on the task alone, not on who does it, when, or after what.
struct Task {
  std::uint64_t place = 0;  ///< index along the partition axis; where its results go
  double coordinate = 0.0;  ///< value of the axis there, e.g. the mass [MeV]
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  bool operator==(const Task&) const = default;
};

/// Does tasks, one after the other. May keep what the next task of the same place needs again: that
/// saves time and changes no result. Each rank has its own.
class Worker {
 public:
  virtual ~Worker() = default;
  /// What is found out. What fails in an expected way, such as a fit, is a value with its status. A
  /// task without items prepares its place (costs are measured that way).
  /// \throws Error naming the coordinate for anything else
  virtual labelled::Patch operator()(const Task& task) = 0;

 protected:
  Worker() = default;
  Worker(const Worker&) = default;
  Worker& operator=(const Worker&) = default;
  Worker(Worker&&) = default;
  Worker& operator=(Worker&&) = default;
};

/// What is computed and stored: which axes and fields a result has, which tasks fill it, and how
/// one is done. Everything around it - order, ranks, checkpoint, resume, shards, merge, progress -
/// is the same for all campaigns (module run).
///
/// Rules for the dataset:
/// - One axis of ascending numbers is the partition axis. Shards are cut along it; in every field
///   that has it, it comes first; no other axis grows. A shard's dataset holds its own places only.
///   Two shards may both hold a place that is at the end of one of them.
/// - Fields without the partition axis are equal in all shards.
/// - A field of codes with a flag `not_done` says how far the work is: a place is done when none of
///   its codes is `not_done`. Fields of role `progress` have one code for each item that is counted
///   for people. Codes called `failed` or `not_converged` count as failures; `not_wanted` and
///   `elsewhere` (another shard's) are no work at all.
/// - A field of role `count` holds whole numbers; what a task says about it is added to it.
class Campaign {
 public:
  virtual ~Campaign() = default;

  /// Its name in files, e.g. "grid".
  [[nodiscard]] virtual std::string_view kind() const = 0;
  /// Name of the partition axis, e.g. "mass".
  [[nodiscard]] virtual std::string_view partition_axis() const = 0;
  /// What people call its places, e.g. "masses".
  [[nodiscard]] virtual std::string_view place_noun() const = 0;
  /// The work at each place in words, e.g. "80 couplings".
  [[nodiscard]] virtual std::string place_text() const = 0;

  /// Axes and fields of a shard with nothing done. Costs no more than memory.
  [[nodiscard]] virtual labelled::Dataset begin(const Shard& shard) const = 0;
  /// What an earlier run of the same campaign has left, in the layout of this one: what a file
  /// holds beside its results may change between a run and its continuation.
  /// \throws CheckpointError with the remedy where something would be lost
  [[nodiscard]] virtual labelled::Dataset continued(labelled::Dataset earlier) const {
    return earlier;
  }
  /// Tasks for all that is not there yet, by place; a place is one task, or one for each gap.
  [[nodiscard]] virtual std::vector<Task> missing(const labelled::Dataset& dataset) const = 0;
  /// The dataset of the next level, when nothing is missing: with more places, which the results so
  /// far ask for. Nothing when the campaign is complete. It depends on the dataset alone, so that
  /// an interrupted level resumes.
  [[nodiscard]] virtual std::optional<labelled::Dataset> next_level(
      const labelled::Dataset& dataset) const {
    (void)dataset;
    return std::nullopt;
  }

  /// The first so many items of each place are all that next_level asks of it, so that a forecast
  /// need not do the others; 0 for a campaign whose levels cannot be foreseen, or which has one.
  [[nodiscard]] virtual std::size_t deciding_items() const { return 0; }

  [[nodiscard]] virtual std::unique_ptr<Worker> worker() const = 0;

  /// Items of each place. The first may be another kind of work (best fit and limits before a
  /// grid).
  [[nodiscard]] virtual std::size_t items() const = 0;
  /// Work of the items before one, in units of a usual item, where they are not alike. Ascending.
  [[nodiscard]] virtual double work_before(std::uint64_t item) const {
    return static_cast<double>(item);
  }
  /// Time of the first item against that of another one, for an order of tasks that was not
  /// measured.
  [[nodiscard]] virtual double first_item_weight() const { return 1.0; }

 protected:
  Campaign() = default;
  Campaign(const Campaign&) = default;
  Campaign& operator=(const Campaign&) = default;
  Campaign(Campaign&&) = default;
  Campaign& operator=(Campaign&&) = default;
};

/// Tasks for the items that are not done yet, as runs.
/// \param done  [place][item]
std::vector<Task> missing_runs(const labelled::Axis& partition_axis,
                               const std::vector<std::vector<bool>>& done);

}  // namespace nudipole::campaign
