#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace nudipole {

/// Flavour of an active neutrino.
enum class Flavour { e, mu, tau };

inline constexpr std::array all_flavours{Flavour::e, Flavour::mu, Flavour::tau};
inline constexpr std::size_t flavour_count = all_flavours.size();

enum class Helicity { neutrino, antineutrino };

constexpr std::size_t index_of(Flavour flavour) { return static_cast<std::size_t>(flavour); }

/// Which active neutrinos couple to N: one flavour, or all with one common moment (KDK).
enum class PortalFlavour { e, mu, tau, universal };

/// True when the portal of `portal` upscatters neutrinos of `flavour`.
constexpr bool couples_to(PortalFlavour portal, Flavour flavour) {
  return portal == PortalFlavour::universal ||
         static_cast<std::size_t>(portal) == static_cast<std::size_t>(flavour);
}

std::string_view to_string(Flavour flavour) noexcept;
std::string_view to_string(PortalFlavour portal) noexcept;

/// "e", "mu" or "tau"; nothing for another text.
std::optional<Flavour> parse_flavour(std::string_view text) noexcept;
/// "e", "mu", "tau" or "universal"; nothing for another text.
std::optional<PortalFlavour> parse_portal_flavour(std::string_view text) noexcept;

}  // namespace nudipole
