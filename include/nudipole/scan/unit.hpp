#pragma once

#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/scan/analysis.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace nudipole::scan {

/// A piece of work that depends on the configuration and on itself alone: couplings
/// [first_coupling, last_coupling) of one mass and, in one unit of each mass, the best fit and the
/// limits.
struct Unit {
  std::uint64_t mass = 0;  ///< index into the mass grid
  std::uint64_t first_coupling = 0;
  std::uint64_t last_coupling = 0;
  bool with_limits = false;

  bool operator==(const Unit&) const = default;
};

/// One fit as it is stored.
struct FitRecord {
  double coupling_mu_B;
  double minus_two_log_l;  ///< NaN when the fit failed
  fit::FitStatus status = fit::FitStatus::not_done;
  std::int32_t evaluations = 0;
  std::vector<double> nuisances;      ///< values [nuisance]
  std::vector<double> contributions;  ///< parts of -2 ln L [experiment], then the priors
};

/// Best fit over couplings >= 0 and limits of one experiment by itself.
struct PartResult {
  double best_coupling_mu_B;
  double best_minus_two_log_l;  ///< NaN when the fit failed
  fit::FitStatus best_status = fit::FitStatus::not_done;
  std::vector<inference::Limit> limits;  ///< [confidence][dof]
};

struct UnitResult {
  Unit unit;
  FitRecord best;                        ///< with_limits only
  std::vector<inference::Limit> limits;  ///< [confidence][dof]; with_limits only
  std::vector<PartResult> parts;         ///< [experiment], if asked for; with_limits only
  std::vector<FitRecord> grid;           ///< [last_coupling - first_coupling]
  double seconds = 0.0;                  ///< time it took
};

/// Evaluates units, one after the other. Keeps the templates of the last masses, which blocks of
/// the same mass need again: that saves time and changes no result.
class Evaluator {
 public:
  /// \param analysis  is referred to and must outlive this object
  explicit Evaluator(const Analysis& analysis) : analysis_(&analysis) {}

  /// A fit that fails becomes a record with its status.
  /// \throws Error naming mass and coupling for anything else
  UnitResult operator()(const Unit& unit);

 private:
  struct MassTemplates {
    std::uint64_t mass;
    likelihood::PortalTemplates portal;
  };
  const likelihood::PortalTemplates& templates(std::uint64_t mass);

  const Analysis* analysis_;
  std::deque<MassTemplates> recent_;  ///< the latest first
};

/// Evaluates one unit by itself.
UnitResult evaluate(const Analysis& analysis, const Unit& unit);

/// The fit at one coupling as it is stored in a result.
FitRecord evaluate_point(const Analysis& analysis, const likelihood::PortalTemplates& portal,
                         double coupling_mu_B);

}  // namespace nudipole::scan
