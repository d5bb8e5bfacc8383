#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace nudipole::run {

/// How much of a campaign is done, read off the codes in its dataset (rules at campaign::Campaign).
struct Progress {
  std::size_t places_done = 0;
  std::size_t places_total = 0;
  std::size_t items_done = 0;  ///< codes of fields of role progress
  std::size_t items_total = 0;
  std::size_t failed = 0;  ///< codes of any field that say so

  bool operator==(const Progress&) const = default;
};

Progress progress_of(const labelled::Dataset& dataset, std::string_view partition_axis);

/// "24 of 60 masses".
std::string places_text(const Progress& progress, std::string_view noun);

/// The results of a campaign as they arrive, with their progress kept up to date.
class ResultTable {
 public:
  /// Name of the field, over the partition axis, with the time that the work of a place took.
  static constexpr const char* time_field = "compute_time";

  /// \param dataset  of a campaign; the time field is added where it is missing
  ResultTable(labelled::Dataset dataset, std::string partition_axis);

  [[nodiscard]] const labelled::Dataset& dataset() const { return dataset_; }
  [[nodiscard]] const std::string& partition_axis() const { return partition_axis_; }
  /// Costs nothing to ask.
  [[nodiscard]] const Progress& progress() const { return progress_; }

  /// Takes over what a task has found out. \param seconds  that it took
  /// \throws Error (unexpected) for a patch that does not fit or is not about the task's place
  void store(const campaign::Task& task, const labelled::Patch& patch, double seconds);

 private:
  labelled::Dataset dataset_;
  std::string partition_axis_;
  Progress progress_;
};

}  // namespace nudipole::run
