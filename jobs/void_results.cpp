#include "void_results.hpp"

#include "nudipole/core/text.hpp"
#include "nudipole/inference/limit.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace nudipole::jobs {
namespace {

using inference::LimitStatus;

/// Names of the experiments in words.
std::string experiments_of(const campaign::Setup& setup) { return join(setup.experiment_names()); }

/// Largest energy of the neutrinos that couple, over all experiments; 0 where there are none.
double reach_MeV(const campaign::Setup& setup) {
  double energy_MeV = 0.0;
  for (const experiment::Experiment& experiment : setup.experiments()) {
    for (const campaign::Coupling& coupling : setup.config().couplings) {
      for (const Flavour flavour : all_flavours) {
        if (coupling.ratio[index_of(flavour)] == 0.0) continue;
        energy_MeV = std::max(energy_MeV, experiment.signal().source().end_point_MeV(flavour));
      }
    }
  }
  return energy_MeV;
}

std::string couplings_of(const campaign::RunConfig& config) {
  std::vector<std::string> names;
  for (const campaign::Coupling& coupling : config.couplings) names.push_back(coupling.name);
  return join(names);
}

/// Why nothing can be made at the smallest mass; empty where something can.
std::string out_of_reach(const campaign::Setup& setup) {
  const double smallest_MeV = setup.config().mass_MeV.front();
  const prediction::Signals signals = setup.signals(smallest_MeV);
  if (!std::ranges::all_of(signals, [](const auto& signal) { return signal->is_closed(); })) {
    return {};
  }
  const double reach = reach_MeV(setup);
  if (reach == 0.0) {
    return "no neutrino of " + experiments_of(setup) + " couples to N (flavour " +
           couplings_of(setup.config()) + "): there is no limit to find";
  }
  return "every mass is out of reach: the smallest is " + shortest_text(smallest_MeV) +
         " MeV, and the neutrinos of " + experiments_of(setup) + " that couple have up to " +
         shortest_text(reach) + " MeV; masses are in MeV";
}

/// Masses that stop far below what the neutrinos can make, which may be a unit.
std::string small_masses(const campaign::Setup& setup) {
  constexpr double share = 1.0e-3;
  const std::vector<double>& masses = setup.config().mass_MeV;
  const double reach = reach_MeV(setup);
  const bool many = masses.size() > 2 && masses.back() > 100.0 * masses.front();
  if (!many || masses.back() > 1.5 * share * reach) return {};
  return "the largest mass is " + shortest_text(masses.back()) +
         " MeV, and the neutrinos have up to " + shortest_text(reach) +
         " MeV: limits will hardly depend on the mass. Are the masses meant in GeV? "
         "The keys take MeV";
}

/// How many limits have a status.
struct Count {
  std::size_t ok = 0;
  std::size_t none_in_range = 0;
  std::size_t closed = 0;
  std::size_t all = 0;
};

Count count_of(const std::vector<std::int8_t>& codes) {
  Count count;
  for (const std::int8_t code : codes) {
    ++count.all;
    if (has_value(static_cast<LimitStatus>(code))) ++count.ok;
    if (code == static_cast<std::int8_t>(LimitStatus::none_in_range)) ++count.none_in_range;
    if (code == static_cast<std::int8_t>(LimitStatus::closed)) ++count.closed;
  }
  return count;
}

std::string below_the_grid(const campaign::Setup& setup, const std::vector<double>& limits_mu_B) {
  double largest = 0.0;
  for (const double limit : limits_mu_B) {
    if (std::isfinite(limit)) largest = std::max(largest, limit);
  }
  const std::vector<double>& grid = setup.config().coupling_mu_B();
  if (grid.size() < 2 || largest == 0.0 || largest >= grid.front()) return {};
  return "every limit lies below the smallest coupling of the grid, " +
         shortest_text(grid.front()) +
         " mu_B: the map of Delta chi2 shows nothing of it (limits hold). Are the couplings meant "
         "in "
         "1/GeV? Keys for them end in per_GeV";
}

}  // namespace

std::string warning_before(const campaign::Setup& setup) {
  const std::string closed = out_of_reach(setup);
  return closed.empty() ? small_masses(setup) : closed;
}

std::string warning_after(const campaign::Setup& setup, const labelled::Dataset& dataset) {
  if (!dataset.has_field("limit_status")) return {};
  const Count count = count_of(dataset.values<std::int8_t>("limit_status"));
  if (count.all == 0 || count.ok > 0) {
    return dataset.has_field("fit_status") && setup.config().couplings.size() == 1
               ? below_the_grid(setup, dataset.values<double>("limit"))
               : std::string{};
  }
  if (count.closed == count.all) {
    const std::string reason = out_of_reach(setup);
    return reason.empty() ? "no limit was found: every mass of this part is out of reach" : reason;
  }
  if (count.none_in_range == 0) return {};
  return "no limit was found: Delta chi2 stays below its threshold up to the largest coupling, " +
         shortest_text(setup.config().coupling_mu_B().back()) +
         " mu_B; let 'coupling' reach higher";
}

}  // namespace nudipole::jobs
