#include "unit_suffix.hpp"

#include <array>
#include <utility>

namespace nudipole::config {
namespace {

// Those of declared keys, and others that people may think of in their place.
constexpr std::array<std::pair<std::string_view, std::string_view>, 47> units{{
    {"eV", "eV"},
    {"keV", "keV"},
    {"MeV", "MeV"},
    {"GeV", "GeV"},
    {"TeV", "TeV"},
    {"eVee", "eVee"},
    {"keVee", "keVee"},
    {"MeVee", "MeVee"},
    {"eVnr", "eVnr"},
    {"keVnr", "keVnr"},
    {"per_eV", "1/eV"},
    {"per_keV", "1/keV"},
    {"per_MeV", "1/MeV"},
    {"per_GeV", "1/GeV"},
    {"per_keVee", "1/keVee"},
    {"mu_B", "mu_B"},
    {"g", "g"},
    {"kg", "kg"},
    {"t", "t"},
    {"ton", "t"},
    {"tonne", "t"},
    {"tonnes", "t"},
    {"fm", "fm"},
    {"mm", "mm"},
    {"cm", "cm"},
    {"m", "m"},
    {"km", "km"},
    {"ns", "ns"},
    {"us", "us"},
    {"ms", "ms"},
    {"s", "s"},
    {"min", "min"},
    {"h", "h"},
    {"hours", "h"},
    {"d", "d"},
    {"days", "d"},
    {"y", "y"},
    {"years", "y"},
    {"per_ns", "1/ns"},
    {"per_us", "1/us"},
    {"per_ms", "1/ms"},
    {"per_s", "1/s"},
    {"per_cm2_s", "1/(cm^2 s)"},
    {"per_m2_s", "1/(m^2 s)"},
    {"W", "W"},
    {"MW", "MW"},
    {"GW", "GW"},
}};

}  // namespace

std::optional<NameWithUnit> split_unit(std::string_view name) {
  std::optional<NameWithUnit> longest;
  for (const auto& [suffix, shown] : units) {
    if (name.size() < suffix.size() + 2 || !name.ends_with(suffix)) continue;
    const std::size_t length = name.size() - suffix.size() - 1;
    if (name[length] != '_') continue;
    if (longest && longest->stem.size() <= length) continue;
    longest = NameWithUnit{std::string{name.substr(0, length)}, std::string{shown}};
  }
  return longest;
}

bool same_in_another_unit(std::string_view a, std::string_view b) {
  const auto first = split_unit(a);
  const auto second = split_unit(b);
  return first && second && first->stem == second->stem && first->unit != second->unit;
}

}  // namespace nudipole::config
