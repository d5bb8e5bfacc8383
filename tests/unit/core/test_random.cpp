#include "nudipole/core/random.hpp"

#include "support/catch2.hpp"

#include <cmath>
#include <set>
#include <vector>

using namespace nudipole;

// Known answers: the three lines `philox4x32 10` of Random123's tests/kat_vectors, release 1.14.0.
TEST_CASE("Philox4x32-10 gives the known answers of Random123") {
  using Words = std::array<std::uint32_t, 4>;
  CHECK(philox4x32_10({0, 0, 0, 0}, {0, 0}) ==
        Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32_10({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32_10({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("A stream is the blocks of its name, one after the other") {
  const RandomStream::Key key{11, 12};
  RandomStream stream{key, {7, 8, 9}};
  for (std::uint32_t block = 0; block < 3; ++block) {
    for (const std::uint32_t word : philox4x32_10({7, 8, 9, block}, key)) {
      CHECK(stream.word() == word);
    }
  }
}

TEST_CASE("Numbers of a list have different hashes, equal ones the same") {
  std::set<std::uint32_t> hashes;
  for (int i = 0; i < 2000; ++i) hashes.insert(hash32(1.0e-11 * std::pow(1.01, i)));
  CHECK(hashes.size() == 2000);
  CHECK(hash32(0.0) == hash32(-0.0));
  CHECK(hash32(1.0) != hash32(std::nextafter(1.0, 2.0)));
  CHECK(hash32("coherent_csi_2022") != hash32("coherent_csi_2017"));
  CHECK(hash32("abc") == 0xba7816bf);  // FIPS 180-4
}

TEST_CASE("Uniform numbers fill the open interval evenly") {
  RandomStream stream{{1, 2}, {3, 4, 5}};
  constexpr int draws = 200'000;
  std::vector<int> counts(20);
  double least = 1.0;
  double most = 0.0;
  for (int i = 0; i < draws; ++i) {
    const double u = stream.uniform();
    least = std::min(least, u);
    most = std::max(most, u);
    ++counts[static_cast<std::size_t>(20.0 * u)];
  }
  CHECK(least > 0.0);
  CHECK(most < 1.0);
  double chi2 = 0.0;
  for (const int n : counts) chi2 += std::pow(n - draws / 20.0, 2) / (draws / 20.0);
  CHECK(chi2 < 45.0);  // chi2(19) exceeds it once in 1000; the numbers are fixed
  CHECK(chi2 > 4.0);   // and this too: numbers that are too even are not random
}

// Moments and tail probabilities of the normal distribution; errors of 4 standard deviations.
TEST_CASE("Normal numbers have the moments and the tails of a normal distribution") {
  RandomStream stream{{1, 2}, {6, 4, 5}};
  constexpr int draws = 400'000;
  double sum = 0.0;
  double squares = 0.0;
  double fourths = 0.0;
  int beyond_2 = 0;
  int below_minus_3 = 0;
  for (int i = 0; i < draws; ++i) {
    const double z = stream.normal();
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
    beyond_2 += z > 2.0 ? 1 : 0;
    below_minus_3 += z < -3.0 ? 1 : 0;
  }
  const double root = std::sqrt(draws);
  CHECK(std::abs(sum / draws) < 4.0 / root);
  CHECK(std::abs(squares / draws - 1.0) < 4.0 * std::sqrt(2.0) / root);
  CHECK(std::abs(fourths / draws - 3.0) < 4.0 * std::sqrt(96.0) / root);
  const auto agrees = [&](int count, double z) {
    const double p = 0.5 * std::erfc(z / std::sqrt(2.0));
    return std::abs(count - draws * p) < 4.0 * std::sqrt(draws * p);
  };
  CHECK(agrees(beyond_2, 2.0));
  CHECK(agrees(below_minus_3, 3.0));
}
