#include "map_refinement.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::campaign::detail {
namespace {

constexpr std::size_t first_parts = 16;
constexpr double negligible = 0.005;  ///< of -2 ln L

class Refinement {
 public:
  Refinement(std::span<const double> couplings_mu_B, const MapRequest& request,
             const std::function<double(std::size_t)>& value)
      : couplings_mu_B_(couplings_mu_B), request_(&request), value_(&value) {}

  void all() {
    const std::size_t last = couplings_mu_B_.size() - 1;
    const std::size_t step = std::max<std::size_t>(1, last / first_parts);
    Point low = at(0);
    for (std::size_t place = step; place <= last; place += step) {
      const Point high = at(place);
      between(low, high);
      low = high;
    }
  }

 private:
  struct Point {
    std::size_t place;
    double rise;
  };

  [[nodiscard]] Point at(std::size_t place) const {
    return {place, (*value_)(place)-request_->minimum};
  }
  [[nodiscard]] bool is_of_interest(const Point& low, const Point& high) const {
    const bool holds_best = couplings_mu_B_[low.place] <= request_->best_mu_B &&
                            request_->best_mu_B <= couplings_mu_B_[high.place];
    return holds_best || low.rise <= request_->highest || high.rise <= request_->highest;
  }
  [[nodiscard]] bool is_line(const Point& low, const Point& middle, const Point& high) const {
    const double off = std::abs(middle.rise - 0.5 * (low.rise + high.rise));
    const double slope = std::abs(high.rise - low.rise) /
                         std::log(couplings_mu_B_[high.place] / couplings_mu_B_[low.place]);
    return off <= std::max(negligible, slope * std::log1p(request_->tolerance));  // not for NaN
  }
  void between(const Point& low, const Point& high) const {
    if (high.place - low.place < 2 || !is_of_interest(low, high)) return;
    const Point middle = at((low.place + high.place) / 2);
    if (std::isfinite(high.rise) && is_line(low, middle, high)) return;
    between(low, middle);
    between(middle, high);
  }

  std::span<const double> couplings_mu_B_;
  const MapRequest* request_;
  const std::function<double(std::size_t)>* value_;
};

}  // namespace

void refine_map(std::span<const double> couplings_mu_B, const MapRequest& request,
                const std::function<double(std::size_t)>& value) {
  Refinement{couplings_mu_B, request, value}.all();
}

}  // namespace nudipole::campaign::detail
