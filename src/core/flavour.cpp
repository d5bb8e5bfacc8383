#include "nudipole/core/flavour.hpp"

namespace nudipole {

std::string_view to_string(Flavour flavour) noexcept {
  constexpr std::array names{"e", "mu", "tau"};
  return names[index_of(flavour)];
}

std::string_view to_string(PortalFlavour portal) noexcept {
  constexpr std::array names{"e", "mu", "tau", "universal"};
  return names[static_cast<std::size_t>(portal)];
}

std::optional<Flavour> parse_flavour(std::string_view text) noexcept {
  for (const Flavour flavour : all_flavours) {
    if (text == to_string(flavour)) return flavour;
  }
  return std::nullopt;
}

std::optional<PortalFlavour> parse_portal_flavour(std::string_view text) noexcept {
  for (const PortalFlavour portal :
       {PortalFlavour::e, PortalFlavour::mu, PortalFlavour::tau, PortalFlavour::universal}) {
    if (text == to_string(portal)) return portal;
  }
  return std::nullopt;
}

}  // namespace nudipole
