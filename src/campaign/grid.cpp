#include "grid_layout.hpp"
#include "map_refinement.hpp"
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/campaign/mass_levels.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/prediction/single_signal.hpp"
#include "toy_study.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace nudipole::campaign {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Fits that finding one limit, or the best fit, takes in the mean.
constexpr double fits_per_limit = 4.0;

/// Appends to the values of one field.
template <class T>
class Column {
 public:
  Column(labelled::Patch& patch, std::string field, std::uint64_t place, std::uint64_t offset)
      : patch_(&patch), index_(patch.size()) {
    patch.push_back({std::move(field), place, offset, std::vector<T>{}});
  }
  void add(T value) { values().push_back(value); }
  void add(std::span<const T> list) { values().insert(values().end(), list.begin(), list.end()); }

 private:
  std::vector<T>& values() { return std::get<std::vector<T>>((*patch_)[index_].values); }
  labelled::Patch* patch_;
  std::size_t index_;
};

/// The code to store: a fit without a finite value has failed, whatever it says itself.
std::int8_t code_of(fit::FitStatus status, double minus_two_log_l) {
  return static_cast<std::int8_t>(std::isfinite(minus_two_log_l) ? status : fit::FitStatus::failed);
}

double squared_mu_B2(double coupling_mu_B) {
  return DipoleCoupling::from_mu_B(coupling_mu_B).squared_mu_B2();
}

std::vector<double> values_of(const likelihood::Joint& joint, const std::vector<double>& pulls) {
  std::vector<double> values;
  for (std::size_t k = 0; k < pulls.size(); ++k) {
    values.push_back(joint.nuisances()[k].value(pulls[k]));
  }
  return values;
}

/// Fits of one mass as pieces of the result.
class MassFits {
 public:
  MassFits(const Setup& setup, const labelled::Dataset& layout, double mass_MeV,
           std::uint64_t place)
      : setup_(&setup),
        layout_(&layout),
        signals_(setup.signals(mass_MeV)),
        profile_(setup.profile(signals_)),
        mass_MeV_(mass_MeV),
        place_(place) {}

  [[nodiscard]] bool is_of(const Task& task) const {
    return mass_MeV_ == task.coordinate && place_ == task.place;
  }

  /// Fits at the points [first, last) of the map.
  void grid(std::size_t first, std::size_t last) {
    std::vector<inference::ProfilePoint> points;
    for (std::size_t i = first; i < last; ++i) points.push_back(fit_at(i));
    add(first, points);
  }
  /// Fits at those points of the whole map that contours need.
  void wanted_grid() {
    const RunConfig& config = setup_->config();
    std::vector<inference::ProfilePoint> points(config.points(),
                                                without_value(fit::FitStatus::not_wanted));
    const auto value = [&](std::size_t i) {
      points[i] = fit_at(i);
      return points[i].status == fit::FitStatus::beyond ? std::numeric_limits<double>::infinity()
                                                        : points[i].minus_two_log_l;
    };
    detail::MapRequest request{.minimum = nan,
                               .best_mu_B = nan,
                               .highest = highest_contour(),
                               .tolerance = *config.coupling_tolerance};
    try {
      const inference::ProfilePoint best = profile_.best_fit().best;
      request.minimum = best.minus_two_log_l;
      request.best_mu_B = DipoleCoupling::from_square(best.poi.front()).mu_B();
    } catch (const NumericalError&) {
      // Without a best fit no contour is known: the first points say what is wrong.
    }
    detail::refine_map(config.coupling_mu_B(), request, value);
    add(0, points);
  }

  /// Best fits and limits: of each experiment by itself where that is wanted, and the joint ones.
  void best_fits_and_limits() {
    const Likelihood& likelihood = setup_->likelihood();
    for (std::size_t i = 0; i < likelihood.single.size(); ++i) {
      best_fit_and_limits([&](const auto& of) { return setup_->single_profile(i, of); },
                          *likelihood.single[i].joint, i);
    }
    const inference::BestFit fits =
        best_fit_and_limits([&](const auto& of) { return joint_profile(of); }, *likelihood.joint,
                            likelihood.single.size());
    Column<double>{patch_, "best_nuisance_value", place_, 0}.add(
        values_of(*likelihood.joint, fits.best.pulls));
    // The same at every mass: one where the fit fails must not replace it.
    if (const double value = fits.without_signal.minus_two_log_l; std::isfinite(value)) {
      Column<double>{patch_, "standard_model", 0, 0}.add(value);
    }
    if (setup_->config().limits.expected) expected_limits(fits);
  }

  [[nodiscard]] labelled::Patch take() { return std::exchange(patch_, {}); }

 private:
  /// A point of the map that has no fit.
  [[nodiscard]] inference::ProfilePoint without_value(fit::FitStatus status) const {
    const likelihood::Joint& joint = *setup_->likelihood().joint;
    return {.poi = {},
            .minus_two_log_l = nan,
            .slope = {},
            .pulls = std::vector<double>(joint.nuisances().size(), nan),
            .status = status,
            .parts = std::vector<double>(joint.terms().size() + 1, nan)};
  }
  [[nodiscard]] inference::ProfilePoint fit_at(std::size_t point) {
    const std::vector<std::optional<double>> given = given_at(point);
    if (given.front() > beyond_mu_B2()) return without_value(fit::FitStatus::beyond);
    try {
      return profile_.minimum(given);
    } catch (const NumericalError&) {
      return without_value(fit::FitStatus::failed);
    }
  }
  /// Stores neighbouring points of the map.
  void add(std::size_t first, const std::vector<inference::ProfilePoint>& points) {
    const likelihood::Joint& joint = *setup_->likelihood().joint;
    const std::vector<std::size_t> indices = indices_of(first);
    const auto column = [&]<class T>(const char* field, T) {
      return Column<T>{patch_, field, place_, layout_->offset(layout_->field(field), indices)};
    };
    auto value = column("minus_two_log_l", 0.0);
    auto status = column("fit_status", std::int8_t{});
    auto evaluations = column("fit_evaluations", std::int32_t{});
    auto nuisances = column("nuisance_value", 0.0);
    auto contributions = column("contribution", 0.0);
    auto prior = column("prior", 0.0);
    for (const inference::ProfilePoint& point : points) {
      const bool fitted =
          point.status != fit::FitStatus::beyond && point.status != fit::FitStatus::not_wanted;
      value.add(point.minus_two_log_l);
      status.add(fitted ? code_of(point.status, point.minus_two_log_l)
                        : static_cast<std::int8_t>(point.status));
      evaluations.add(point.evaluations);
      nuisances.add(values_of(joint, point.pulls));
      contributions.add(std::span{point.parts}.first(point.parts.size() - 1));
      prior.add(point.parts.back());
    }
  }
  /// Delta chi2 above the best fit of a mass up to which contours are drawn: those of the limits,
  /// and 99 % in the plane of mass and coupling.
  [[nodiscard]] double highest_contour() const {
    const LimitRequest& limits = setup_->config().limits;
    constexpr double confidence = 0.99;
    constexpr int dof = 2;
    return std::max(limits.delta_chi2(confidence, dof),
                    limits.delta_chi2(limits.confidence.back(), limits.dof.back()));
  }

  /// Limits that data without signal give, of all experiments together. NaN where there is no
  /// such limit up to the largest coupling, or a fit has failed.
  void expected_limits(const inference::BestFit& fits) {
    const RunConfig& config = setup_->config();
    const std::size_t count = config.limits.confidence.size() * config.limits.dof.size();
    std::vector<double> found;
    try {
      if (!std::isfinite(fits.without_signal.minus_two_log_l)) {
        throw NumericalError("there is no fit without signal");
      }
      const inference::Profile asimov =
          detail::asimov_profile(*setup_, {mass_MeV_, signals_, profile_, fits});
      const double largest = squared_mu_B2(config.coupling_mu_B().back());
      for (const double confidence : config.limits.confidence) {
        for (const int dof : config.limits.dof) {
          for (const inference::Limit& limit : inference::expected_limits(
                   asimov, config.limits.delta_chi2(confidence, dof), largest)) {
            found.push_back(std::sqrt(limit.poi));
          }
        }
      }
    } catch (const NumericalError&) {
      found.assign(count * inference::band_sigmas.size(), nan);
    }
    Column<double>{patch_, "expected_limit", place_, 0}.add(found);
  }

  using ProfileOf = std::function<inference::Profile(const prediction::Signals&)>;

  /// The joint profile of some signals; of those of the mass itself with the memory that is there.
  [[nodiscard]] inference::Profile joint_profile(const prediction::Signals& signals) const {
    return &signals == &signals_ ? profile_ : setup_->profile(signals);
  }

  /// Place of a point of the map on the axes of the couplings that are mapped.
  [[nodiscard]] std::vector<std::size_t> indices_of(std::size_t point) const {
    const std::vector<Coupling>& couplings = setup_->config().couplings;  // mapped ones first
    std::vector<std::size_t> indices(
        static_cast<std::size_t>(std::ranges::count_if(couplings, &Coupling::is_mapped)));
    for (std::size_t a = indices.size(); a-- > 0;) {
      indices[a] = point % couplings[a].grid_mu_B.size();
      point /= couplings[a].grid_mu_B.size();
    }
    return indices;
  }
  /// Parameters of interest there: squares of the couplings, none for those that are profiled.
  [[nodiscard]] std::vector<std::optional<double>> given_at(std::size_t point) const {
    std::vector<std::optional<double>> given = setup_->config().couplings_at(point);
    for (auto& coupling : given) {
      if (coupling) coupling = squared_mu_B2(*coupling);
    }
    return given;
  }

  /// \param entry  on the axis `experiment`
  inference::BestFit best_fit_and_limits(const ProfileOf& profile_of,
                                         const likelihood::Joint& joint, std::size_t entry) {
    const std::size_t couplings = setup_->config().couplings.size();
    const inference::ProfilePoint failed{
        .poi = std::vector<double>(couplings, nan),
        .minus_two_log_l = nan,
        .slope = std::vector<double>(couplings, nan),
        .pulls = std::vector<double>(joint.nuisances().size(), nan),
        .status = fit::FitStatus::failed};
    inference::BestFit fits{failed, failed};
    const inference::ProfilePoint& best = fits.best;
    std::vector<inference::Limit> limits;
    try {
      const inference::Profile profile = profile_of(signals_);
      fits = profile.best_fit();
      limits = couplings == 1 ? limits_above(profile, best, 0) : limits_of_each(profile_of, best);
    } catch (const NumericalError&) {
      limits.assign(
          layout_->block_size(layout_->field("limit")) / layout_->axis("experiment").size(),
          {nan, inference::LimitStatus::failed});
    }
    const auto column = [&]<class T>(const char* field, T) {
      return Column<T>{patch_, field, place_, layout_->offset(field, {entry})};
    };
    column("best_minus_two_log_l", 0.0).add(best.minus_two_log_l);
    auto coupling = column("best_coupling", 0.0);
    for (const double square_mu_B2 : best.poi) {
      coupling.add(std::isnan(square_mu_B2) ? nan
                                            : DipoleCoupling::from_square(square_mu_B2).mu_B());
    }
    column("best_status", std::int8_t{}).add(code_of(best.status, best.minus_two_log_l));
    auto limit = column("limit", 0.0);
    auto status = column("limit_status", std::int8_t{});
    std::optional<Column<double>> excluded_to;
    if (layout_->has_field("excluded_to")) excluded_to = column("excluded_to", 0.0);
    for (const auto& [square_mu_B2, found, upper_mu_B2] : limits) {
      const bool without_number = has_value(found) && !std::isfinite(square_mu_B2);
      limit.add(std::sqrt(square_mu_B2));
      if (excluded_to) excluded_to->add(std::sqrt(upper_mu_B2));
      status.add(static_cast<std::int8_t>(without_number ? inference::LimitStatus::failed : found));
    }
    return fits;
  }

  /// Limits on one coupling in the order of the request.
  [[nodiscard]] std::vector<inference::Limit> limits_above(const inference::Profile& profile,
                                                           const inference::ProfilePoint& best,
                                                           std::size_t coupling) const {
    const RunConfig& config = setup_->config();
    const double largest = squared_mu_B2(config.largest_mu_B(coupling));
    const std::size_t poi = profile.poi_count() == 1 ? 0 : coupling;
    std::vector<double> thresholds;
    for (const double confidence : config.limits.confidence) {
      for (const int dof : config.limits.dof) {
        thresholds.push_back(config.limits.delta_chi2(confidence, dof));
      }
    }
    return profile.upper_limits(best, poi, thresholds, largest);
  }
  /// For each coupling: limits with the others profiled, then with the others at 0.
  [[nodiscard]] std::vector<inference::Limit> limits_of_each(
      const ProfileOf& profile_of, const inference::ProfilePoint& best) const {
    const inference::Profile profile = profile_of(signals_);
    std::vector<inference::Limit> limits;
    for (std::size_t a = 0; a < setup_->config().couplings.size(); ++a) {
      const inference::Profile alone = profile_of(prediction::along(signals_, a));
      for (const auto& found :
           {limits_above(profile, best, a), limits_above(alone, alone.best_fit().best, a)}) {
        limits.insert(limits.end(), found.begin(), found.end());
      }
    }
    return limits;
  }

  /// The squared coupling above which points are marked, not fitted; infinite when all are fitted.
  /// Every task of a mass finds the same one, however a mass is cut: from the best fit alone.
  double beyond_mu_B2() {
    if (beyond_mu_B2_) return *beyond_mu_B2_;
    const RunConfig& config = setup_->config();
    beyond_mu_B2_ = std::numeric_limits<double>::infinity();
    if (config.couplings.size() > 1) return *beyond_mu_B2_;  // a plane has no order
    try {
      const auto found = profile_.beyond(profile_.best_fit().best, config.limits.ceiling,
                                         squared_mu_B2(config.coupling_mu_B().back()));
      if (found) beyond_mu_B2_ = *found;
    } catch (const NumericalError&) {
      // Without a best fit nothing is known to be far above it: each point says what is wrong.
    }
    return *beyond_mu_B2_;
  }

  const Setup* setup_;
  const labelled::Dataset* layout_;
  prediction::Signals signals_;
  inference::Profile profile_;
  double mass_MeV_;
  std::uint64_t place_;
  std::optional<double> beyond_mu_B2_;
  labelled::Patch patch_;
};

class GridWorker final : public Worker {
 public:
  explicit GridWorker(std::shared_ptr<const Setup> setup)
      : setup_(std::move(setup)), layout_(detail::make_grid_dataset(*setup_, {})) {}

  labelled::Patch operator()(const Task& task) override {
    try {
      MassFits& fits = fits_of(task);
      (void)fits.take();  // of a task that ended by an error
      if (task.first == task.last) return {};
      if (task.first == 0) fits.best_fits_and_limits();
      if (setup_->config().coupling_tolerance) {
        if (task.last > 1) fits.wanted_grid();
        return fits.take();
      }
      const std::size_t first = std::max<std::size_t>(task.first, 1) - 1;
      if (task.last - 1 > first) fits.grid(first, task.last - 1);
      return fits.take();
    } catch (const Error& error) {
      throw_with_context(error, "mass " + shortest_text(task.coordinate) + " MeV");
    }
  }

 private:
  /// Fits of the mass of a task, with the templates and the memory that another task of it had.
  MassFits& fits_of(const Task& task) {
    constexpr std::size_t kept = 8;
    const auto known =
        std::ranges::find_if(recent_, [&](const MassFits& fits) { return fits.is_of(task); });
    if (known != recent_.end()) return *known;
    if (recent_.size() == kept) recent_.pop_back();
    return recent_.emplace_front(*setup_, layout_, task.coordinate, task.place);
  }

  std::shared_ptr<const Setup> setup_;
  labelled::Dataset layout_;     ///< without masses: for the places within a mass
  std::deque<MassFits> recent_;  ///< the latest first
};

class Grid final : public Campaign {
 public:
  explicit Grid(std::shared_ptr<const Setup> setup) : setup_(std::move(setup)) {}

  [[nodiscard]] std::string_view kind() const override {
    return setup_->config().couplings.size() == 1 ? "grid" : "plane";
  }
  [[nodiscard]] std::string_view partition_axis() const override { return "mass"; }
  [[nodiscard]] std::string_view place_noun() const override { return "masses"; }
  [[nodiscard]] std::string place_text() const override {
    return (setup_->config().coupling_tolerance ? "some of " : "") +
           std::to_string(setup_->config().points()) + " couplings";
  }
  [[nodiscard]] labelled::Dataset begin(const Shard& shard) const override {
    return detail::make_grid_dataset(*setup_, first_masses_MeV(*setup_, shard));
  }
  [[nodiscard]] std::optional<labelled::Dataset> next_level(
      const labelled::Dataset& dataset) const override {
    return with_next_masses(*setup_, dataset);
  }
  [[nodiscard]] std::size_t deciding_items() const override {
    return setup_->config().mass_tolerance ? 1 : 0;  // limits
  }
  [[nodiscard]] std::vector<Task> missing(const labelled::Dataset& dataset) const override {
    const auto is_done = [](std::int8_t code) { return code != labelled::not_done; };
    std::vector<std::vector<bool>> done;
    for (std::size_t place = 0; place < dataset.axis("mass").size(); ++place) {
      const auto best = dataset.slice<std::int8_t>("best_status", {place});
      std::vector<bool> items{std::ranges::all_of(best, is_done)};
      const auto fits = dataset.slice<std::int8_t>("fit_status", {place});
      if (setup_->config().coupling_tolerance) {
        items.push_back(is_done(fits.front()));  // the whole map is one item
      } else {
        for (const std::int8_t code : fits) items.push_back(is_done(code));
      }
      done.push_back(std::move(items));
    }
    return missing_runs(dataset.axis("mass"), done);
  }
  [[nodiscard]] std::unique_ptr<Worker> worker() const override {
    return std::make_unique<GridWorker>(setup_);
  }
  [[nodiscard]] std::size_t items() const override {
    return setup_->config().coupling_tolerance ? 2 : 1 + setup_->config().points();
  }
  [[nodiscard]] double first_item_weight() const override {
    const LimitRequest& limits = setup_->config().limits;
    const std::size_t couplings = setup_->config().couplings.size();
    const std::size_t each =
        couplings == 1 ? 1 + (limits.expected ? inference::band_sigmas.size() : 0) : 2 * couplings;
    constexpr double fits_of_a_map = 50.0;
    return fits_per_limit *
           static_cast<double>(1 + each * limits.confidence.size() * limits.dof.size()) /
           (setup_->config().coupling_tolerance ? fits_of_a_map : 1.0);
  }

 private:
  std::shared_ptr<const Setup> setup_;
};

}  // namespace

std::unique_ptr<Campaign> make_grid(std::shared_ptr<const Setup> setup) {
  return std::make_unique<Grid>(std::move(setup));
}

}  // namespace nudipole::campaign
