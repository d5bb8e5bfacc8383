#include "nudipole/core/sha256.hpp"

#include "support/catch2.hpp"

#include <string>

using namespace nudipole;

// Digests published by NIST with FIPS 180-4 (example files and CAVP SHA256 short messages).

TEST_CASE("SHA-256 agrees with the published vectors") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("A digest does not depend on how the text is cut") {
  const std::string text(1'000'000, 'a');
  for (const std::size_t piece : {std::size_t{1013}, std::size_t{64}, std::size_t{999'999}}) {
    Sha256 digest;
    for (std::size_t first = 0; first < text.size(); first += piece) {
      digest.update(std::string_view{text}.substr(first, piece));
    }
    CHECK(digest.hex_digest() ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  }
}

TEST_CASE("Bytes and text of equal content have one digest, zero bytes count") {
  const std::string text{"a\0b", 3};
  CHECK(Sha256{}.update(std::as_bytes(std::span{text})).hex_digest() == sha256_hex(text));
  CHECK(sha256_hex(text) != sha256_hex("a"));
}
