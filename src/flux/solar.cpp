#include "nudipole/flux/solar.hpp"

#include "nudipole/core/units.hpp"

#include <string>

namespace nudipole::flux {
namespace {

/// \param spectrum_of  function Flavour -> spectrum; null: none of this flavour
template <class SpectrumOf>
Source assemble(const SolarIntensity& intensity, SpectrumOf&& spectrum_of) {
  Source source;
  for (const Flavour flavour : all_flavours) {
    std::shared_ptr<const Spectrum> spectrum = spectrum_of(flavour);
    if (!spectrum) continue;
    source.components.push_back(
        {.name = (intensity.origin.empty() ? "" : intensity.origin + " ") + "nu_" +
                 std::string{to_string(flavour)},
         .flavour = flavour,
         .helicity = Helicity::neutrino,
         .arrival = "steady",
         .fluence_per_cm2 =
             intensity.flux_per_cm2_s * intensity.exposure_days * units::seconds_per_day,
         .spectrum = std::move(spectrum),
         .origin = intensity.origin});
  }
  return source;
}

}  // namespace

Source solar_neutrinos(const SolarFlux& flux, const FlavourTables& probabilities) {
  return assemble(flux.intensity, [&](Flavour flavour) {
    return product_spectrum(flux.shape, probabilities[index_of(flavour)]);
  });
}

Source solar_neutrinos(const SolarFlux& flux, const FlavourShares& shares) {
  return assemble(flux.intensity, [&](Flavour flavour) -> std::shared_ptr<const Spectrum> {
    const double share = shares[index_of(flavour)];
    if (share == 0.0) return nullptr;
    PiecewiseLinear part = flux.shape;
    for (double& value : part.values) value *= share;
    return piecewise_linear_spectrum(std::move(part));
  });
}

Source solar_neutrinos(const SolarLine& line, const FlavourShares& shares) {
  Source source = assemble(line.intensity, [&](Flavour flavour) {
    return shares[index_of(flavour)] > 0.0 ? line_spectrum(line.energy_MeV) : nullptr;
  });
  for (Component& component : source.components) {
    component.fluence_per_cm2 *= shares[index_of(component.flavour)];
  }
  return source;
}

}  // namespace nudipole::flux
