#include "nudipole/run/progress.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <array>

namespace nudipole::run {
namespace {

using labelled::Dataset;
using labelled::Field;
using labelled::FieldRole;

/// Codes of a field that mean one of the words.
template <std::size_t count>
std::vector<std::int8_t> codes_of(const Field& field,
                                  const std::array<std::string_view, count>& words) {
  std::vector<std::int8_t> codes;
  for (const auto& [code, meaning] : field.flags) {
    if (std::ranges::find(words, meaning) != words.end()) {
      codes.push_back(static_cast<std::int8_t>(code));
    }
  }
  return codes;
}

bool is_one_of(std::int8_t code, const std::vector<std::int8_t>& codes) {
  return std::ranges::find(codes, code) != codes.end();
}

/// Progress of one place.
Progress at_place(const Dataset& dataset, std::string_view partition_axis, std::size_t place) {
  static constexpr std::array<std::string_view, 1> open{"not_done"};
  static constexpr std::array<std::string_view, 2> none{"not_wanted", "elsewhere"};
  static constexpr std::array<std::string_view, 2> bad{"failed", "not_converged"};
  Progress progress{.places_done = 1, .places_total = 1};
  for (const Field& field : dataset.fields()) {
    if (field.flags.empty() || field.axes.empty() || field.axes.front() != partition_axis) continue;
    if (!std::holds_alternative<std::vector<std::int8_t>>(field.values)) continue;
    const std::vector<std::int8_t> missing = codes_of(field, open);
    const std::vector<std::int8_t> nothing = codes_of(field, none);
    const std::vector<std::int8_t> failing = codes_of(field, bad);
    const auto codes = dataset.slice<std::int8_t>(field.name, {place});
    std::size_t done = 0;
    std::size_t total = 0;
    for (const std::int8_t code : codes) {
      if (is_one_of(code, nothing)) continue;
      ++total;
      if (!is_one_of(code, missing)) ++done;
      if (is_one_of(code, failing)) ++progress.failed;
    }
    if (done != total) progress.places_done = 0;
    if (field.role != FieldRole::progress) continue;
    progress.items_done += done;
    progress.items_total += total;
  }
  return progress;
}

void add(Progress& sum, const Progress& part) {
  sum.places_done += part.places_done;
  sum.places_total += part.places_total;
  sum.items_done += part.items_done;
  sum.items_total += part.items_total;
  sum.failed += part.failed;
}

void take_away(Progress& sum, const Progress& part) {
  sum.places_done -= part.places_done;
  sum.places_total -= part.places_total;
  sum.items_done -= part.items_done;
  sum.items_total -= part.items_total;
  sum.failed -= part.failed;
}

}  // namespace

Progress progress_of(const Dataset& dataset, std::string_view partition_axis) {
  Progress progress;
  for (std::size_t place = 0; place < dataset.axis(partition_axis).size(); ++place) {
    add(progress, at_place(dataset, partition_axis, place));
  }
  return progress;
}

std::string places_text(const Progress& progress, std::string_view noun) {
  return std::to_string(progress.places_done) + " of " + std::to_string(progress.places_total) +
         " " + std::string{noun};
}

ResultTable::ResultTable(Dataset dataset, std::string partition_axis)
    : dataset_(std::move(dataset)), partition_axis_(std::move(partition_axis)) {
  if (!dataset_.has_field(time_field)) {
    dataset_.add_empty_field<double>({.name = time_field,
                                      .units = "s",
                                      .long_name = "time that the work of this place took",
                                      .axes = {partition_axis_},
                                      .role = FieldRole::timing});
  }
  progress_ = progress_of(dataset_, partition_axis_);
}

void ResultTable::store(const campaign::Task& task, const labelled::Patch& patch, double seconds) {
  const auto is_elsewhere = [&](const labelled::Piece& piece) {
    const Field& field = dataset_.field(piece.field);
    return piece.place != task.place && !field.axes.empty() &&
           field.axes.front() == partition_axis_;
  };
  if (task.place >= dataset_.axis(partition_axis_).size() ||
      std::ranges::any_of(patch, is_elsewhere)) {
    throw Error(ErrorKind::unexpected, "a result is not about the place of its task");
  }
  const Progress before = at_place(dataset_, partition_axis_, task.place);
  dataset_.apply(patch);
  dataset_.values<double>(time_field)[task.place] += seconds;
  add(progress_, at_place(dataset_, partition_axis_, task.place));
  take_away(progress_, before);
}

}  // namespace nudipole::run
