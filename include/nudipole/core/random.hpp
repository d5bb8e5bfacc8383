#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace nudipole {

/// Philox4x32-10: a bijection of counters for each key, whose values pass all tests of randomness
/// that are known (Salmon et al., SC11, "Parallel random numbers: as easy as 1, 2, 3"; by
/// Random123).
std::array<std::uint32_t, 4> philox4x32_10(const std::array<std::uint32_t, 4>& counter,
                                           const std::array<std::uint32_t, 2>& key);

/// 32 bits that stand for a number whatever its place in a list: of equal numbers (0 and -0
/// included) the same, of others independent.
std::uint32_t hash32(double value);
/// The same for a text: the beginning of its SHA-256.
std::uint32_t hash32(std::string_view text);

/// A stream of random numbers that depends on its name alone: the key and the first three words of
/// the counter. Its position is the fourth, so that streams never overlap, and there is no state to
/// be carried from one rank, run or machine to another. At most 2^34 words.
class RandomStream {
 public:
  using Key = std::array<std::uint32_t, 2>;
  using Name = std::array<std::uint32_t, 3>;

  RandomStream(const Key& key, const Name& name) : key_(key), counter_{name[0], name[1], name[2]} {}

  /// 32 random bits.
  std::uint32_t word() {
    if (used_ == words_.size()) refill();
    return words_[used_++];
  }
  /// Uniform in (0, 1): the middles of 2^52 equal parts, so that neither end can come out.
  double uniform() {
    constexpr double step = 0x1.0p-52;
    const std::uint64_t high = word();
    const std::uint64_t bits = (high << 20U) ^ (std::uint64_t{word()} >> 12U);
    return (static_cast<double>(bits) + 0.5) * step;
  }
  /// Standard normal (Box and Muller 1958), out to 8.6 standard deviations. Two of them cost two
  /// uniform numbers.
  double normal();

 private:
  void refill();

  Key key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> words_{};
  std::size_t used_ = 4;
  std::optional<double> spare_{};  ///< the other normal number of a pair
};

}  // namespace nudipole
