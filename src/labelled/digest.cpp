#include "nudipole/labelled/digest.hpp"

#include "nudipole/core/sha256.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nudipole::labelled {
namespace {

/// Feeds unambiguous, machine-independent bytes to SHA-256.
class Encoder {
 public:
  explicit Encoder(Sha256& hash) : hash_(hash) {}

  template <class Number>
  void bytes_of(Number value) {
    auto bytes = std::bit_cast<std::array<std::byte, sizeof(Number)>>(value);
    if constexpr (std::endian::native == std::endian::big) std::ranges::reverse(bytes);
    hash_.update(bytes);
  }
  void count(std::size_t value) { bytes_of(std::uint64_t{value}); }
  void text(std::string_view value) {
    count(value.size());
    hash_.update(value);
  }

  template <class Element>
  void values(const std::vector<Element>& list) {
    text(type_name<Element>());
    count(list.size());
    if constexpr (std::is_same_v<Element, std::string>) {
      for (const std::string& value : list) text(value);
    } else if constexpr (std::endian::native == std::endian::little) {
      hash_.update(std::as_bytes(std::span{list}));
    } else {
      for (const Element value : list) bytes_of(value);
    }
  }

 private:
  template <class Element>
  static constexpr std::string_view type_name() {
    if constexpr (std::is_same_v<Element, double>) return "f64";
    if constexpr (std::is_same_v<Element, std::int32_t>) return "i32";
    if constexpr (std::is_same_v<Element, std::int8_t>) return "i8";
    if constexpr (std::is_same_v<Element, std::string>) return "text";
  }

  Sha256& hash_;
};

void encode_description(Encoder& encoder, std::string_view what, const auto& item) {
  encoder.text(what);
  encoder.text(item.name);
  encoder.text(item.units);
  encoder.text(item.long_name);
}

void encode_values(Encoder& encoder, const auto& values) {
  std::visit([&](const auto& list) { encoder.values(list); }, values);
}

void encode(Encoder& encoder, const Field& field) {
  encode_description(encoder, "field", field);
  encoder.count(field.axes.size());
  for (const std::string& axis : field.axes) encoder.text(axis);
  encoder.text(to_string(field.role));
  encoder.count(field.flags.size());
  for (const auto& [code, meaning] : field.flags) {
    encoder.bytes_of(std::int64_t{code});
    encoder.text(meaning);
  }
  encode_values(encoder, field.values);
}

void encode(Encoder& encoder, const Dataset& dataset, DigestScope scope) {
  for (const Axis& axis : dataset.axes()) {
    encode_description(encoder, "axis", axis);
    encode_values(encoder, axis.values);
  }
  for (const Field& field : dataset.fields()) {
    if (scope == DigestScope::everything || field.role != FieldRole::timing) {
      encode(encoder, field);
    }
  }
}

void encode(Encoder& encoder, const Attributes& attributes) {
  encoder.text("nudipole-contents-1");
  for (const auto& [name, value] : attributes) {
    encoder.text("attribute");
    encoder.text(name);
    if (const auto* text = std::get_if<std::string>(&value)) {
      encoder.text("text");
      encoder.text(*text);
    } else {
      encoder.text("i64");
      encoder.bytes_of(std::get<std::int64_t>(value));
    }
  }
}

}  // namespace

std::string content_digest(const Dataset& dataset, DigestScope scope) {
  Sha256 hash;
  Encoder encoder{hash};
  encode(encoder, dataset, scope);
  return hash.hex_digest();
}

std::string content_digest(const Attributes& attributes, const Dataset& dataset) {
  Sha256 hash;
  Encoder encoder{hash};
  encode(encoder, attributes);
  encode(encoder, dataset, DigestScope::everything);
  return hash.hex_digest();
}

}  // namespace nudipole::labelled
