#include "nudipole/run/levels.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>

namespace nudipole::run {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<double> coordinates(const labelled::Dataset& dataset,
                                const campaign::Campaign& campaign) {
  return std::get<std::vector<double>>(dataset.axis(campaign.partition_axis()).values);
}

}  // namespace

Levels foresee_levels(const campaign::Campaign& campaign, double budget_s) {
  const labelled::Dataset begin = campaign.begin({});
  Levels levels{.dataset = begin, .added = {coordinates(begin, campaign)}};
  const std::size_t deciding = campaign.deciding_items();
  if (deciding == 0) return levels;
  const Clock::time_point start = Clock::now();
  const auto is_late = [&] {
    return std::chrono::duration<double>(Clock::now() - start).count() > budget_s;
  };
  const auto worker = campaign.worker();
  labelled::Dataset known = begin;
  for (;;) {
    for (const campaign::Task& task : campaign.missing(known)) {
      if (task.first != 0) continue;  // decided already
      if (is_late()) {
        levels.extent = Levels::Extent::at_least;
        return levels;
      }
      known.apply((*worker)({task.place, task.coordinate, 0, deciding}));
    }
    std::optional<labelled::Dataset> next = campaign.next_level(known);
    if (!next) return levels;
    const std::vector<double> before = coordinates(known, campaign);
    const std::vector<double> after = coordinates(*next, campaign);
    std::vector<double>& added = levels.added.emplace_back();
    std::ranges::set_difference(after, before, std::back_inserter(added));
    levels.dataset = levels.dataset.grown(campaign.partition_axis(), added);
    known = *std::move(next);
  }
}

}  // namespace nudipole::run
