#include "fit_count.hpp"

namespace nudipole::jobs {

FitCount count_fits(const labelled::Dataset& dataset, const run::Progress& progress) {
  if (dataset.has_field("limit_status") && !dataset.has_field("fit_status")) return {0, 0};
  FitCount count{progress.items_done, progress.items_total};
  if (!dataset.has_field("best_status")) return count;
  for (std::size_t mass = 0; mass < progress.places_total; ++mass) {
    ++count.total;
    const auto best = dataset.slice<std::int8_t>("best_status", {mass});
    if (best.back() != labelled::not_done) ++count.done;  // the last one is the joint fit
  }
  return count;
}

}  // namespace nudipole::jobs
