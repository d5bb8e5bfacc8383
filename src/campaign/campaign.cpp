#include "nudipole/campaign/campaign.hpp"

#include "nudipole/campaign/campaigns.hpp"

namespace nudipole::campaign {

std::vector<Task> missing_runs(const labelled::Axis& partition_axis,
                               const std::vector<std::vector<bool>>& done) {
  const auto& coordinates = std::get<std::vector<double>>(partition_axis.values);
  std::vector<Task> tasks;
  for (std::size_t place = 0; place < done.size(); ++place) {
    const std::vector<bool>& items = done[place];
    for (std::size_t i = 0; i < items.size();) {
      while (i < items.size() && items[i]) ++i;
      const std::size_t first = i;
      while (i < items.size() && !items[i]) ++i;
      if (i > first) tasks.push_back({place, coordinates[place], first, i});
    }
  }
  return tasks;
}

std::unique_ptr<Campaign> make_scan(std::shared_ptr<const Setup> setup) {
  return std::holds_alternative<Likelihood>(setup->constraint()) ? make_grid(std::move(setup))
                                                                 : make_bound(std::move(setup));
}

std::unique_ptr<Campaign> make_campaign(std::shared_ptr<const Setup> setup) {
  return setup->config().toys ? make_toys(std::move(setup)) : make_scan(std::move(setup));
}

}  // namespace nudipole::campaign
