#include "nudipole/campaign/mass_likelihood.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/prediction/single_signal.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <mutex>

namespace nudipole::campaign {
namespace {

constexpr const char* argument = "coupling_mu_B";

double squared_mu_B2(double coupling_mu_B) {
  if (!std::isfinite(coupling_mu_B)) {
    throw ConfigError("the coupling is not a finite number",
                      {.where = argument, .expected = "d in Bohr magnetons, e.g. 2e-9"});
  }
  return DipoleCoupling::from_mu_B(coupling_mu_B).squared_mu_B2();
}

/// Bins of all data sets together.
Eigen::Index bin_count(const likelihood::Joint& joint) {
  std::size_t count = 0;
  for (const likelihood::Term& term : joint.terms()) count += term.bin_count();
  return static_cast<Eigen::Index>(count);
}

double checked_mass(double mass_MeV) {
  if (std::isfinite(mass_MeV) && mass_MeV >= 0.0) return mass_MeV;
  throw ConfigError("the mass is " + shortest_text(mass_MeV),
                    {.where = "mass_MeV", .expected = "a finite number >= 0"});
}

void check_level(double confidence, int dof) {
  if (!(confidence > 0.0 && confidence < 1.0)) {
    throw ConfigError("the confidence level is " + shortest_text(confidence),
                      {.where = "confidence", .expected = "a number between 0 and 1, e.g. 0.9"});
  }
  if (dof < 1) {
    throw ConfigError("there are " + std::to_string(dof) + " degrees of freedom",
                      {.where = "dof", .expected = "1 or more"});
  }
}

}  // namespace

/// Profiles with the memory that fits take, which waits here between calls. Threads have one each
/// during a call, and no result depends on earlier calls.
class MassLikelihood::Profiles {
 public:
  explicit Profiles(std::function<inference::Profile()> make) : make_(std::move(make)) {}

  /// A profile for as long as this lives.
  class Lease {
   public:
    explicit Lease(Profiles& owner) : owner_(&owner), profile_(owner.take()) {}
    ~Lease() { owner_->give_back(std::move(profile_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease(Lease&&) = delete;
    Lease& operator=(Lease&&) = delete;

    const inference::Profile* operator->() const { return profile_.get(); }

   private:
    Profiles* owner_;
    std::unique_ptr<const inference::Profile> profile_;
  };

 private:
  std::unique_ptr<const inference::Profile> take() {
    {
      const std::scoped_lock lock{mutex_};
      if (!waiting_.empty()) {
        auto profile = std::move(waiting_.back());
        waiting_.pop_back();
        return profile;
      }
      waiting_.reserve(++made_);  // giving back takes no memory
    }
    return std::make_unique<const inference::Profile>(make_());
  }
  void give_back(std::unique_ptr<const inference::Profile> profile) noexcept {
    const std::scoped_lock lock{mutex_};
    waiting_.push_back(std::move(profile));
  }

  std::function<inference::Profile()> make_;
  std::mutex mutex_{};
  std::size_t made_ = 0;
  std::vector<std::unique_ptr<const inference::Profile>> waiting_{};
};

Couplings::Couplings(std::span<const double> values_mu_B) : count_(values_mu_B.size()) {
  if (count_ > values_mu_B_.size()) {
    throw ConfigError(
        "there are " + std::to_string(count_) + " couplings",
        {.where = argument, .expected = std::to_string(values_mu_B_.size()) + " at most"});
  }
  std::ranges::copy(values_mu_B, values_mu_B_.begin());
}

Couplings Couplings::of(const inference::ProfilePoint& point) {
  std::vector<double> values_mu_B;
  for (const double x : point.poi) {
    values_mu_B.push_back(DipoleCoupling::from_square(x).mu_B());
  }
  return values_mu_B;
}

MassLikelihood::MassLikelihood(const std::shared_ptr<const Setup>& setup, double mass_MeV)
    : MassLikelihood(setup, checked_mass(mass_MeV), setup->signals(mass_MeV), setup->likelihood()) {
}

MassLikelihood::MassLikelihood(std::shared_ptr<const Setup> setup, double mass_MeV,
                               prediction::Signals signals, Measured measured)
    : setup_(std::move(setup)),
      mass_MeV_(mass_MeV),
      signals_(std::move(signals)),
      measured_(std::move(measured)),
      profiles_(std::make_shared<Profiles>(
          [measured = measured_, signals = signals_, settings = setup_->config().fit] {
            return inference::Profile{measured.joint, signals, measured.observation, settings};
          })) {}

bool MassLikelihood::is_closed() const {
  const Profiles::Lease profile{*profiles_};
  return profile->is_closed();
}

std::vector<double> MassLikelihood::squares(const Couplings& couplings) const {
  const std::span<const double> values_mu_B = couplings.values_mu_B();
  if (values_mu_B.size() != coupling_count()) {
    throw ConfigError("there are " + std::to_string(values_mu_B.size()) + " couplings",
                      {.where = argument,
                       .expected = std::to_string(coupling_count()) + ", as in the configuration"});
  }
  std::vector<double> squares;
  squares.reserve(values_mu_B.size());
  for (const double value_mu_B : values_mu_B) squares.push_back(squared_mu_B2(value_mu_B));
  return squares;
}

std::vector<prediction::SignalPoint> MassLikelihood::signals_at(const Couplings& couplings) const {
  const std::vector<double> x = squares(couplings);
  std::vector<prediction::SignalPoint> points;
  points.reserve(signals_.size());
  for (const auto& signal : signals_) points.push_back(signal->at(x));
  return points;
}

std::vector<double> MassLikelihood::checked(std::span<const double> pulls) const {
  if (pulls.empty()) return std::vector<double>(nuisances().size());
  if (pulls.size() != nuisances().size()) {
    throw ConfigError("there are " + std::to_string(pulls.size()) + " pulls",
                      {.where = "pulls",
                       .expected = std::to_string(nuisances().size()) + ", one for each nuisance"});
  }
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    const likelihood::Nuisance& nuisance = nuisances()[k];
    if (pulls[k] >= nuisance.lower_pull() && pulls[k] <= nuisance.upper_pull()) continue;
    throw ConfigError(
        "the pull of " + nuisance.name + " is " + shortest_text(pulls[k]),
        {.where = "pulls[" + std::to_string(k) + "]",
         .expected = shortest_text(nuisance.lower_pull()) + " .. " +
                     shortest_text(nuisance.upper_pull()) + ", the bounds of this nuisance"});
  }
  return {pulls.begin(), pulls.end()};
}

double MassLikelihood::operator()(const Couplings& couplings, std::span<const double> pulls) const {
  return measured_.joint->evaluate(signals_at(couplings), checked(pulls), *measured_.observation,
                                   {});
}

std::vector<double> MassLikelihood::gradient(const Couplings& couplings,
                                             std::span<const double> pulls) const {
  const std::span<const double> d_mu_B = couplings.values_mu_B();
  std::vector<double> gradient(d_mu_B.size() + nuisances().size());
  measured_.joint->evaluate(signals_at(couplings), checked(pulls), *measured_.observation,
                            gradient);
  for (std::size_t i = 0; i < d_mu_B.size(); ++i) gradient[i] *= 2.0 * d_mu_B[i];  // x = d^2
  return gradient;
}

Eigen::MatrixXd MassLikelihood::curvature(const Couplings& couplings,
                                          std::span<const double> pulls) const {
  const auto count = static_cast<Eigen::Index>(nuisances().size());
  return measured_.joint->curvature(signals_at(couplings), checked(pulls))
      .bottomRightCorner(count, count);
}

Eigen::ArrayXd MassLikelihood::expected(const Couplings& couplings,
                                        std::span<const double> pulls) const {
  Eigen::ArrayXd all(bin_count(*measured_.joint));
  Eigen::Index next = 0;
  for (const Eigen::ArrayXd& term :
       measured_.joint->expected(signals_at(couplings), checked(pulls))) {
    all.segment(next, term.size()) = term;
    next += term.size();
  }
  return all;
}

Eigen::ArrayXd MassLikelihood::observed() const {
  Eigen::ArrayXd all(bin_count(*measured_.joint));
  Eigen::Index next = 0;
  for (const likelihood::Observed& term : measured_.observation->terms) {
    all.segment(next, term.values.size()) = term.values;
    next += term.values.size();
  }
  return all;
}

inference::ProfilePoint MassLikelihood::profile(const Couplings& couplings) const {
  const Profiles::Lease profile{*profiles_};
  return profile->at(squares(couplings));
}

inference::ProfilePoint MassLikelihood::best_fit() const {
  const Profiles::Lease profile{*profiles_};
  return profile->best_fit().best;
}

inference::Limit MassLikelihood::limit(double confidence, int dof) const {
  if (coupling_count() > 1) {
    throw ConfigError("there are several couplings, each with a limit of its own",
                      {.where = "limit", .hint = "limits finds them all"});
  }
  return limits(confidence, dof).front();
}

std::vector<inference::Limit> MassLikelihood::limits(double confidence, int dof,
                                                     OtherCouplings others) const {
  check_level(confidence, dof);
  const RunConfig& config = setup_->config();
  const double delta_chi2 = config.limits.delta_chi2(confidence, dof);
  const Profiles::Lease profile{*profiles_};
  const inference::ProfilePoint best = profile->best_fit().best;
  std::vector<inference::Limit> limits;
  for (std::size_t a = 0; a < coupling_count(); ++a) {
    const double largest = squared_mu_B2(config.largest_mu_B(a));
    if (others == OtherCouplings::profiled) {
      limits.push_back(profile->upper_limit(best, a, delta_chi2, largest));
    } else {
      const inference::Profile alone{measured_.joint, prediction::along(signals_, a),
                                     measured_.observation, config.fit};
      limits.push_back(alone.upper_limit(alone.best_fit().best, delta_chi2, largest));
    }
    limits.back().poi = std::sqrt(limits.back().poi);
    limits.back().excluded_to = std::sqrt(limits.back().excluded_to);
  }
  return limits;
}

MassLikelihood MassLikelihood::with_data(const Eigen::ArrayXd& values,
                                         std::span<const double> centres) const {
  const likelihood::Joint& joint = *measured_.joint;
  if (values.size() != bin_count(joint)) {
    throw ConfigError(
        "there are " + std::to_string(values.size()) + " values",
        {.where = "data", .expected = std::to_string(bin_count(joint)) + ", one for each bin"});
  }
  std::vector<Eigen::ArrayXd> parts;
  Eigen::Index next = 0;
  for (const likelihood::Term& term : joint.terms()) {
    const auto size = static_cast<Eigen::Index>(term.bin_count());
    parts.emplace_back(values.segment(next, size));
    next += size;
  }
  auto observation = std::make_shared<likelihood::Observation>(joint.observe(std::move(parts)));
  observation->centres = checked(centres);
  return {setup_, mass_MeV_, signals_, {measured_.joint, std::move(observation)}};
}

}  // namespace nudipole::campaign
