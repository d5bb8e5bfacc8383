#include "nudipole/labelled/dataset.hpp"

#include "nudipole/core/error.hpp"
#include "support/catch2.hpp"

#include <cmath>

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

namespace {

/// Two places of three numbers each, and a scalar.
Dataset small() {
  Dataset data;
  data.add_axis({"mass", "MeV", "mass", std::vector<double>{1.0, 3.0}});
  data.add_axis({"kind", "", "kind", std::vector<std::string>{"a", "b", "c"}});
  data.add_field({"value", "1", "value", {"mass", "kind"}, std::vector<double>{0, 1, 2, 3, 4, 5}});
  data.add_field({"code", "1", "code", {"mass"}, std::vector<std::int8_t>{7, 8}});
  data.add_field({"scalar", "1", "scalar", {}, std::vector<double>{9}});
  return data;
}

}  // namespace

TEST_CASE("Entries are found by their indices, slowest first") {
  const Dataset data = small();
  CHECK(data.shape(data.field("value")) == std::vector<std::size_t>{2, 3});
  CHECK(data.at<double>("value", {1, 2}) == 5.0);
  CHECK(data.at<double>("scalar", {}) == 9.0);
  CHECK(data.slice<double>("value", {1}).size() == 3);
  CHECK(data.slice<double>("value", {1}).front() == 3.0);
  CHECK(data.slice<double>("value", {}).size() == 6);
  CHECK(data.offset("value", {2}) == 2);
  CHECK(data.block_size(data.field("value")) == 3);
  CHECK(data.block_size(data.field("scalar")) == 1);
  CHECK(position_of(data.axis("kind"), "b") == 1);
  CHECK_THROWS_AS(data.at<double>("value", {2, 0}), Error);
  CHECK_THROWS_AS(data.at<double>("value", {0, 0, 0}), Error);
  CHECK_THROWS_AS(data.offset("value", {3}), Error);
  CHECK_THROWS_AS(position_of(data.axis("kind"), "d"), Error);
}

TEST_CASE("A patch fills its place and nothing else, or nothing at all") {
  Dataset data = small();
  data.apply({{"value", 1, 1, std::vector<double>{40, 50}}, {"scalar", 0, 0, std::vector{90.0}}});
  CHECK(data.values<double>("value") == std::vector<double>{0, 1, 2, 3, 40, 50});
  CHECK(data.at<double>("scalar", {}) == 90.0);
  const Dataset before = data;
  for (const Piece& bad :
       {Piece{"value", 2, 0, std::vector{1.0}}, Piece{"value", 0, 2, std::vector{1.0, 2.0}},
        Piece{"code", 0, 0, std::vector{1.0}}, Piece{"no", 0, 0, std::vector{1.0}}}) {
    CHECK_THROWS_AS(data.apply({{"scalar", 0, 0, std::vector{1.0}}, bad}), Error);
    CHECK(data == before);
  }
}

TEST_CASE("An axis grows in order, and new places are empty") {
  const Dataset data = small().grown("mass", std::vector<double>{2.0, 3.0, 0.5});
  CHECK(std::get<std::vector<double>>(data.axis("mass").values) ==
        std::vector<double>{0.5, 1.0, 2.0, 3.0});
  CHECK(data.at<double>("value", {1, 2}) == 2.0);
  CHECK(data.at<double>("value", {3, 0}) == 3.0);
  CHECK(std::isnan(data.at<double>("value", {0, 0})));
  CHECK(data.values<std::int8_t>("code") == std::vector<std::int8_t>{-1, 7, -1, 8});
  CHECK(data.at<double>("scalar", {}) == 9.0);
}

TEST_CASE("An axis is restricted to some of its places, whose values stay") {
  const Dataset data = small().restricted("mass", std::vector<double>{3.0});
  CHECK(std::get<std::vector<double>>(data.axis("mass").values) == std::vector<double>{3.0});
  CHECK(data.values<double>("value") == std::vector<double>{3, 4, 5});
  CHECK(data.values<std::int8_t>("code") == std::vector<std::int8_t>{8});
  CHECK(data.at<double>("scalar", {}) == 9.0);
  CHECK(small().restricted("mass", std::vector<double>{1.0, 3.0}) == small());
  CHECK_THROWS_WITH(small().restricted("mass", std::vector<double>{2.0}),
                    Catch::Contains("no such place"));
}
