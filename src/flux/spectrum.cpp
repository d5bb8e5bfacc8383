#include "nudipole/flux/spectrum.hpp"

#include "nudipole/core/constants.hpp"

namespace nudipole::flux {
namespace {

using constants::muon_mass_MeV;
using constants::pion_mass_MeV;

class LineSpectrum final : public Spectrum {
 public:
  explicit LineSpectrum(double energy_MeV) : breaks_{energy_MeV} {}

  void moments_above(std::span<const double> energies_MeV,
                     std::span<Moments> moments) const override {
    const double energy = breaks_.front();
    const Moments below{.phi0 = 1.0, .phi1 = 1.0 / energy, .phi2 = 1.0 / (energy * energy)};
    for (std::size_t i = 0; i < energies_MeV.size(); ++i) {
      moments[i] = energies_MeV[i] <= energy ? below : Moments{0.0, 0.0, 0.0};
    }
  }
  [[nodiscard]] const std::vector<double>& breaks_MeV() const override { return breaks_; }

 private:
  std::vector<double> breaks_;
};

/// phi(E) = E^2 (a + b y) with y = E_max - E on 0 < E < E_max = m_mu/2. With Y = E_max - x the
/// moments are polynomials in Y with all powers of Y explicit, so that nothing cancels near the
/// end point.
class MuonDecaySpectrum final : public Spectrum {
 public:
  MuonDecaySpectrum(double constant, double slope)
      : constant_(constant), slope_(slope), breaks_{end_point} {}

  void moments_above(std::span<const double> energies_MeV,
                     std::span<Moments> moments) const override {
    constexpr double E = end_point;
    const double a = constant_;
    const double b = slope_;
    for (std::size_t i = 0; i < energies_MeV.size(); ++i) {
      const double Y = energies_MeV[i] < E ? E - energies_MeV[i] : 0.0;
      // integral_0^Y (E - y)^p (a + b y) dy for p = 2, 1, 0
      moments[i] = {.phi0 = Y * (E * E * a + Y * ((E * E * b - 2.0 * E * a) / 2.0 +
                                                  Y * ((a - 2.0 * E * b) / 3.0 + Y * (b / 4.0)))),
                    .phi1 = Y * (E * a + Y * ((E * b - a) / 2.0 - Y * (b / 3.0))),
                    .phi2 = Y * (a + Y * (b / 2.0))};
    }
  }
  [[nodiscard]] const std::vector<double>& breaks_MeV() const override { return breaks_; }

 private:
  static constexpr double end_point = 0.5 * muon_mass_MeV;

  double constant_;
  double slope_;
  std::vector<double> breaks_;
};

constexpr double muon_mass_cubed = muon_mass_MeV * muon_mass_MeV * muon_mass_MeV;

}  // namespace

Moments Spectrum::moments_above(double energy_MeV) const {
  Moments moments{};
  moments_above(std::span{&energy_MeV, 1}, std::span{&moments, 1});
  return moments;
}

std::shared_ptr<const Spectrum> line_spectrum(double energy_MeV) {
  return std::make_shared<LineSpectrum>(energy_MeV);
}

std::shared_ptr<const Spectrum> pion_decay_line() {
  return line_spectrum((pion_mass_MeV * pion_mass_MeV - muon_mass_MeV * muon_mass_MeV) /
                       (2.0 * pion_mass_MeV));
}

std::shared_ptr<const Spectrum> muon_decay_antineutrino() {
  // 3/4 - E/m = 1/4 + y/m
  return std::make_shared<MuonDecaySpectrum>(16.0 / muon_mass_cubed,
                                             64.0 / (muon_mass_cubed * muon_mass_MeV));
}

std::shared_ptr<const Spectrum> muon_decay_electron_neutrino() {
  // 1/2 - E/m = y/m
  return std::make_shared<MuonDecaySpectrum>(0.0, 192.0 / (muon_mass_cubed * muon_mass_MeV));
}

}  // namespace nudipole::flux
