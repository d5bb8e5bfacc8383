#include "nudipole/core/random.hpp"

#include "nudipole/core/sha256.hpp"

#include <Random123/philox.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <numbers>
#include <string>

namespace nudipole {

std::array<std::uint32_t, 4> philox4x32_10(const std::array<std::uint32_t, 4>& counter,
                                           const std::array<std::uint32_t, 2>& key) {
  const r123::Philox4x32 generator;
  const r123::Philox4x32::ctr_type words =
      generator({{counter[0], counter[1], counter[2], counter[3]}}, {{key[0], key[1]}});
  return {words[0], words[1], words[2], words[3]};
}

std::uint32_t hash32(double value) {
  // The finaliser of MurmurHash3 (A. Appleby): each bit of the number moves half of the others.
  auto bits = std::bit_cast<std::uint64_t>(value + 0.0);
  bits = (bits ^ (bits >> 33U)) * 0xff51afd7ed558ccdULL;
  bits = (bits ^ (bits >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
  return static_cast<std::uint32_t>(bits >> 32U);
}

std::uint32_t hash32(std::string_view text) {
  constexpr std::size_t digits = 8;
  const std::string digest = sha256_hex(text);
  std::uint32_t value = 0;
  std::from_chars(digest.data(), digest.data() + digits, value, 16);
  return value;
}

void RandomStream::refill() {
  words_ = philox4x32_10(counter_, key_);
  ++counter_[3];
  used_ = 0;
}

double RandomStream::normal() {
  if (spare_) {
    const double value = *spare_;
    spare_.reset();
    return value;
  }
  const double radius = std::sqrt(-2.0 * std::log(uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

}  // namespace nudipole
