#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace nudipole {

/// Incremental SHA-256 (FIPS 180-4, by libcrypto). Identifies configs, data and result contents.
class Sha256 {
 public:
  Sha256();
  Sha256& update(std::span<const std::byte> bytes);
  Sha256& update(std::string_view text);
  /// Lower-case hexadecimal digest (64 characters) of all that was fed so far; ends the object's
  /// use.
  [[nodiscard]] std::string hex_digest();

 private:
  struct ContextDeleter {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, ContextDeleter> context_;
};

/// Digest of one text.
std::string sha256_hex(std::string_view text);

}  // namespace nudipole
