#include "nudipole/flux/spectrum.hpp"

#include "support/catch2.hpp"

#include <cmath>
#include <functional>
#include <memory>
#include <vector>

using nudipole::flux::Moments;
using nudipole::flux::muon_decay_antineutrino;
using nudipole::flux::muon_decay_electron_neutrino;
using nudipole::flux::pion_decay_line;
using nudipole::flux::Spectrum;

namespace {

constexpr double muon_MeV = 105.6583755;
constexpr double end_MeV = muon_MeV / 2.0;

/// Composite Simpson rule with steps so fine that its own error is below 1e-13.
double simpson(const std::function<double(double)>& function, double lower, double upper) {
  constexpr int steps = 4000;
  const double h = (upper - lower) / steps;
  double sum = function(lower) + function(upper);
  for (int i = 1; i < steps; ++i) sum += (i % 2 == 1 ? 4.0 : 2.0) * function(lower + i * h);
  return sum * h / 3.0;
}

struct MuonDecay {
  const char* name;
  std::shared_ptr<const Spectrum> spectrum;
  std::function<double(double)> density;  ///< KDK eq. 1
};

const std::vector<MuonDecay>& muon_decays() {
  static const std::vector<MuonDecay> list{
      {"nubar_mu", muon_decay_antineutrino(),
       [](double E) { return 64.0 * E * E / std::pow(muon_MeV, 3) * (0.75 - E / muon_MeV); }},
      {"nu_e", muon_decay_electron_neutrino(),
       [](double E) { return 192.0 * E * E / std::pow(muon_MeV, 3) * (0.5 - E / muon_MeV); }}};
  return list;
}

void check(const Moments& moments, double phi0, double phi1, double phi2, double tolerance) {
  CHECK(moments.phi0 == Approx(phi0).epsilon(tolerance));
  CHECK(moments.phi1 == Approx(phi1).epsilon(tolerance));
  CHECK(moments.phi2 == Approx(phi2).epsilon(tolerance));
}

}  // namespace

TEST_CASE("spectra of muon decay are normalised") {
  for (const MuonDecay& decay : muon_decays()) {
    CHECK(decay.spectrum->moments_above(0.0).phi0 == Approx(1.0).epsilon(4e-15));
    CHECK(decay.spectrum->breaks_MeV() == std::vector{end_MeV});
    CHECK(decay.spectrum->end_point_MeV() == end_MeV);
  }
}

TEST_CASE("moments of muon decay against multi-precision integrals") {
  // Numerical integrals of KDK eq. 1 with 40 digits (tests/reference/independent/forty_digits.py).
  // Rounding; at 52.8 MeV the double E_max - x itself is good to 2e-13.
  const auto nubar_mu = muon_decay_antineutrino();
  check(nubar_mu->moments_above(0.0), 1.0, 0.03154821676520413, 0.001433217572732602, 4e-15);
  check(nubar_mu->moments_above(5.0), 0.99838465907424892, 0.031060939861683508,
        0.001236167110688114, 4e-15);
  check(nubar_mu->moments_above(30.0), 0.73774423580545048, 0.017857709383692099,
        0.00044348785772719248, 4e-15);
  check(nubar_mu->moments_above(52.8), 0.001104985419464368, 2.0921971873086474e-5,
        3.9613999468991293e-7, 5e-13);
  const auto nu_e = muon_decay_electron_neutrino();
  check(nu_e->moments_above(0.0), 1.0, 0.037857860118244956, 0.002149826359098903, 4e-15);
  check(nu_e->moments_above(5.0), 0.99684955692235681, 0.036904703317566103, 0.0017621445369186443,
        4e-15);
  check(nu_e->moments_above(30.0), 0.57947792253212099, 0.015098598729497339,
        0.00040145459780190623, 4e-15);
  check(nu_e->moments_above(52.8), 1.830141382731556e-6, 3.4655382212032417e-8,
        6.5623101470516282e-10, 5e-13);
}

TEST_CASE("moments of muon decay are the integrals of the density") {
  for (const MuonDecay& decay : muon_decays()) {
    for (const double x : {1.0, 12.3, 29.79, 41.0, 50.0, 52.0}) {
      INFO(decay.name << " above " << x << " MeV");
      const auto moment = [&](int k) {
        return simpson([&](double E) { return decay.density(E) * std::pow(E, -k); }, x, end_MeV);
      };
      // Simpson is exact for k = 0 and 1 (cubics) and below 1e-13 for k = 2; rounding of the
      // density 1/2 - E/m near the end point: 1e-16/(1 - x/E_max).
      check(decay.spectrum->moments_above(x), moment(0), moment(1), moment(2), 2e-13);
    }
  }
}

TEST_CASE("moments keep their digits at the end point") {
  for (const double distance : {1e-3, 1e-6, 1e-9}) {
    const double x = end_MeV * (1.0 - distance);
    const double Y = end_MeV - x;  // exact
    const double correction = Y / end_MeV;
    INFO("1 - x/E_max = " << distance);
    // Density there: 4/m for nubar_mu, flat to first order (d/dE [E^2 (3/4 - E/m)] = 0 at m/2);
    // 48 y/m^2 for nu_e with y = E_max - E. Next order: 1 + (k/2) Y/E_max and 1 - (4 - 2k)/3
    // Y/E_max; second order is below 3 (Y/E_max)^2.
    const double tolerance = 3.0 * correction * correction + 4e-15;
    const Moments nubar_mu = muon_decay_antineutrino()->moments_above(x);
    const double flat = 4.0 * Y / muon_MeV;
    check(nubar_mu, flat, flat / end_MeV * (1.0 + 0.5 * correction),
          flat / end_MeV / end_MeV * (1.0 + correction), tolerance);
    const Moments nu_e = muon_decay_electron_neutrino()->moments_above(x);
    const double falling = 24.0 * Y * Y / (muon_MeV * muon_MeV);
    check(nu_e, falling * (1.0 - 4.0 / 3.0 * correction),
          falling / end_MeV * (1.0 - 2.0 / 3.0 * correction), falling / end_MeV / end_MeV,
          tolerance);
  }
}

TEST_CASE("nothing is above the end point") {
  for (const MuonDecay& decay : muon_decays()) {
    for (const double x : {end_MeV, std::nextafter(end_MeV, 100.0), 60.0, 1e9}) {
      const Moments moments = decay.spectrum->moments_above(x);
      CHECK(moments.phi0 == 0.0);
      CHECK(moments.phi1 == 0.0);
      CHECK(moments.phi2 == 0.0);
    }
  }
}

TEST_CASE("pion decay gives a line") {
  const auto line = pion_decay_line();
  // (m_pi^2 - m_mu^2)/(2 m_pi), 40 digits; rounding of a difference of squares.
  const double energy = line->end_point_MeV();
  CHECK(energy == Approx(29.792140909877445).epsilon(1e-15));
  CHECK(line->breaks_MeV() == std::vector{energy});
  for (const double x : {0.0, 10.0, energy}) {
    check(line->moments_above(x), 1.0, 1.0 / energy, 1.0 / (energy * energy), 1e-15);
  }
  for (const double x : {std::nextafter(energy, 100.0), 29.8, 100.0}) {
    const Moments moments = line->moments_above(x);
    CHECK(moments.phi0 == 0.0);
    CHECK(moments.phi1 == 0.0);
    CHECK(moments.phi2 == 0.0);
  }
}

TEST_CASE("many energies at once give the same as one by one") {
  const std::vector<double> energies{3.0, 60.0, 29.79, 45.0, 0.0};
  for (const auto& spectrum :
       {pion_decay_line(), muon_decay_antineutrino(), muon_decay_electron_neutrino()}) {
    std::vector<Moments> moments(energies.size());
    spectrum->moments_above(energies, moments);
    for (std::size_t i = 0; i < energies.size(); ++i) {
      const Moments single = spectrum->moments_above(energies[i]);
      CHECK(moments[i].phi0 == single.phi0);
      CHECK(moments[i].phi1 == single.phi1);
      CHECK(moments[i].phi2 == single.phi2);
    }
  }
}
