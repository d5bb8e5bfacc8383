#include "nudipole/core/error.hpp"

#include "support/catch2.hpp"

#include <string>

using namespace nudipole;

namespace {

template <class ErrorClass>
ErrorKind kind_thrown_for(ErrorKind kind) {
  try {
    throw_error(kind, "what", {.where = "place"});
  } catch (const ErrorClass& error) {
    CHECK(std::string{error.what()} == "place: what");
    return error.kind();
  }
}

}  // namespace

TEST_CASE("The text of an error has place, problem, expectation and hint in this order") {
  const ConfigError full{
      "no such flavour",
      {.where = "scan.yaml:3: flavour", .expected = "e or mu", .hint = "try mu"}};
  CHECK(std::string{full.what()} ==
        "scan.yaml:3: flavour: no such flavour; expected e or mu; try mu");
}

TEST_CASE("Empty parts of an error leave no trace") {
  CHECK(std::string{DataError{"bad"}.what()} == "bad");
  CHECK(std::string{DataError{"bad", {.where = "here"}}.what()} == "here: bad");
  CHECK(std::string{DataError{"bad", {.expected = "good"}}.what()} == "bad; expected good");
  CHECK(std::string{DataError{"bad", {.hint = "mend it"}}.what()} == "bad; mend it");
}

TEST_CASE("An error keeps its details, and takes the context of those who pass it on") {
  try {
    throw_with_context(DataError{"bad", {.where = "line 3", .expected = "good", .hint = "mend"}},
                       "mass 10 MeV");
  } catch (const DataError& error) {
    CHECK(error.problem() == "bad");
    CHECK(error.details().where == "mass 10 MeV: line 3");
    CHECK(error.details().expected == "good");
    CHECK(error.details().hint == "mend");
    CHECK(std::string{error.what()} == "mass 10 MeV: line 3: bad; expected good; mend");
  }
  CHECK_THROWS_WITH(throw_with_context(Error{ErrorKind::unexpected, "bad"}, "here"), "here: bad");
}

TEST_CASE("Every class of error carries its kind and is an Error") {
  CHECK(ConfigError{"x"}.kind() == ErrorKind::config);
  CHECK(DataError{"x"}.kind() == ErrorKind::data);
  CHECK(CheckpointError{"x"}.kind() == ErrorKind::checkpoint);
  CHECK(NumericalError{"x"}.kind() == ErrorKind::numerical);
  CHECK_THROWS_AS(throw CheckpointError{"x"}, Error);
  CHECK_THROWS_AS(throw NumericalError{"x"}, std::runtime_error);
}

TEST_CASE("A kind known at run time selects the class that is thrown") {
  CHECK(kind_thrown_for<ConfigError>(ErrorKind::config) == ErrorKind::config);
  CHECK(kind_thrown_for<DataError>(ErrorKind::data) == ErrorKind::data);
  CHECK(kind_thrown_for<CheckpointError>(ErrorKind::checkpoint) == ErrorKind::checkpoint);
  CHECK(kind_thrown_for<NumericalError>(ErrorKind::numerical) == ErrorKind::numerical);
  CHECK(kind_thrown_for<Error>(ErrorKind::unexpected) == ErrorKind::unexpected);
}

TEST_CASE("Kinds have names of their own") {
  CHECK(to_string(ErrorKind::config) == "config error");
  CHECK(to_string(ErrorKind::data) == "data error");
  CHECK(to_string(ErrorKind::checkpoint) == "result file error");
  CHECK(to_string(ErrorKind::numerical) == "numerical error");
  CHECK(to_string(ErrorKind::unexpected) == "unexpected error");
}
