#include "nudipole/campaign/coupling.hpp"

#include "nudipole/core/text.hpp"

#include <algorithm>
#include <numeric>

namespace nudipole::campaign {
namespace {

constexpr std::array portal_flavours{PortalFlavour::e, PortalFlavour::mu, PortalFlavour::tau,
                                     PortalFlavour::universal};

std::array<double, flavour_count> ratio_of(PortalFlavour coupled) {
  std::array<double, flavour_count> ratio{};
  for (const Flavour flavour : all_flavours) {
    if (couples_to(coupled, flavour)) ratio[index_of(flavour)] = 1.0;
  }
  return ratio;
}

std::optional<PortalFlavour> portal_flavour(const Coupling& coupling) {
  const auto found = std::ranges::find(portal_flavours, coupling.ratio, ratio_of);
  return found == portal_flavours.end() ? std::nullopt : std::optional{*found};
}

std::string name_of(const std::array<double, flavour_count>& ratio) {
  std::vector<std::string> parts;
  for (const Flavour flavour : all_flavours) {
    const double value = ratio[index_of(flavour)];
    if (value == 0.0) continue;
    const std::string word{to_string(flavour)};
    parts.push_back(value == 1.0 ? word : shortest_text(value) + "*" + word);
  }
  return join(parts, "+");
}

}  // namespace

double Coupling::squared_ratios() const {
  return std::inner_product(ratio.begin(), ratio.end(), ratio.begin(), 0.0);
}

Eigen::ArrayXXd Coupling::events(const prediction::DipoleEvents& events) const {
  const auto& nucleus = events.nucleus;
  Eigen::ArrayXXd sum = Eigen::ArrayXXd::Zero(nucleus.front().rows(), nucleus.front().cols());
  for (std::size_t f = 0; f < flavour_count; ++f) {
    if (ratio[f] == 0.0) continue;
    sum += ratio[f] * ratio[f] * (nucleus[f] + events.electron[f]);
  }
  return sum;
}

Coupling coupling_of(PortalFlavour flavour, std::vector<double> grid_mu_B) {
  return {std::string{to_string(flavour)}, ratio_of(flavour), std::move(grid_mu_B)};
}

Coupling coupling_of(const std::array<double, flavour_count>& ratio,
                     std::vector<double> grid_mu_B) {
  Coupling coupling{name_of(ratio), ratio, std::move(grid_mu_B)};
  if (const auto flavour = portal_flavour(coupling)) coupling.name = to_string(*flavour);
  return coupling;
}

Pairs canonical_pairs(const std::vector<Coupling>& couplings) {
  if (couplings.size() > 1) {
    Pairs pairs;
    for (const Coupling& coupling : couplings) {
      const std::string key = "couplings." + coupling.name;
      if (coupling.is_mapped()) {
        pairs.emplace_back(key + ".values_mu_B", list_text(coupling.grid_mu_B));
      } else {
        pairs.emplace_back(key + ".profiled", "true");
      }
    }
    return pairs;
  }
  const Coupling& one = couplings.front();
  Pairs pairs;
  if (const auto known = portal_flavour(one)) {
    pairs.emplace_back("flavour", to_string(*known));
  } else {
    for (const Flavour flavour : all_flavours) {
      pairs.emplace_back("couplings." + std::string{to_string(flavour)},
                         shortest_text(one.ratio[index_of(flavour)]));
    }
  }
  return pairs;
}

}  // namespace nudipole::campaign
