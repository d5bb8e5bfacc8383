#include "nudipole/config/suggestion.hpp"

#include "support/catch2.hpp"

#include <string>
#include <vector>

using nudipole::config::closest_match;
using nudipole::config::did_you_mean;
using Words = std::vector<std::string>;

TEST_CASE("a misspelling finds its word") {
  const Words keys{"title", "experiments", "flavour", "mass", "coupling", "limits", "fit", "run"};
  CHECK(closest_match("flavor", keys) == "flavour");  // one deletion
  CHECK(closest_match("experimets", keys) == "experiments");
  CHECK(closest_match("experiment", keys) == "experiments");
  CHECK(closest_match("couplings", keys) == "coupling");  // one insertion
  CHECK(closest_match("limitz", keys) == "limits");       // one substitution
  CHECK(closest_match("msas", keys) == "mass");           // one swap
  CHECK(closest_match("rnu", keys) == "run");             // one swap in a short word
}

TEST_CASE("a wrong unit finds the right one") {
  const Words keys{"to_MeV", "from_MeV", "points", "from_mu_B"};
  CHECK(closest_match("from_GeV", keys) == "from_MeV");
  CHECK(closest_match("from_keV", keys) == "from_MeV");
  CHECK(closest_match("to_GeV", keys) == "to_MeV");
}

TEST_CASE("a missing or surplus ending is seen") {
  CHECK(closest_match("from", Words{"points", "from_MeV"}) == "from_MeV");
  CHECK(closest_match("points_total_per_decade", Words{"points", "from_MeV"}) == "points");
  CHECK(closest_match("dresden", Words{"coherent_csi_2022", "dresden_ii"}) == "dresden_ii");
  // The shortest extension, whatever the order.
  CHECK(closest_match("cenns10", Words{"cenns10_three_axes", "cenns10_3axes"}) == "cenns10_3axes");
}

TEST_CASE("upper and lower case come first") {
  // "QF" is nearer to "Qf" by letters than by case-sensitive distance to "QG".
  CHECK(closest_match("qf", Words{"QG", "QF"}) == "QF");
  CHECK(closest_match("True", Words{"true", "false"}) == "true");
  CHECK(closest_match("FEF", Words{"yBe", "fef"}) == "fef");
}

TEST_CASE("the nearest wins, the first of equals") {
  CHECK(closest_match("bins", Words{"binning", "bin", "pins"}) == "bin");
  CHECK(closest_match("abcx", Words{"abcd", "abce"}) == "abcd");
}

TEST_CASE("nothing is suggested for a foreign word") {
  CHECK_FALSE(closest_match("quenching", Words{"mass", "coupling"}).has_value());
  CHECK_FALSE(closest_match("lo", Words{"hi"}).has_value());    // 2 edits of 2 letters
  CHECK_FALSE(closest_match("fef", Words{"ybe"}).has_value());  // 2 edits of 3 letters
  CHECK_FALSE(closest_match("mass", Words{}).has_value());
  CHECK_FALSE(closest_match("", Words{"a", "ab"}).has_value());
  CHECK_FALSE(closest_match("a", Words{""}).has_value());
}

TEST_CASE("the limit is a third of a long word") {
  // 12 letters: four edits are near, five are not.
  CHECK(closest_match("abcdefghwxyz", Words{"abcdefghijkl"}) == "abcdefghijkl");
  CHECK_FALSE(closest_match("abcdefgvwxyz", Words{"abcdefghijkl"}).has_value());
}

TEST_CASE("did_you_mean puts the match in words") {
  CHECK(did_you_mean("mas", Words{"mass"}) == "did you mean 'mass'?");
  CHECK(did_you_mean("quenching", Words{"mass"}).empty());
}
