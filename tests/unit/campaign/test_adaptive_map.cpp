// Maps that place their couplings themselves, on a small detector.
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

using namespace nudipole;
using namespace nudipole::campaign;
using fit::FitStatus;

namespace {

constexpr double tolerance = 0.01;

std::shared_ptr<const Setup> adaptive_setup() {
  return test::toy_setup(
      test::toy_yaml("{values_MeV: [1, 20, 60]}",
                     "{from_mu_B: 1e-11, to_mu_B: 1e-6, spacing: adaptive, tolerance: 0.01}"));
}

labelled::Dataset scanned(const Setup& setup, const Campaign& grid) {
  labelled::Dataset data = grid.begin({});
  const auto worker = grid.worker();
  const std::vector<Task> tasks = grid.missing(data);
  CHECK(tasks.size() == setup.config().mass_MeV.size());  // a map is not cut
  for (const Task& task : tasks) data.apply((*worker)(task));
  CHECK(grid.missing(data).empty());
  return data;
}

bool is(std::int8_t code, FitStatus status) { return code == static_cast<std::int8_t>(status); }

struct Known {
  double ln_d;
  double value;
};

/// The fits of one mass.
std::vector<Known> fits_of(const labelled::Dataset& data, std::size_t mass) {
  const auto& couplings = std::get<std::vector<double>>(data.axis("coupling").values);
  const auto codes = data.slice<std::int8_t>("fit_status", {mass});
  const auto values = data.slice<double>("minus_two_log_l", {mass});
  std::vector<Known> known;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (fit::is_converged(static_cast<FitStatus>(codes[i]))) {
      known.push_back({std::log(couplings[i]), values[i]});
    } else {
      CHECK((is(codes[i], FitStatus::not_wanted) || is(codes[i], FitStatus::beyond)));
      CHECK(std::isnan(values[i]));
    }
  }
  return known;
}

}  // namespace

TEST_CASE("Contours of a map that places its couplings are good to the tolerance") {
  const auto setup = adaptive_setup();
  const std::vector<double>& couplings = setup->config().coupling_mu_B();
  // 2^k parts, each at most the tolerance.
  const std::size_t parts = couplings.size() - 1;
  CHECK((parts & (parts - 1)) == 0);
  CHECK(couplings[1] / couplings[0] <= 1.0 + tolerance);
  CHECK(couplings.back() == 1e-6);
  const auto grid = make_scan(setup);
  const labelled::Dataset data = scanned(*setup, *grid);
  for (const std::size_t mass : {std::size_t{0}, std::size_t{1}}) {
    const std::vector<Known> known = fits_of(data, mass);
    CHECK(known.size() < parts / 10);
    const inference::Profile profile =
        setup->profile(setup->signals(setup->config().mass_MeV[mass]));
    const inference::ProfilePoint best = profile.best_fit().best;
    for (const double level : {0.5, 1.0, 2.3, 4.61, 9.21}) {
      const double wanted = best.minus_two_log_l + level;
      const auto above = std::ranges::find_if(known, [&](const Known& one) {
        return std::exp(2.0 * one.ln_d) > best.poi.front() && one.value > wanted;
      });
      REQUIRE(above != known.begin());
      REQUIRE(above != known.end());
      const Known& below = *(above - 1);
      const double share = (wanted - below.value) / (above->value - below.value);
      const double ln_d = below.ln_d + share * (above->ln_d - below.ln_d);
      const double exact = profile.upper_limit(best, level, 1e-10).poi;
      CHECK(std::exp(ln_d) / std::sqrt(exact) == Approx(1.0).margin(tolerance));
    }
  }
  // Nothing can be made at 60 MeV: the coarse points tell as much.
  CHECK(fits_of(data, 2).size() <= 40);
}

TEST_CASE("Fits of a map that places its couplings are those of a grid there") {
  const auto setup = adaptive_setup();
  const auto grid = make_scan(setup);
  const labelled::Dataset data = scanned(*setup, *grid);
  const inference::Profile profile = setup->profile(setup->signals(20.0));
  for (const Known& one : fits_of(data, 1)) {
    CHECK(one.value == Approx(profile.at(std::exp(2.0 * one.ln_d)).minus_two_log_l).epsilon(1e-9));
  }
}
