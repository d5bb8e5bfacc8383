#include "nudipole/labelled/dataset.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

using namespace nudipole;
using namespace nudipole::labelled;

namespace {

Dataset two_by_three() {
  Dataset data;
  data.add_axis({"mass", "MeV", "mass", std::vector<double>{1.0, 2.0}});
  data.add_axis({"nuisance", "", "name", std::vector<std::string>{"a", "b", "c"}});
  data.add_axis({"none", "", "nothing", std::vector<std::string>{}});
  data.add_field({"pull", "1", "pull", {"mass", "nuisance"}, std::vector<double>(6, 0.5)});
  return data;
}

}  // namespace

TEST_CASE("A dataset gives back its axes and fields in order") {
  Dataset data = two_by_three();
  data.add_field({"status", "1", "status", {"mass"}, std::vector<std::int8_t>{1, 2}});
  REQUIRE(data.axes().size() == 3);
  CHECK(data.axes()[1].name == "nuisance");
  CHECK(data.axis("nuisance").size() == 3);
  CHECK(data.axis("none").size() == 0);
  REQUIRE(data.fields().size() == 2);
  CHECK(data.fields()[1].name == "status");
  CHECK(data.has_axis("mass"));
  CHECK_FALSE(data.has_axis("pull"));
  CHECK(data.has_field("pull"));
  CHECK_FALSE(data.has_field("mass"));
  CHECK(data.field("status").role == FieldRole::result);
  CHECK(data.values<std::int8_t>("status") == std::vector<std::int8_t>{1, 2});
  CHECK_THROWS_AS(data.values<double>("status"), std::bad_variant_access);
}

TEST_CASE("A field spans the product of its axes") {
  Dataset data = two_by_three();
  CHECK_NOTHROW(data.add_field({"scalar", "1", "", {}, std::vector<double>{1.0}}));
  CHECK_NOTHROW(data.add_field({"empty", "1", "", {"mass", "none"}, std::vector<double>{}}));
  CHECK_THROWS_AS(data.add_field({"short", "1", "", {"mass"}, std::vector<double>{1.0}}), Error);
  CHECK_THROWS_AS(data.add_field({"long", "1", "", {}, std::vector<double>(2)}), Error);
  CHECK_THROWS_AS(data.add_field({"lost", "1", "", {"dof"}, std::vector<double>(2)}), Error);
  CHECK(data.fields().size() == 3);
}

TEST_CASE("Names are unique in a dataset and unknown ones are refused") {
  Dataset data = two_by_three();
  CHECK_THROWS_AS(data.add_axis({"mass", "MeV", "", std::vector<double>{}}), Error);
  CHECK_THROWS_AS(data.add_field({"pull", "1", "", {}, std::vector<double>(1)}), Error);
  CHECK_THROWS_AS(data.add_field({"mass", "1", "", {}, std::vector<double>(1)}), Error);
  CHECK_THROWS_AS(data.axis("dof"), Error);
  CHECK_THROWS_AS(data.field("dof"), Error);
}

TEST_CASE("Datasets are equal when all of their parts are") {
  Dataset a = two_by_three();
  Dataset b = two_by_three();
  CHECK(a == b);
  b.values<double>("pull")[5] = 0.25;
  CHECK_FALSE(a == b);
  b = a;
  b.field("pull").role = FieldRole::timing;
  CHECK_FALSE(a == b);
}
