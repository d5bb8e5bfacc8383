// What counts of toys are read as: proportions, quantiles, crossings.
#include "nudipole/inference/binomial.hpp"
#include "nudipole/inference/crossing.hpp"
#include "nudipole/inference/q_histogram.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <vector>

using namespace nudipole::inference;

// Clopper and Pearson: closed forms at the ends, and the interval of 3 in 10 at 95 %, 0.06674 to
// 0.65245 (a standard table).
TEST_CASE("The interval of a proportion is that of Clopper and Pearson") {
  const Proportion none{0, 20};
  CHECK(none.interval(0.9).first == 0.0);
  CHECK(none.interval(0.9).second == Approx(1.0 - std::pow(0.05, 1.0 / 20.0)));
  const Proportion all{20, 20};
  CHECK(all.interval(0.9).first == Approx(std::pow(0.05, 1.0 / 20.0)));
  CHECK(all.interval(0.9).second == 1.0);
  const auto [lower, upper] = Proportion{3, 10}.interval(0.95);
  CHECK(lower == Approx(0.06674).epsilon(1e-3));
  CHECK(upper == Approx(0.65245).epsilon(1e-4));
  CHECK(Proportion{1000, 10'000}.error() == Approx(std::sqrt(0.09 / 10'000)).epsilon(0.02));
  CHECK(std::isnan(Proportion{}.value()));
}

TEST_CASE("Bins of q are equal in its root, and the last holds the rest") {
  CHECK(q_bins::index(0.0) == 0);
  CHECK(q_bins::index(1.0000001) == 80);
  CHECK(q_bins::index(64.0) == 640);
  CHECK(q_bins::index(1e9) == 640);
  CHECK(q_bins::lower_edge(80) == Approx(1.0));
}

TEST_CASE("A quantile lies where the share of toys is reached") {
  std::vector<std::int32_t> counts(q_bins::count);
  CHECK(std::isnan(quantile(counts, 0.9).value));
  for (std::size_t bin = 0; bin < 400; ++bin) counts[bin] = 25;  // even in z up to 5
  const Quantile q = quantile(counts, 0.5);
  CHECK(q.value == Approx(2.5 * 2.5));
  // One standard deviation is 50 of 10 000 toys: 0.025 in z.
  CHECK(q.error == Approx(2.0 * 2.5 * 0.025).epsilon(1e-3));
  CHECK(count_above(counts, 6.25) == Approx(5000.0));
  CHECK(count_above(counts, 100.0) == 0.0);
  counts.back() = 90'000;
  CHECK(std::isinf(quantile(counts, 0.5).value));
  CHECK(count_above(counts, 100.0) == 90'000.0);
}

TEST_CASE("CL_s is critical where the ratio of shares reaches alpha") {
  // With signal even in z up to 2, without up to 4: (1 - z/2)/(1 - z/4) = 0.1 at z = 1.894737.
  std::vector<std::int32_t> with(q_bins::count);
  std::vector<std::int32_t> without(q_bins::count);
  for (std::size_t bin = 0; bin < 160; ++bin) with[bin] = 100;
  for (std::size_t bin = 0; bin < 320; ++bin) without[bin] = 10;
  const double z = std::sqrt(cls_critical_value(with, without, 0.1));
  CHECK(z == Approx(1.894737).margin(q_bins::width));
}

TEST_CASE("Crossings are found from the right side") {
  const std::vector<NoisyProbability> curve{
      {0, 0.05, 0.01}, {1, 0.5, 0.01}, {2, 0.3, 0.01}, {3, 0.08, 0.01}, {4, 0.01, 0.01}};
  CHECK(crossing_after(curve, 0.1, Fall::up) == 0);
  CHECK(crossing_after(curve, 0.1, Fall::down) == 2);
  CHECK(crossing_after(curve, 0.6, Fall::down) == std::nullopt);
}

// p = Phi(1 - x) crosses 0.1 at x = 2.2815516.
TEST_CASE("A crossing lies on the line through its neighbours, with their errors") {
  std::vector<NoisyProbability> curve;
  for (double x = 0.0; x <= 4.0; x += 0.25) {
    curve.push_back({x, 0.5 * std::erfc((x - 1.0) / std::sqrt(2.0)), 0.001});
  }
  const auto after = crossing_after(curve, 0.1, Fall::down);
  REQUIRE(after);
  const Crossing found = crossing_at(curve, 0.1, *after);
  CHECK(found.place == Approx(2.2815516).epsilon(1e-5));
  // A density of 0.1755 there, and four to five points share the work.
  CHECK(found.error < 0.001 / 0.1755);
  CHECK(found.error > 0.3 * 0.001 / 0.1755);
}

TEST_CASE("A jump is an error of its own") {
  const std::vector<NoisyProbability> curve{
      {0, 0.9, 1e-4}, {1, 0.12, 1e-4}, {1.5, 0.02, 1e-4}, {3, 1e-3, 1e-4}};
  const Crossing found = crossing_at(curve, 0.1, 1);
  CHECK(found.place > 1.0);
  CHECK(found.place < 1.5);
}
