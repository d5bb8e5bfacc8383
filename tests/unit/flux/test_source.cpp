#include "nudipole/flux/source.hpp"

#include "support/catch2.hpp"

using nudipole::Flavour;
using nudipole::Helicity;
using nudipole::flux::Component;
using nudipole::flux::pion_decay_at_rest;
using nudipole::flux::Source;

TEST_CASE("pion decay at rest gives three species of equal fluence") {
  const Source source = pion_decay_at_rest(
      {.protons_on_target = 3.198e23, .neutrinos_per_proton = 0.0848, .distance_cm = 1930.0});
  REQUIRE(source.components.size() == 3);
  for (const Component& component : source.components) {
    // 0.0848 x 3.198e23/(4 pi (1930 cm)^2), 40 digits
    // (tests/reference/independent/forty_digits.py).
    CHECK(component.fluence_per_cm2 == Approx(579361763793233.82).epsilon(1e-15));
    CHECK(component.spectrum->moments_above(0.0).phi0 == Approx(1.0).epsilon(4e-15));
  }

  // pi+ -> mu+ nu_mu, then mu+ -> e+ nu_e nubar_mu.
  const Component& nu_mu = source.components[0];
  CHECK(nu_mu.name == "nu_mu");
  CHECK(nu_mu.flavour == Flavour::mu);
  CHECK(nu_mu.helicity == Helicity::neutrino);
  CHECK(nu_mu.arrival == "prompt");
  const Component& nubar_mu = source.components[1];
  CHECK(nubar_mu.name == "nubar_mu");
  CHECK(nubar_mu.flavour == Flavour::mu);
  CHECK(nubar_mu.helicity == Helicity::antineutrino);
  CHECK(nubar_mu.arrival == "delayed");
  const Component& nu_e = source.components[2];
  CHECK(nu_e.name == "nu_e");
  CHECK(nu_e.flavour == Flavour::e);
  CHECK(nu_e.helicity == Helicity::neutrino);
  CHECK(nu_e.arrival == "delayed");
  // The mean energies tell the two spectra apart: 7/10 and 3/5 of E_max. Inverse energies here:
  // Phi_1(0) of nu_e is 2/E_max, of nubar_mu (5/3)/E_max.
  CHECK(nu_e.spectrum->moments_above(0.0).phi1 == Approx(2.0 / 52.82918775).epsilon(1e-14));
  CHECK(nubar_mu.spectrum->moments_above(0.0).phi1 ==
        Approx(5.0 / 3.0 / 52.82918775).epsilon(1e-14));
}

TEST_CASE("the end point of a source is its largest") {
  Source source = pion_decay_at_rest(
      {.protons_on_target = 1e20, .neutrinos_per_proton = 0.1, .distance_cm = 100.0});
  CHECK(source.end_point_MeV() == 52.82918775);  // m_mu/2
  source.components.resize(1);
  CHECK(source.end_point_MeV() == Approx(29.792140909877445).epsilon(1e-15));
  source.components.clear();
  CHECK(source.end_point_MeV() == 0.0);
}
