#include "band.hpp"

#include "rise.hpp"

#include <boost/math/tools/toms748_solve.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace nudipole::inference::detail {
namespace {

/// Ratio of places that are tried one after the other: small against what a decaying signal does.
constexpr double step = 1.3;

/// Root between two places at which a function has different signs.
template <class Function>
double root_between(Function&& function, double low, double high, double at_low, double at_high,
                    unsigned bits) {
  if (at_low == 0.0) return low;
  if (at_high == 0.0) return high;
  std::uintmax_t iterations = 100;
  const auto bracket = boost::math::tools::toms748_solve(
      function, low, high, at_low, at_high, boost::math::tools::eps_tolerance<double>(bits),
      iterations);
  return 0.5 * (bracket.first + bracket.second);
}

}  // namespace

Band::Band(const Profile& profile, const ProfilePoint& best, double largest)
    : profile_(&profile),
      below_(best.poi.front() > profile.rises_to()
                 ? profile.below_turn(std::vector<double>(best.pulls.size())).best
                 : best),
      minimum_(best.minus_two_log_l),
      largest_(largest),
      converged_(fit::is_converged(best.status) && fit::is_converged(below_.status)) {}

Band::Visited Band::visit(double poi, const std::vector<double>& pulls) {
  const ProfilePoint point = profile_->at(std::span{&poi, 1}, pulls);
  converged_ = converged_ && fit::is_converged(point.status);
  return {poi, point.minus_two_log_l - minimum_, point.slope.front(), point.pulls};
}

Band::Visited Band::peak() {
  // The minimum itself has no slope, and nothing is so small as to be of interest without end.
  constexpr double beside = 1.001;
  constexpr double least_share = 1.0e-6;
  const double turn = profile_->rises_to();
  const double start = std::max(beside * below_.poi.front(), least_share * turn);
  Visited here = visit(std::min(std::max(turn, start), largest_), below_.pulls);
  Visited other = here;
  if (here.slope > 0.0) {
    while (other.slope > 0.0 && other.poi < largest_) {
      here = other;
      other = visit(std::min(step * other.poi, largest_), other.pulls);
    }
    if (other.slope > 0.0) return other;
  } else {
    while (other.slope <= 0.0) {
      here = other;
      if (other.poi <= start) return other;
      other = visit(std::max(other.poi / step, start), other.pulls);
    }
  }
  if (!(std::max(here.slope, other.slope) > 0.0)) return here;  // a fit without a value
  constexpr int bits = 20;                                      // -2 ln L is flat here
  const double place = root_between([&](double poi) { return visit(poi, here.pulls).slope; },
                                    std::min(here.poi, other.poi), std::max(here.poi, other.poi),
                                    here.poi < other.poi ? here.slope : other.slope,
                                    here.poi < other.poi ? other.slope : here.slope, bits);
  return visit(place, here.pulls);
}

std::vector<Band::Visited> Band::descent(const Visited& top, double least) {
  std::vector<Visited> places{top};
  while (places.back().rise >= least && places.back().poi < largest_) {
    places.push_back(visit(std::min(step * places.back().poi, largest_), places.back().pulls));
  }
  return places;
}

double Band::root(const Visited& above, const Visited& below, double delta_chi2) {
  constexpr int bits = 36;
  return root_between([&](double poi) { return visit(poi, above.pulls).rise - delta_chi2; },
                      above.poi, below.poi, above.rise - delta_chi2, below.rise - delta_chi2, bits);
}

std::vector<Limit> Band::limits(std::span<const double> delta_chi2) {
  const Visited top = peak();
  const std::vector<Visited> places = descent(top, std::ranges::min(delta_chi2));
  Rise rise{*profile_, 0, below_, minimum_, top.poi};
  std::vector<Limit> limits;
  for (const double threshold : delta_chi2) {
    // Without any signal -2 ln L may be above the threshold already.
    Limit limit = below_.minus_two_log_l - minimum_ >= threshold ? Limit{0.0, LimitStatus::ok}
                                                                 : rise.upper_limit(threshold);
    const auto under = std::ranges::find_if(
        places, [threshold](const Visited& place) { return place.rise < threshold; });
    if (limit.status == LimitStatus::ok && under != places.begin() && under != places.end()) {
      limit.excluded_to = root(*(under - 1), *under, threshold);
      limit.status = LimitStatus::closed_from_above;
    }
    limits.push_back(
        converged_ ? limit : Limit{std::numeric_limits<double>::quiet_NaN(), LimitStatus::failed});
  }
  return limits;
}

}  // namespace nudipole::inference::detail
