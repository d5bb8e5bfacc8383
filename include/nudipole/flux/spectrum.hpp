#pragma once

#include <memory>
#include <span>
#include <vector>

namespace nudipole::flux {

/// Moments of a spectrum above an energy x: Phi_k(x) = integral_x^Emax phi(E) E^-k dE, k = 0, 1, 2.
struct Moments {
  double phi0;
  double phi1;
  double phi2;
};

/// An energy spectrum whose moments are known in closed form.
class Spectrum {
 public:
  virtual ~Spectrum() = default;

  /// Phi_k above each energy [n], in 1, 1/MeV, 1/MeV^2 for a spectrum normalised to 1. Energies
  /// above the end point give exactly 0.
  virtual void moments_above(std::span<const double> energies_MeV,
                             std::span<Moments> moments) const = 0;
  /// Energies [MeV] where the spectrum is not smooth, ascending; the last is the end point. The
  /// recoil spectrum of each must be a panel edge of recoil integrals.
  [[nodiscard]] virtual const std::vector<double>& breaks_MeV() const = 0;

  [[nodiscard]] double end_point_MeV() const { return breaks_MeV().back(); }
  [[nodiscard]] Moments moments_above(double energy_MeV) const;

 protected:
  Spectrum() = default;
  Spectrum(const Spectrum&) = default;
  Spectrum& operator=(const Spectrum&) = default;
  Spectrum(Spectrum&&) = default;
  Spectrum& operator=(Spectrum&&) = default;
};

/// Neutrinos of one energy [MeV], > 0: Phi_k = E^-k up to it.
std::shared_ptr<const Spectrum> line_spectrum(double energy_MeV);

/// Muon neutrinos of pi+ decay at rest: a line at (m_pi^2 - m_mu^2)/(2 m_pi) = 29.79 MeV.
std::shared_ptr<const Spectrum> pion_decay_line();
/// nubar_mu of mu+ decay at rest: 64 E^2/m_mu^3 (3/4 - E/m_mu) up to m_mu/2 (KDK eq. 1).
std::shared_ptr<const Spectrum> muon_decay_antineutrino();
/// nu_e of mu+ decay at rest: 192 E^2/m_mu^3 (1/2 - E/m_mu) up to m_mu/2 (KDK eq. 1, which prints
/// nubar_e for nu_e).
std::shared_ptr<const Spectrum> muon_decay_electron_neutrino();

}  // namespace nudipole::flux
