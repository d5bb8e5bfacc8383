#include "nudipole/run/progress.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"
#include "support/stairs.hpp"

using namespace nudipole;
using campaign::Task;
using run::Progress;
using run::ResultTable;

namespace {

const test::StairsCampaign& stairs() {
  static const test::StairsCampaign campaign{{.steps = 3, .items = 4}};
  return campaign;
}

ResultTable empty_table() { return {stairs().begin({}), "height"}; }

void store(ResultTable& table, const Task& task) {
  table.store(task, (*stairs().worker())(task), 0.5);
}

}  // namespace

TEST_CASE("Progress is read off the codes of a dataset") {
  ResultTable table = empty_table();
  CHECK(table.progress() == Progress{.places_total = 3, .items_total = 12});
  store(table, {1, 1.0, 1, 3});
  CHECK(table.progress() == Progress{0, 3, 2, 12, 0});
  store(table, {1, 1.0, 0, 1});
  store(table, {1, 1.0, 3, 4});
  CHECK(table.progress() == Progress{1, 3, 4, 12, 0});
  labelled::Patch bad = (*stairs().worker())({2, 2.0, 0, 4});
  bad[2].values = std::vector<std::int8_t>{0, 3, 3, 0};
  table.store({2, 2.0, 0, 4}, bad, 0.5);
  CHECK(table.progress() == Progress{2, 3, 8, 12, 2});  // done, though without success
  store(table, {2, 2.0, 1, 2});                         // a good one in its place
  CHECK(table.progress() == Progress{2, 3, 8, 12, 1});
  CHECK(table.progress() == run::progress_of(table.dataset(), "height"));
  CHECK(places_text(table.progress(), "steps") == "2 of 3 steps");
}

TEST_CASE("Times of the pieces of a place add up, and are no result") {
  ResultTable table = empty_table();
  store(table, {0, 0.0, 0, 2});
  store(table, {0, 0.0, 2, 4});
  CHECK(table.dataset().at<double>(ResultTable::time_field, {0}) == 1.0);
  CHECK(table.dataset().field(ResultTable::time_field).role == labelled::FieldRole::timing);
}

TEST_CASE("Results that do not belong to their task are refused, and change nothing") {
  ResultTable table = empty_table();
  const labelled::Dataset before = table.dataset();
  const labelled::Patch good = (*stairs().worker())({1, 1.0, 0, 4});
  CHECK_THROWS_AS(table.store({0, 0.0, 0, 4}, good, 1.0), Error);  // of another place
  CHECK_THROWS_AS(table.store({3, 3.0, 0, 4}, good, 1.0), Error);  // a place that is not there
  labelled::Patch bad = good;
  bad[1].values = std::vector<double>{1.0};  // another type
  CHECK_THROWS_AS(table.store({1, 1.0, 0, 4}, bad, 1.0), Error);
  bad = good;
  bad[0].offset = 1;  // beyond the block
  CHECK_THROWS_AS(table.store({1, 1.0, 0, 4}, bad, 1.0), Error);
  bad = good;
  bad[0].field = "nothing";
  CHECK_THROWS_AS(table.store({1, 1.0, 0, 4}, bad, 1.0), Error);
  CHECK(labelled::content_digest(table.dataset()) == labelled::content_digest(before));
}
