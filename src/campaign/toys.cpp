#include "toy_items.hpp"
#include "toy_layout.hpp"
#include "toy_rule.hpp"
#include "toy_study.hpp"

#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/inference/q_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nudipole::campaign {
namespace {

using detail::code;
using detail::ItemCode;

/// What the toys of one piece of work come to.
class Tally {
 public:
  Tally(std::span<const double> observed, std::uint64_t first_item, KeepToys keep)
      : observed_(observed.begin(), observed.end()),
        first_item_(first_item),
        keep_(keep),
        values_(observed.size()),
        toys_(observed.size()),
        failed_(observed.size()),
        at_least_(observed.size()),
        histogram_(observed.size() * inference::q_bins::count),
        q_(observed.size()) {}

  void begin_item() { failed_toy_.push_back(-1); }
  void add(const detail::PointStudy& study, std::uint32_t number) {
    study.toy(number, values_);
    for (std::size_t test = 0; test < values_.size(); ++test) {
      const double q = values_[test];
      if (keep_ == KeepToys::q) q_[test].push_back(q);
      if (std::isnan(q)) {
        ++failed_[test];
        if (failed_toy_.back() < 0) failed_toy_.back() = static_cast<std::int32_t>(number);
        continue;
      }
      ++toys_[test];
      if (inference::at_least_as_large(q, observed_[test])) ++at_least_[test];
      ++histogram_[test * inference::q_bins::count + inference::q_bins::index(q)];
    }
  }
  /// \param kept_toys  places for the q of each test \param first_toy  in this piece of work
  void put_into(labelled::Patch& patch, std::uint64_t place, std::size_t kept_toys,
                std::uint64_t first_toy) && {
    for (std::size_t test = 0; keep_ == KeepToys::q && test < q_.size(); ++test) {
      patch.push_back({"q", place, test * kept_toys + first_toy, std::move(q_[test])});
    }
    patch.push_back({"failed_toy", place, first_item_, std::move(failed_toy_)});
    patch.push_back({"toys", place, 0, std::move(toys_)});
    patch.push_back({"failed", place, 0, std::move(failed_)});
    patch.push_back({"at_least", place, 0, std::move(at_least_)});
    patch.push_back({"histogram", place, 0, std::move(histogram_)});
  }

 private:
  std::vector<double> observed_;
  std::uint64_t first_item_;
  KeepToys keep_;
  std::vector<double> values_;
  std::vector<std::int32_t> toys_;
  std::vector<std::int32_t> failed_;
  std::vector<std::int32_t> at_least_;
  std::vector<std::int32_t> histogram_;
  std::vector<std::vector<double>> q_;  ///< [test][toy of this piece of work]
  std::vector<std::int32_t> failed_toy_{};
};

/// Whether a point's q is so far from every threshold that no toys are needed to judge it.
bool is_far(double q, const LimitRequest& limits, int degrees) {
  double least = std::numeric_limits<double>::infinity();
  double most = 0.0;
  for (const double confidence : limits.confidence) {
    least = std::min(least, limits.delta_chi2(confidence, degrees));
    most = std::max(most, limits.delta_chi2(confidence, degrees + 1));
  }
  return q > 4.0 * most + 10.0 || q < least / 50.0;
}

class ToyWorker final : public Worker {
 public:
  ToyWorker(const std::shared_ptr<const Setup>& setup, std::shared_ptr<const detail::ToyPlan> plan)
      : setup_(setup), plan_(std::move(plan)), rule_(setup_, plan_), store_(setup) {}

  labelled::Patch operator()(const Task& task) override {
    try {
      const detail::PointStudy& study = this->study(task.coordinate);
      if (task.first == task.last) return {};
      return results(study, task);
    } catch (const Error& error) {
      throw_with_context(error, "point " + shortest_text(task.coordinate));
    }
  }

 private:
  struct Kept {
    double number;
    std::unique_ptr<const detail::PointStudy> study;
  };

  const detail::PointStudy& study(double number) {
    constexpr std::size_t kept = 4;
    const auto known = std::ranges::find(recent_, number, &Kept::number);
    if (known != recent_.end()) return *known->study;
    if (recent_.size() == kept) recent_.pop_back();
    recent_.push_front({number, plan_->study(number, store_)});
    return *recent_.front().study;
  }

  static labelled::Patch all_items(const Task& task, ItemCode what) {
    return {{"item_status", task.place, task.first,
             std::vector<std::int8_t>(task.last - task.first, code(what))}};
  }

  [[nodiscard]] ItemCode kind_of(const detail::PointStudy& study) const {
    const auto observed = study.observed();
    if (study.is_closed()) return ItemCode::closed;
    if (std::ranges::any_of(observed, [](double q) { return std::isnan(q); })) {
      return ItemCode::failed;
    }
    const RunConfig& config = setup_->config();
    if (config.toys->far_points == FarPoints::skipped &&
        config.toys->method == ToyMethod::feldman_cousins &&
        is_far(observed[0], config.limits, detail::given_parameters(config))) {
      return ItemCode::asymptotic;
    }
    return ItemCode::done;
  }

  labelled::Patch results(const detail::PointStudy& study, const Task& task) {
    const ItemCode kind = kind_of(study);
    labelled::Patch patch = all_items(task, kind);
    const detail::ToyPoint point = study.point();
    const auto observed = study.observed();
    patch.push_back({"mass", task.place, 0, std::vector{point.mass_MeV}});
    std::vector<double> couplings_mu_B(setup_->config().couplings.size());
    for (std::size_t a = 0; a < point.couplings_mu_B.size(); ++a) {
      couplings_mu_B[a] = point.couplings_mu_B[a].value();
    }
    patch.push_back({"coupling", task.place, 0, std::move(couplings_mu_B)});
    patch.push_back(
        {"q_observed", task.place, 0, std::vector<double>(observed.begin(), observed.end())});
    if (plan_->finds_limits() && task.first == 0)
      add_asymptotics(point.mass_MeV, task.place, patch);
    if (kind != ItemCode::done) return patch;
    const auto batch = static_cast<std::uint64_t>(setup_->config().toys->batch);
    Tally tally{observed, task.first, setup_->config().toys->keep};
    for (std::uint64_t item = task.first; item < task.last; ++item) {
      tally.begin_item();
      const std::uint64_t end = detail::batches_before(item + 1) * batch;
      for (std::uint64_t toy = detail::batches_before(item) * batch; toy < end; ++toy) {
        tally.add(study, static_cast<std::uint32_t>(toy));
      }
    }
    std::move(tally).put_into(patch, task.place, rule_.kept_toys(),
                              detail::batches_before(task.first) * batch);
    return patch;
  }

  void add_asymptotics(double mass_MeV, std::uint64_t place, labelled::Patch& patch) {
    const detail::Asymptotics& found = store_.asymptotics(mass_MeV);
    const auto coupling = [](const inference::Limit& limit) { return std::sqrt(limit.poi); };
    std::vector<double> limits;
    for (const inference::Limit& limit : found.limit) limits.push_back(coupling(limit));
    patch.push_back({"asymptotic_limit", place, 0, std::move(limits)});
    if (!setup_->config().limits.expected) return;
    std::vector<double> expected;
    for (const inference::ExpectedLimits& bands : found.expected) {
      for (const inference::Limit& limit : bands) expected.push_back(coupling(limit));
    }
    patch.push_back({"expected_limit", place, 0, std::move(expected)});
  }

  std::shared_ptr<const Setup> setup_;
  std::shared_ptr<const detail::ToyPlan> plan_;
  detail::ToyRule rule_;
  detail::MassStore store_;
  std::deque<Kept> recent_;  ///< the latest first
};

/// Levels: the first toys of every point, then what the rule asks for.
class Toys final : public Campaign {
 public:
  explicit Toys(std::shared_ptr<const Setup> setup)
      : setup_(std::move(setup)), plan_(detail::make_toy_plan(setup_)), rule_(setup_, plan_) {
    check_kept();
    (void)setup_->likelihood();  // a bound has nothing to draw toys from, and says so
  }

  [[nodiscard]] std::string_view kind() const override { return toys_kind; }
  [[nodiscard]] std::string_view partition_axis() const override { return "point"; }
  [[nodiscard]] std::string_view place_noun() const override { return "points"; }
  [[nodiscard]] std::string place_text() const override {
    return std::to_string(request().least) + " toys or more";
  }

  [[nodiscard]] labelled::Dataset begin(const Shard& shard) const override {
    const std::size_t masses = setup_->config().mass_MeV.size();
    // What masses cannot be shared out of, toys are.
    const bool shares_toys = shard.count > 1 && (masses == 1 || plan_->is_indivisible());
    labelled::Dataset data = detail::make_toy_dataset(
        *setup_, *plan_, plan_->points((shares_toys ? Shard{} : shard).members(masses)),
        rule_.kept_toys());
    auto& codes = data.values<std::int8_t>("item_status");
    for (std::size_t point = 0; point < data.axis("point").size(); ++point) {
      for (std::size_t item = 0; item < rule_.least_items(); ++item) {
        const bool own = !shares_toys || item % shard.count == shard.index;
        codes[point * detail::toy_item_count + item] =
            code(own ? ItemCode::not_done : ItemCode::elsewhere);
      }
    }
    return data;
  }

  [[nodiscard]] labelled::Dataset continued(labelled::Dataset earlier) const override {
    detail::add_given_parameters(setup_->config(), earlier);
    return detail::with_kept_toys(earlier, rule_.kept_toys());
  }

  [[nodiscard]] std::vector<Task> missing(const labelled::Dataset& data) const override {
    std::vector<std::vector<bool>> done;
    for (std::size_t point = 0; point < data.axis("point").size(); ++point) {
      std::vector<bool> items;
      for (const std::int8_t item : data.slice<std::int8_t>("item_status", {point})) {
        items.push_back(item != code(ItemCode::not_done));
      }
      done.push_back(std::move(items));
    }
    return missing_runs(data.axis("point"), done);
  }

  [[nodiscard]] std::optional<labelled::Dataset> next_level(
      const labelled::Dataset& data) const override {
    // A shard that has a part of the toys cannot judge all of them: its merged result goes on.
    const auto& codes = data.values<std::int8_t>("item_status");
    if (std::ranges::find(codes, code(ItemCode::elsewhere)) != codes.end()) return std::nullopt;
    return rule_.next(data);
  }

  [[nodiscard]] std::unique_ptr<Worker> worker() const override {
    return std::make_unique<ToyWorker>(setup_, plan_);
  }
  [[nodiscard]] std::size_t items() const override { return rule_.least_items(); }
  [[nodiscard]] double work_before(std::uint64_t item) const override {
    return static_cast<double>(detail::batches_before(item));
  }
  [[nodiscard]] double first_item_weight() const override {
    if (!plan_->finds_limits()) return 1.0;
    // Limits by formulae come with the first item: some 8 fits each.
    const LimitRequest& limits = setup_->config().limits;
    const double found =
        static_cast<double>(limits.confidence.size()) * (limits.expected ? 6.0 : 1.0);
    return 1.0 + 8.0 * found / (plan_->fits_a_toy() * static_cast<double>(request().batch));
  }

 private:
  [[nodiscard]] const ToyRequest& request() const { return *setup_->config().toys; }

  /// A result is held in memory as a whole by rank 0.
  void check_kept() const {
    constexpr double most_values = 1.0e8;
    std::vector<std::size_t> masses(setup_->config().mass_MeV.size());
    std::iota(masses.begin(), masses.end(), std::size_t{0});
    const double values = static_cast<double>(plan_->points(masses).size()) *
                          static_cast<double>(plan_->tests().size()) *
                          static_cast<double>(rule_.kept_toys());
    if (values <= most_values) return;
    throw ConfigError("points times most make " + shortest_text(values) + " values of q to keep",
                      {.where = "toys.keep",
                       .expected = "at most " + shortest_text(most_values) + " (0.8 GB)",
                       .hint = "keep: none, a smaller most, or fewer points"});
  }
  std::shared_ptr<const Setup> setup_;
  std::shared_ptr<const detail::ToyPlan> plan_;
  detail::ToyRule rule_;
};

}  // namespace

std::unique_ptr<Campaign> make_toys(std::shared_ptr<const Setup> setup) {
  if (!setup->config().toys) {
    throw ConfigError("the configuration asks for no toys",
                      {.expected = "a block 'toys'", .hint = "see configs/README.md, or scan it"});
  }
  const RunConfig& config = setup->config();
  if (config.mass_tolerance) {
    throw ConfigError("toys are made at masses that the configuration gives",
                      {.where = "mass", .expected = "no tolerance"});
  }
  const ToyMethod method = config.toys->method;
  if (config.couplings.size() > 1 && (method == ToyMethod::cls || method == ToyMethod::coverage)) {
    throw ConfigError("the method " + std::string{to_string(method)} +
                          " tests whether one coupling is too large; several have no order",
                      {.where = "toys.method",
                       .expected = "feldman_cousins, goodness_of_fit or significance",
                       .hint = "or couplings in fixed ratios"});
  }
  return std::make_unique<Toys>(std::move(setup));
}

}  // namespace nudipole::campaign
