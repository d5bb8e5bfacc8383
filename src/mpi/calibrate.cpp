#include "nudipole/mpi/calibrate.hpp"

#include "nudipole/core/error.hpp"

#include <boost/mpi/collectives.hpp>
#include <boost/mpi/communicator.hpp>
#include <boost/serialization/vector.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace nudipole::mpi {
namespace {

/// Costs are smooth in the mass but for some thresholds.
constexpr std::size_t least_samples = 8;
constexpr std::size_t numbers_per_sample = 4;

/// Samples of one worker as they are sent: mass, templates, limits, coupling.
std::vector<double> measure(const scan::Analysis& analysis, const scan::Shard& shard,
                            std::size_t worker, std::size_t workers) {
  const std::size_t count = scan::masses_in(shard, analysis.config().mass_MeV.size());
  if (count == 0) return {};
  const std::vector<std::size_t> places = scan::spread(count, std::max(least_samples, workers));
  std::vector<double> numbers;
  for (std::size_t i = worker; i < places.size(); i += workers) {
    const std::size_t mass = shard.index + places[i] * shard.count;
    try {
      // The first templates of a process are slower (memory, caches): not counted.
      if (numbers.empty()) (void)analysis.portal(analysis.config().mass_MeV[mass]);
      const scan::MassCost cost = scan::sample_cost(analysis, mass);
      numbers.insert(numbers.end(), {static_cast<double>(mass), cost.templates_s, cost.limits_s,
                                     cost.per_coupling_s});
    } catch (const Error&) {
      // The evaluation of the mass will say it better; here only its time stays unknown.
    }
  }
  return numbers;
}

}  // namespace

scan::CostModel calibrate(const Session& session, const scan::Analysis& analysis,
                          const scan::Shard& shard) {
  // With few masses the samples would be a good part of the work.
  const std::size_t masses_here = scan::masses_in(shard, analysis.config().mass_MeV.size());
  if (session.size() <= 2 || masses_here < least_samples) return scan::CostModel::uniform();
  const auto workers = static_cast<std::size_t>(session.size() - 1);
  std::vector<double> mine;
  if (!session.is_root()) {
    mine = measure(analysis, shard, static_cast<std::size_t>(session.rank() - 1), workers);
  }
  std::vector<std::vector<double>> all;
  boost::mpi::gather(*session.communicator(), mine, all, 0);

  std::map<std::size_t, scan::MassCost> by_mass;
  for (const std::vector<double>& numbers : all) {
    for (std::size_t i = 0; i < numbers.size(); i += numbers_per_sample) {
      by_mass[static_cast<std::size_t>(numbers[i])] = {.templates_s = numbers[i + 1],
                                                       .limits_s = numbers[i + 2],
                                                       .per_coupling_s = numbers[i + 3]};
    }
  }
  if (by_mass.empty()) return scan::CostModel::uniform();
  std::vector<std::size_t> masses;
  std::vector<scan::MassCost> costs;
  for (const auto& [mass, cost] : by_mass) {
    masses.push_back(mass);
    costs.push_back(cost);
  }
  return {std::move(masses), std::move(costs)};
}

}  // namespace nudipole::mpi
