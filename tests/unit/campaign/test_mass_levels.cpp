// Masses that a scan places itself: limits of a known form, and a small detector.
#include "nudipole/campaign/mass_levels.hpp"

#include "nudipole/campaign/campaigns.hpp"
#include "support/catch2.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>

using namespace nudipole;
using namespace nudipole::campaign;

namespace {

constexpr std::int8_t ok = 0;
constexpr std::int8_t closed = 2;
using LimitAt = std::function<double(double mass_MeV)>;  ///< NaN: closed

/// Limits at some masses.
labelled::Dataset dataset(const std::vector<double>& masses, const LimitAt& limit) {
  labelled::Dataset data;
  data.add_axis({"mass", "MeV", "mass", masses});
  std::vector<double> limits;
  std::vector<std::int8_t> status;
  for (const double mass : masses) {
    limits.push_back(limit(mass));
    status.push_back(std::isnan(limits.back()) ? closed : ok);
  }
  data.add_field(
      {.name = "limit", .units = "mu_B", .long_name = "", .axes = {"mass"}, .values = limits});
  data.add_field({.name = "limit_status",
                  .units = "1",
                  .long_name = "",
                  .axes = {"mass"},
                  .values = status,
                  .flags = {{0, "ok"}, {2, "closed"}}});
  return data;
}

/// All masses in the end; every level is asked for what is there.
std::vector<double> settled(const std::vector<double>& first, const LimitAt& limit,
                            double tolerance) {
  std::vector<double> masses = first;
  for (int level = 0; level < 40; ++level) {
    const std::vector<double> wanted = next_masses_MeV(first, dataset(masses, limit), tolerance);
    if (wanted.empty()) return masses;
    masses.insert(masses.end(), wanted.begin(), wanted.end());
    std::ranges::sort(masses);
  }
  FAIL("the levels do not end");
  return {};
}

/// Largest error of straight lines in ln d against ln m, relative in d, where both ends have a
/// limit.
double worst_error(const std::vector<double>& masses, const LimitAt& limit) {
  double worst = 0.0;
  for (std::size_t i = 0; i + 1 < masses.size(); ++i) {
    if (std::isnan(limit(masses[i])) || std::isnan(limit(masses[i + 1]))) continue;
    for (double t = 0.05; t < 1.0; t += 0.05) {
      const double mass = masses[i] * std::pow(masses[i + 1] / masses[i], t);
      const double line = limit(masses[i]) * std::pow(limit(masses[i + 1]) / limit(masses[i]), t);
      worst = std::max(worst, std::abs(line / limit(mass) - 1.0));
    }
  }
  return worst;
}

}  // namespace

TEST_CASE("A power law needs no more than one mass between the first ones") {
  const LimitAt power = [](double mass) { return 1e-9 * mass * mass; };
  CHECK(settled({1.0, 4.0, 16.0}, power, 0.01) == std::vector<double>{1.0, 2.0, 4.0, 8.0, 16.0});
}

TEST_CASE("Limits between the masses are good to the tolerance, with more masses where they bend") {
  // Flat, a bend at 10 MeV, steep up to 40 MeV, where no N can be made any more.
  const LimitAt limit = [](double mass) {
    if (mass >= 40.0) return std::numeric_limits<double>::quiet_NaN();
    return 1e-9 * (1.0 + std::pow(mass / 10.0, 4)) * std::exp(std::pow(mass / 25.0, 8));
  };
  const std::vector<double> first{0.01, 0.1, 1.0, 10.0, 52.0};
  for (const double tolerance : {0.05, 0.01, 0.001}) {
    const std::vector<double> masses = settled(first, limit, tolerance);
    CHECK(worst_error(masses, limit) < tolerance);
    // From 0.01 to 1 MeV there is nothing to see.
    CHECK(std::ranges::count_if(masses, [](double m) { return m < 0.9; }) == 4);
    // The end is known to the tolerance.
    const auto end = std::ranges::find_if(masses, [](double m) { return m >= 40.0; });
    CHECK(*end / *(end - 1) <= 1.0 + tolerance);
  }
  CHECK(settled(first, limit, 0.01).size() < settled(first, limit, 0.001).size());
}

TEST_CASE("A jump is followed down to a fiftieth of the tolerance, not for ever") {
  const LimitAt jump = [](double mass) { return mass < 3.0 ? 1e-9 : 2e-9; };
  const std::vector<double> masses = settled({1.0, 10.0}, jump, 0.01);
  const auto above = std::ranges::find_if(masses, [](double m) { return m >= 3.0; });
  const double width = *above / *(above - 1) - 1.0;
  CHECK(width < 0.02 * 0.01);
  CHECK(width > 0.02 * 0.01 / 8.0);
}

TEST_CASE("A scan begins with the ends of its spectra and adds masses level by level") {
  const auto setup = test::toy_setup(
      test::toy_yaml("{from_MeV: 1, to_MeV: 60, spacing: adaptive, tolerance: 0.02}",
                     "{from_mu_B: 1e-10, to_mu_B: 1e-5, points: 2}"));
  const std::vector<double> first = first_masses_MeV(*setup);
  // (m_pi^2 - m_mu^2)/(2 m_pi) and m_mu/2 of PDG: 29.79 and 52.83 MeV.
  for (const double end : {29.79, 52.83}) {
    CHECK(std::ranges::any_of(first, [end](double m) { return std::abs(m - end) < 0.01; }));
  }
  for (std::size_t i = 0; i + 1 < first.size(); ++i) {
    CHECK(first[i + 1] / first[i] < std::pow(10.0, 0.25) * (1.0 + 1e-12));
  }
  const auto grid = make_scan(setup);
  labelled::Dataset data = grid->begin({});
  CHECK(data.axis("mass").size() == first.size());
  const auto worker = grid->worker();
  std::size_t levels = 0;
  for (;;) {
    for (const Task& task : grid->missing(data)) data.apply((*worker)(task));
    const auto next = grid->next_level(data);
    if (!next) break;
    data = *next;
    REQUIRE(++levels < 30);
  }
  CHECK(levels >= 3);
  // Limits between the masses, against fits there.
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  const auto limit_at = [&](double mass) {
    const inference::Profile profile = setup->profile(setup->signals(mass));
    return std::sqrt(profile.upper_limit(profile.best_fit().best, 2.71, 1e-10).poi);
  };
  for (std::size_t i = 0; i + 1 < masses.size(); ++i) {
    if (masses[i + 1] / masses[i] - 1.0 < 0.02 * 0.02) continue;  // as fine as they get
    const double low = data.slice<double>("limit", {i}).front();
    const double high = data.slice<double>("limit", {i + 1}).front();
    if (std::isnan(low) || std::isnan(high)) continue;
    const double mass = std::sqrt(masses[i] * masses[i + 1]);
    CHECK(std::sqrt(low * high) == Approx(limit_at(mass)).epsilon(0.02));
  }
}

TEST_CASE("Parts of a scan that places its masses are intervals of the first ones") {
  const auto setup = test::toy_setup(
      test::toy_yaml("{from_MeV: 1, to_MeV: 60, spacing: adaptive, tolerance: 0.02}"));
  const auto grid = make_scan(setup);
  const auto worker = grid->worker();
  const auto scanned = [&](const Shard& shard) {
    labelled::Dataset data = grid->begin(shard);
    for (std::optional<labelled::Dataset> next = data; next; next = grid->next_level(data)) {
      data = *next;
      for (const Task& task : grid->missing(data)) {
        data.apply((*worker)({task.place, task.coordinate, 0, 1}));  // limits are enough here
      }
      std::ranges::fill(data.values<std::int8_t>("fit_status"), std::int8_t{0});
    }
    return std::get<std::vector<double>>(data.axis("mass").values);
  };
  const std::vector<double> whole = scanned({});
  const std::size_t intervals = first_masses_MeV(*setup).size() - 1;
  for (const std::size_t count : {std::size_t{2}, std::size_t{3}, intervals, intervals + 2}) {
    std::vector<double> all;
    std::size_t computed = 0;
    for (std::size_t index = 0; index < count; ++index) {
      const std::vector<double> part = scanned({index, count});
      computed += part.size();
      std::vector<double> joined;
      std::ranges::set_union(all, part, std::back_inserter(joined));
      all = std::move(joined);
    }
    CHECK(all == whole);
    // Neighbours share one mass.
    CHECK(computed == whole.size() + std::min(count, intervals) - 1);
  }
}
