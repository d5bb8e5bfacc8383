#include "toy_rule.hpp"

#include "toy_items.hpp"
#include "toy_layout.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace nudipole::campaign::detail {
namespace {

const std::vector<double>& numbers_of(const labelled::Dataset& data) {
  return std::get<std::vector<double>>(data.axis("point").values);
}

/// Items [first, last) of a point become work.
void want(labelled::Dataset& data, std::size_t place, std::size_t first, std::size_t last) {
  auto& codes = data.values<std::int8_t>("item_status");
  const auto begin = codes.begin() + static_cast<std::ptrdiff_t>(place * toy_item_count);
  std::fill(begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last),
            code(ItemCode::not_done));
}

bool is_of_grid(double number) { return number == std::floor(number); }

}  // namespace

/// Goes through the points as a campaign does that begins with the grid and halves intervals.
class ToyRule::Search {
 public:
  Search(const ToyRule& rule, const labelled::Dataset& data) : rule_(&rule), data_(&data) {
    const std::vector<double>& numbers = numbers_of(data);
    const bool halves =
        rule.plan_->finds_limits() && rule.request().refine == Refinement::around_crossings;
    std::optional<std::size_t> before;
    for (std::size_t place = 0; place < numbers.size(); ++place) {
      if (halves && !is_of_grid(numbers[place])) continue;
      const std::size_t here = add(place);
      if (halves && before) split(*before, here);
      before = here;
    }
  }

  [[nodiscard]] const std::vector<Asked>& asked() const { return asked_; }
  /// Points that are wanted and not there, ascending.
  [[nodiscard]] const std::vector<double>& absent() const { return absent_; }

 private:
  std::size_t add(std::size_t place) {
    asked_.push_back(rule_->ask(*data_, place));
    return asked_.size() - 1;
  }

  // An interval whose ends want more toys waits for them.
  void split(std::size_t one, std::size_t other) {
    if (!asked_[one].is_settled() || !asked_[other].is_settled() ||
        !rule_->should_halve(asked_[one], asked_[other])) {
      return;
    }
    const std::vector<double>& numbers = numbers_of(*data_);
    const double between = 0.5 * (numbers[asked_[one].place] + numbers[asked_[other].place]);
    const auto found = std::ranges::lower_bound(numbers, between);
    if (found == numbers.end() || *found != between) {
      absent_.push_back(between);
      return;
    }
    const std::size_t middle = add(static_cast<std::size_t>(found - numbers.begin()));
    split(one, middle);
    split(middle, other);
  }

  const ToyRule* rule_;
  const labelled::Dataset* data_;
  std::vector<Asked> asked_;
  std::vector<double> absent_;
};

std::size_t ToyRule::items_for(std::int64_t toys) const {
  return items_holding(static_cast<std::uint64_t>(toys),
                       static_cast<std::uint64_t>(request().batch));
}

std::size_t ToyRule::least_items() const { return items_for(request().least); }

std::size_t ToyRule::most_items() const {
  return std::max(items_for(request().most), least_items());
}

std::size_t ToyRule::kept_toys() const {
  if (request().keep == KeepToys::none) return 0;
  return static_cast<std::size_t>(batches_before(most_items()) *
                                  static_cast<std::uint64_t>(request().batch));
}

ToyRule::Asked ToyRule::ask(const labelled::Dataset& data, std::size_t place) const {
  const auto codes = data.slice<std::int8_t>("item_status", {place});
  std::vector<ToyOutcome> outcomes = toy_outcomes(data, place);
  if (codes.front() != code(ItemCode::done)) return {place, 0, 0, std::move(outcomes)};
  const auto done = static_cast<std::size_t>(std::ranges::find(codes, code(ItemCode::not_wanted)) -
                                             codes.begin());
  const std::size_t wanted = wanted_items(outcomes, done);
  return {place, done, wanted, std::move(outcomes)};
}

// Between looks, which an earlier, smaller `most` has left a point at, nothing is judged: a run
// that had the larger one would not have looked there.
std::size_t ToyRule::wanted_items(const std::vector<ToyOutcome>& outcomes, std::size_t done) const {
  if (done < least_items()) return least_items();
  if (done >= most_items()) return done;
  const std::size_t look = look_at_or_after(done, least_items());
  if (look == done && is_settled(outcomes)) return done;
  return std::min(most_items(), look > done ? look : look_at_or_after(done + 1, least_items()));
}

bool ToyRule::is_settled(const std::vector<ToyOutcome>& outcomes) const {
  const std::vector<double>& levels = setup_->config().limits.confidence;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    for (std::size_t level = 0; level < levels.size(); ++level) {
      if (request().method == ToyMethod::coverage && i != level) continue;
      const double alpha = 1.0 - levels[level];
      const ToyOutcome& found = outcomes[i];
      const bool away = std::abs(found.p_value - alpha) > request().errors_away * found.p_error;
      if (!away && !(found.p_error <= request().wanted_error * alpha)) return false;
    }
  }
  return true;
}

bool ToyRule::should_halve(const Asked& one, const Asked& other) const {
  if (one.outcomes.empty() || other.outcomes.empty()) return false;
  const ToyOutcome& left = one.outcomes.front();
  const ToyOutcome& right = other.outcomes.front();
  if (left.mass_MeV != right.mass_MeV ||
      right.couplings_mu_B.front() <= (1.0 + request().refine_to) * left.couplings_mu_B.front()) {
    return false;
  }
  return std::ranges::any_of(setup_->config().limits.confidence, [&](double confidence) {
    const double alpha = 1.0 - confidence;
    const auto is_close = [alpha](const ToyOutcome& at) {
      return std::abs(at.p_value - alpha) <= at.p_error;
    };
    return (left.p_value > alpha) != (right.p_value > alpha) &&
           !(is_close(left) && is_close(right));
  });
}

std::optional<labelled::Dataset> ToyRule::next(const labelled::Dataset& data) const {
  const Search search{*this, data};
  std::optional<labelled::Dataset> next;
  for (const Asked& point : search.asked()) {
    if (point.is_settled()) continue;
    if (!next) next = data;
    want(*next, point.place, point.items_done, point.items_wanted);
  }
  if (next) return next;
  const std::vector<double>& numbers = numbers_of(data);
  if (!search.absent().empty()) {
    next = data.grown("point", search.absent());
    const std::vector<double>& grown = numbers_of(*next);
    auto& codes = next->values<std::int8_t>("item_status");
    for (std::size_t place = 0; place < grown.size(); ++place) {
      if (!std::ranges::binary_search(search.absent(), grown[place])) continue;
      std::fill_n(codes.begin() + static_cast<std::ptrdiff_t>(place * toy_item_count),
                  toy_item_count, code(ItemCode::not_wanted));
      want(*next, place, 0, least_items());
    }
    return next;
  }
  if (search.asked().size() == numbers.size()) return std::nullopt;
  std::vector<double> kept;
  for (const Asked& point : search.asked()) kept.push_back(numbers[point.place]);
  std::ranges::sort(kept);
  return data.restricted("point", kept);
}

}  // namespace nudipole::campaign::detail
