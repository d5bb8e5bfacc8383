#include "nudipole/core/sha256.hpp"

#include "nudipole/core/error.hpp"

#include <openssl/evp.h>

#include <array>

namespace nudipole {
namespace {

void require(int status) {
  if (status != 1) throw Error(ErrorKind::unexpected, "libcrypto cannot compute SHA-256");
}

EVP_MD_CTX* as_context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void Sha256::ContextDeleter::operator()(void* context) const noexcept {
  EVP_MD_CTX_free(as_context(context));
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ ? 1 : 0);
  require(EVP_DigestInit_ex(as_context(context_.get()), EVP_sha256(), nullptr));
}

Sha256& Sha256::update(std::span<const std::byte> bytes) {
  require(EVP_DigestUpdate(as_context(context_.get()), bytes.data(), bytes.size()));
  return *this;
}

Sha256& Sha256::update(std::string_view text) { return update(std::as_bytes(std::span{text})); }

std::string Sha256::hex_digest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  require(EVP_DigestFinal_ex(as_context(context_.get()), digest.data(), &length));
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * std::size_t{length});
  for (unsigned int i = 0; i < length; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0xfU];
  }
  return text;
}

std::string sha256_hex(std::string_view text) { return Sha256{}.update(text).hex_digest(); }

}  // namespace nudipole
