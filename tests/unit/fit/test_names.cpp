#include "support/catch2.hpp"
#include "unit/fit/problems.hpp"

using namespace nudipole::fit;

TEST_CASE("Algorithms are written and read alike") {
  for (const Algorithm algorithm : nudipole::test::all_algorithms) {
    CHECK(parse_algorithm(to_string(algorithm)) == algorithm);
  }
  CHECK(to_string(Algorithm::automatic) == "auto");
  CHECK_FALSE(parse_algorithm("Auto"));
  CHECK_FALSE(parse_algorithm(""));
}

TEST_CASE("Fit statuses keep their codes and names, files hold them") {
  CHECK(static_cast<int>(FitStatus::not_done) == -1);
  CHECK(static_cast<int>(FitStatus::converged) == 0);
  CHECK(static_cast<int>(FitStatus::converged_fallback) == 1);
  CHECK(static_cast<int>(FitStatus::not_converged) == 2);
  CHECK(static_cast<int>(FitStatus::failed) == 3);
  CHECK(static_cast<int>(FitStatus::not_applicable) == 4);
  CHECK(static_cast<int>(FitStatus::beyond) == 5);
  CHECK(static_cast<int>(FitStatus::not_wanted) == 6);
  CHECK(to_string(FitStatus::not_done) == "not_done");
  CHECK(to_string(FitStatus::converged) == "converged");
  CHECK(to_string(FitStatus::converged_fallback) == "converged_fallback");
  CHECK(to_string(FitStatus::not_converged) == "not_converged");
  CHECK(to_string(FitStatus::failed) == "failed");
  CHECK(to_string(FitStatus::not_applicable) == "not_applicable");
  CHECK(to_string(FitStatus::beyond) == "beyond");
  CHECK(to_string(FitStatus::not_wanted) == "not_wanted");
}

TEST_CASE("Only the two converged statuses count as converged") {
  CHECK(is_converged(FitStatus::converged));
  CHECK(is_converged(FitStatus::converged_fallback));
  CHECK_FALSE(is_converged(FitStatus::not_converged));
  CHECK_FALSE(is_converged(FitStatus::failed));
  CHECK_FALSE(is_converged(FitStatus::not_done));
  CHECK_FALSE(is_converged(FitStatus::not_applicable));
  CHECK_FALSE(is_converged(FitStatus::beyond));
}
