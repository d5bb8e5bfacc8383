#include "nudipole/scan/result_table.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "support/catch2.hpp"
#include "support/throws_like.hpp"
#include "unit/scan/toy_analysis.hpp"

#include <algorithm>
#include <cmath>

using namespace nudipole;
using labelled::Dataset;
using scan::Progress;
using scan::ResultTable;

namespace {

const scan::Analysis& toy() {
  static const scan::Analysis analysis = test::toy_analysis();
  return analysis;
}

double number(const ResultTable& table, const std::string& field, std::size_t index) {
  return table.dataset().values<double>(field).at(index);
}

/// Bit for bit, NaN being equal to NaN.
bool same(const Dataset& one, const Dataset& other) {
  if (one.axes() != other.axes() || one.fields().size() != other.fields().size()) return false;
  for (std::size_t i = 0; i < one.fields().size(); ++i) {
    const auto* numbers = std::get_if<std::vector<double>>(&one.fields()[i].values);
    if (numbers == nullptr) {
      if (one.fields()[i] != other.fields()[i]) return false;
      continue;
    }
    const auto& others = other.values<double>(one.fields()[i].name);
    if (!std::ranges::equal(*numbers, others, [](double a, double b) {
          return a == b || (std::isnan(a) && std::isnan(b));
        })) {
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("An empty table has the axes of its config and nothing done") {
  const ResultTable table{toy()};
  const Dataset& data = table.dataset();
  CHECK(std::get<std::vector<double>>(data.axis("mass").values) ==
        std::vector<double>{1.0, 10.0, 29.8});
  CHECK(data.axis("mass").units == "MeV");
  CHECK(data.axis("coupling").size() == 8);
  CHECK(data.axis("coupling").units == "mu_B");
  CHECK(std::get<std::vector<std::string>>(data.axis("experiment").values) ==
        std::vector<std::string>{"toy"});
  CHECK(std::get<std::vector<std::string>>(data.axis("nuisance").values) ==
        std::vector<std::string>{"toy_signal", "toy_ambient"});
  CHECK(data.axis("confidence").size() == 2);
  CHECK(data.axis("dof").size() == 2);

  for (std::size_t mass = 0; mass < 3; ++mass) {
    CHECK_FALSE(table.has_limits(mass));
    for (std::size_t coupling = 0; coupling < 8; ++coupling) {
      CHECK_FALSE(table.has_point(mass, coupling));
    }
  }
  CHECK(std::isnan(number(table, "minus_two_log_l", 5)));
  CHECK(std::isnan(number(table, "limit", 11)));
  CHECK(data.values<std::int8_t>("limit_status").at(11) == -1);
  const Progress progress = table.progress();
  CHECK(progress.masses_done == 0);
  CHECK(progress.masses_total == 3);
  CHECK(progress.fits_done == 0);
  CHECK(progress.fits_total == 24);
  CHECK(progress.fits_failed == 0);
}

TEST_CASE("Every field has a unit and a name for people; codes have their meanings") {
  const Dataset data = ResultTable{toy()}.dataset();
  for (const labelled::Field& field : data.fields()) {
    INFO(field.name);
    CHECK_FALSE(field.units.empty());
    CHECK_FALSE(field.long_name.empty());
    CHECK((field.role == labelled::FieldRole::timing) == (field.name == "compute_time"));
    CHECK(std::holds_alternative<std::vector<std::int8_t>>(field.values) == !field.flags.empty());
  }
  const auto& flags = data.field("limit_status").flags;
  CHECK(std::ranges::find(flags, std::pair<int, std::string>{2, "closed"}) != flags.end());
  CHECK(data.field("fit_status").flags.size() == 6);
}

TEST_CASE("What does not depend on fits of the grid is there from the start") {
  const ResultTable table{toy()};
  CHECK(number(table, "coupling_per_GeV", 7) == DipoleCoupling::from_mu_B(1.0e-7).per_GeV());
  CHECK(number(table, "nuisance_centre", 1) == 0.0);
  CHECK(number(table, "nuisance_width", 1) == 0.05);
  const auto portal = toy().portal(10.0);
  CHECK(number(table, "standard_model", 0) ==
        Approx(inference::Profile(toy().joint(), portal, {}).at(0.0).minus_two_log_l)
            .epsilon(1.0e-9));
}

TEST_CASE("Records land at their mass and coupling, and nowhere else") {
  ResultTable table{toy()};
  table.store(test::made_up_result(toy(), {1, 2, 4, true}));
  // Mass 1 has seed 200: coupling 3 is record 203.
  CHECK(number(table, "minus_two_log_l", 1 * 8 + 3) == 283.0);
  CHECK(number(table, "nuisance_value", (1 * 8 + 3) * 2 + 1) == Approx(203.2));
  CHECK(number(table, "contribution", 1 * 8 + 3) == Approx(203.01));
  CHECK(number(table, "prior", 1 * 8 + 3) == Approx(203.02));
  CHECK(table.dataset().values<std::int32_t>("fit_evaluations")[1 * 8 + 3] == 203);
  CHECK(number(table, "best_minus_two_log_l", 1) == 379.0);
  CHECK(number(table, "best_coupling", 1) == Approx(299.0e-9));
  CHECK(number(table, "best_nuisance_value", 1 * 2 + 0) == Approx(299.1));
  CHECK(number(table, "limit", 1 * 4 + 3) == Approx(203.0));  // the square root of x
  CHECK(number(table, "compute_time", 1) == 0.5);

  for (std::size_t mass = 0; mass < 3; ++mass) {
    CHECK(table.has_limits(mass) == (mass == 1));
    for (std::size_t coupling = 0; coupling < 8; ++coupling) {
      const bool stored = mass == 1 && (coupling == 2 || coupling == 3);
      CHECK(table.has_point(mass, coupling) == stored);
      CHECK(std::isnan(number(table, "minus_two_log_l", mass * 8 + coupling)) == !stored);
    }
  }
}

TEST_CASE("Progress counts points, complete masses and failures") {
  ResultTable table{toy()};
  table.store(test::made_up_result(toy(), {0, 0, 8, false}));
  CHECK(table.progress().fits_done == 8);
  CHECK(table.progress().masses_done == 0);  // its limits are missing
  table.store(test::made_up_result(toy(), {0, 0, 0, true}));
  CHECK(table.progress().masses_done == 1);
  CHECK(table.progress().fits_done == 8);

  scan::UnitResult bad = test::made_up_result(toy(), {2, 0, 2, true});
  bad.grid[1].status = fit::FitStatus::failed;
  bad.best.status = fit::FitStatus::not_converged;
  table.store(bad);
  CHECK(table.progress().fits_done == 10);
  CHECK(table.progress().fits_failed == 2);
  CHECK(table.has_point(2, 1));  // done, though without success: not tried again
  CHECK(table.has_limits(2));
  CHECK(scan::progress_of(table.dataset()).fits_failed == 2);

  scan::UnitResult fallback = test::made_up_result(toy(), {1, 0, 1, false});
  fallback.grid[0].status = fit::FitStatus::converged_fallback;
  table.store(fallback);
  CHECK(table.progress().fits_failed == 2);
}

TEST_CASE("Progress that is kept up to date is that of the whole table") {
  ResultTable table{toy()};
  const auto check = [&] {
    const Progress kept = table.progress();
    const Progress counted = scan::progress_of(table.dataset());
    CHECK(kept.masses_done == counted.masses_done);
    CHECK(kept.masses_total == counted.masses_total);
    CHECK(kept.fits_done == counted.fits_done);
    CHECK(kept.fits_total == counted.fits_total);
    CHECK(kept.fits_failed == counted.fits_failed);
  };
  scan::UnitResult bad = test::made_up_result(toy(), {0, 0, 8, true});
  bad.grid[3].status = fit::FitStatus::not_converged;
  for (const scan::UnitResult& result :
       {test::made_up_result(toy(), {1, 0, 5, false}), bad, bad,
        test::made_up_result(toy(), {1, 3, 8, true}), test::made_up_result(toy(), {0, 0, 8, true}),
        test::made_up_result(toy(), {2, 0, 0, true})}) {
    table.store(result);
    check();
  }
  CHECK(table.progress().fits_done == 16);
  CHECK(table.progress().fits_failed == 0);  // the bad fit was replaced by a good one
  CHECK(ResultTable(toy(), table.dataset()).progress().fits_done == 16);
}

TEST_CASE("Times of the pieces of one mass add up") {
  ResultTable table{toy()};
  table.store(test::made_up_result(toy(), {0, 0, 4, true}));
  table.store(test::made_up_result(toy(), {0, 4, 8, false}));
  CHECK(number(table, "compute_time", 0) == 1.0);
}

TEST_CASE("A resumed table equals the one that was never interrupted, in any order of pieces") {
  const std::vector<scan::Unit> units{
      {0, 0, 8, true}, {1, 0, 3, true}, {1, 3, 8, false}, {2, 0, 8, true}};
  ResultTable whole{toy()};
  for (const scan::Unit& unit : units) whole.store(test::made_up_result(toy(), unit));

  ResultTable first{toy()};
  first.store(test::made_up_result(toy(), units[2]));
  first.store(test::made_up_result(toy(), units[0]));
  ResultTable resumed{toy(), first.dataset()};
  CHECK(resumed.has_point(1, 3));
  CHECK_FALSE(resumed.has_point(1, 2));
  CHECK_FALSE(same(resumed.dataset(), whole.dataset()));
  resumed.store(test::made_up_result(toy(), units[3]));
  resumed.store(test::made_up_result(toy(), units[1]));
  CHECK(same(resumed.dataset(), whole.dataset()));
  CHECK(resumed.progress().masses_done == 3);
}

TEST_CASE("A table of another shape is refused") {
  const scan::Analysis other = test::toy_analysis(test::toy_yaml("{values_MeV: [1, 10, 29.9]}"));
  test::check_throws<CheckpointError>([&] { ResultTable(toy(), ResultTable{other}.dataset()); },
                                      {"other axes or fields", "new file"});
  Dataset more = ResultTable{toy()}.dataset();
  more.add_field({"extra", "1", "extra", {}, std::vector<double>{0.0}});
  CHECK_THROWS_AS(ResultTable(toy(), more), CheckpointError);
}
