// Which toys of a file have failed, from hand-made counts.
#include "nudipole/campaign/toy_results.hpp"
#include "support/catch2.hpp"

#include <limits>
#include <numeric>
#include <string>
#include <vector>

using namespace nudipole;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::int8_t done = 0;
constexpr std::int8_t not_wanted = 1;

/// Two points of three items of two toys, of which the last one of the second point is not made.
labelled::Dataset toys() {
  labelled::Dataset data;
  data.add_axis({"point", "1", "hypothesis", std::vector{0.0, 1.0}});
  data.add_axis({"item", "1", "piece", std::vector<std::int32_t>{0, 1, 2}});
  data.add_axis({"test", "", "what is compared", std::vector<std::string>{"point"}});
  data.add_field({"batch_size", "1", "toys of a batch", {}, std::vector<std::int32_t>{2}});
  data.add_field({"mass", "MeV", "mass", {"point"}, std::vector{10.0, 20.0}});
  data.add_field({"coupling", "mu_B", "coupling", {"point"}, std::vector{1e-9, 2e-9}});
  data.add_field({"item_status",
                  "1",
                  "what was done",
                  {"point", "item"},
                  std::vector<std::int8_t>{done, done, done, done, done, not_wanted}});
  data.add_field({"failed_toy",
                  "1",
                  "first toy that failed",
                  {"point", "item"},
                  std::vector<std::int32_t>{-1, 2, 5, 0, -1, 4}});
  return data;
}

/// The same with q of each toy.
labelled::Dataset with_q(std::vector<double> q) {
  labelled::Dataset data = toys();
  std::vector<std::int32_t> numbers(6);
  std::iota(numbers.begin(), numbers.end(), 0);
  data.add_axis({"toy", "1", "number", numbers});
  data.add_field({"q", "1", "statistic", {"point", "test", "toy"}, std::move(q)});
  return data;
}

std::vector<std::pair<double, std::int64_t>> listed(const labelled::Dataset& data) {
  std::vector<std::pair<double, std::int64_t>> list;
  for (const campaign::FailedToy& one : campaign::failed_toys(data)) {
    list.emplace_back(one.mass_MeV, one.number);
    CHECK(one.couplings_mu_B == std::vector{one.mass_MeV * 1e-10});
  }
  return list;
}

}  // namespace

using List = std::vector<std::pair<double, std::int64_t>>;

TEST_CASE("Without q the first failed toy of each item is known, of items that were made") {
  CHECK(listed(toys()) == List{{10.0, 2}, {10.0, 5}, {20.0, 0}});
}

TEST_CASE("With q every failed toy is known") {
  // Toy 4 of the first point failed too; items whose toys were made before q was kept have none.
  CHECK(listed(with_q({1, 2, none, 3, none, 1, none, 4, 1, 1, none, none})) ==
        List{{10.0, 2}, {10.0, 4}, {20.0, 0}});
  CHECK(listed(with_q({none, none, none, none, 4, none, none, none, 1, 1, none, none})) ==
        List{{10.0, 2}, {10.0, 5}, {20.0, 0}});
}
