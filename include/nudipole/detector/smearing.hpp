#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <span>

namespace nudipole::detector {

/// Distribution of the observed energy x (in the unit of the experiment's energy axis) for a given
/// electron-equivalent energy.
class Smearing {
 public:
  virtual ~Smearing() = default;
  /// Density [1/unit of x] at each x [n]; of a sharp response: never called. Fills a buffer of the
  /// caller: this is the innermost loop of a response, and what depends on E_ee alone is worked out
  /// once for all x.
  virtual void densities(std::span<const double> observed, double e_ee_MeV,
                         std::span<double> result) const = 0;
  /// The same at one x.
  [[nodiscard]] double density(double observed, double e_ee_MeV) const {
    double result = 0.0;
    densities({&observed, 1}, e_ee_MeV, {&result, 1});
    return result;
  }
  /// Probability of lower <= x < upper.
  [[nodiscard]] virtual double probability(double lower, double upper, double e_ee_MeV) const = 0;
  /// The same for adjoining bins. \param edges  [n + 1], ascending \param result  [n]
  virtual void probabilities(std::span<const double> edges, double e_ee_MeV,
                             std::span<double> result) const;
  /// Mean of x.
  [[nodiscard]] virtual double mean(double e_ee_MeV) const = 0;
  /// Width over which the density varies, in the unit of x; > 0 for e_ee > 0.
  [[nodiscard]] virtual double width(double e_ee_MeV) const = 0;
  /// How many widths from the mean less than 1e-22 of the distribution is left: 10 of a Gaussian.
  [[nodiscard]] virtual double reach(double) const { return 10.0; }
  /// Longest step of E_ee [MeV] over which a rule of 8 points still resolves the response; recoil
  /// panels are cut finer where E_ee changes by more. Infinite: the response is smooth in ln T.
  [[nodiscard]] virtual double largest_step_MeV(double) const {
    return std::numeric_limits<double>::infinity();
  }
  /// The observed energy itself where there is no spread, else nothing.
  [[nodiscard]] virtual std::optional<double> sharp_value(double) const { return std::nullopt; }

 protected:
  Smearing() = default;
  Smearing(const Smearing&) = default;
  Smearing& operator=(const Smearing&) = default;
  Smearing(Smearing&&) = default;
  Smearing& operator=(Smearing&&) = default;
};

/// Photoelectron distribution of the CsI[Na] 2022 analysis (COHERENT, arXiv:2110.07730):
/// f(x) = (a (1+b))^(1+b) x^b exp(-a (1+b) x)/Gamma(1+b), a = scale/E_ee, b = rate E_ee.
/// Its mean is 1/a photoelectrons.
/// \param scale_MeV      E_ee of one photoelectron
/// \param rate_per_MeV   growth of b
std::shared_ptr<const Smearing> gamma_smearing(double scale_MeV, double rate_per_MeV);

/// x = yield E_ee without spread (KDK's treatment of CsI 2017).
/// \param yield_per_MeV  units of x per MeV of electron-equivalent energy
std::shared_ptr<const Smearing> sharp_smearing(double yield_per_MeV);

/// What becomes of the part of an ionisation signal's distribution below zero.
enum class Truncation {
  none,    ///< lost: a plain Gaussian
  at_zero  ///< none is there: the Gaussian above 0 is scaled up to 1
};

/// Resolution of an ionisation detector; x in keV.
struct IonisationResolution {
  double noise_keV;        ///< electronic noise, > 0
  double pair_energy_keV;  ///< mean energy of an electron-hole pair
  double fano;             ///< Fano factor
  Truncation truncation;
};

/// Gaussian around E_ee with sigma^2 = noise^2 + pair energy x Fano factor x E_ee, on x > 0 with
/// the factor 2/(1 + erf(E_ee/(sqrt(2) sigma))) if truncated (C22 eq. 2.7, AC22 eq. 12).
std::shared_ptr<const Smearing> ionisation_smearing(const IonisationResolution& resolution);
/// Standard deviation of an energy in keV against the energy E in keV:
/// constant + root sqrt(E) + linear E + quadratic E^2 + cubic E^3.
struct ResolutionPolynomial {
  double constant = 0.0;
  double root = 0.0;
  double linear = 0.0;
  double quadratic = 0.0;
  double cubic = 0.0;

  /// \param energy_keV  >= 0 \return keV
  [[nodiscard]] double width_keV(double energy_keV) const;
};
/// Mean of an observed energy in keV against the energy E in keV: offset + slope E + quadratic E^2
/// + exponential exp(-E/decay). As it stands the observed energy is E itself.
struct PositionCurve {
  double offset = 0.0;
  double slope = 1.0;
  double quadratic = 0.0;
  double exponential = 0.0;
  double decay = 1.0;  ///< > 0

  /// \param energy_keV  >= 0 \return keV
  [[nodiscard]] double position_keV(double energy_keV) const;
  /// Its derivative.
  [[nodiscard]] double slope_at(double energy_keV) const;
};
/// Gaussian in x (keV, keVee) around the curve's position, with the standard deviation of a
/// polynomial in E_ee. Where the polynomial is not positive it means nothing: a NumericalError.
std::shared_ptr<const Smearing> gaussian_smearing(const ResolutionPolynomial& resolution,
                                                  const PositionCurve& position = {});
/// Gaussian in x = E_ee (keVee) with standard deviation coefficient x sqrt(E_ee/keV): the
/// resolution of CENNS-10 (arXiv:2006.12659). What falls below x = 0 is lost. \param
/// coefficient_keV  standard deviation at 1 keVee, > 0
std::shared_ptr<const Smearing> square_root_smearing(double coefficient_keV);

}  // namespace nudipole::detector
