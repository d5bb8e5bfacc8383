#include "seal.hpp"

#include "nudipole/core/sha256.hpp"
#include "result_image.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace nudipole::io {
namespace {

constexpr std::string_view seal_start = "\nnudipole-seal-1 sha256 ";
constexpr std::string_view seal_end = "\n";
constexpr std::size_t digest_length = 64;
constexpr std::size_t seal_length = seal_start.size() + digest_length + seal_end.size();

constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string digest_of(std::span<const std::byte> bytes) {
  return Sha256{}.update(bytes).hex_digest();
}

/// The end-of-file address in the superblock (HDF5 File Format Specification 3.0, section II.A);
/// nothing when the superblock is incomplete or of an unknown version.
std::optional<std::uint64_t> hdf5_size(std::span<const std::byte> bytes) {
  constexpr std::size_t version_offset = 8;
  if (bytes.size() <= version_offset) return std::nullopt;
  std::size_t offset = 0;
  switch (std::to_integer<unsigned>(bytes[version_offset])) {
    case 0: offset = 40; break;
    case 1: offset = 44; break;
    case 2:
    case 3: offset = 28; break;
    default: return std::nullopt;
  }
  if (bytes.size() < offset + sizeof(std::uint64_t)) return std::nullopt;
  std::uint64_t size = 0;
  for (std::size_t i = sizeof size; i-- > 0;) {
    size = size << 8U | std::to_integer<std::uint64_t>(bytes[offset + i]);
  }
  return size;
}

/// Judges a file without an intact end by its length alone.
SealedImage without_seal(std::span<const std::byte> bytes) {
  const std::string_view start = as_text(bytes).substr(0, hdf5_signature.size());
  if (start != hdf5_signature.substr(0, start.size())) {
    throw BadContents("is not an HDF5 file", "give a file written by nudipole scan or merge");
  }
  const auto size = hdf5_size(bytes);
  if (size == bytes.size()) return {bytes, Seal::absent};
  constexpr std::size_t smallest_superblock = 48;
  if (size ? *size > bytes.size() : bytes.size() < smallest_superblock) {
    throw BadContents("the result file is truncated", restore_hint);
  }
  throw BadContents("the end of the result file is damaged or cut off", restore_hint);
}

}  // namespace

std::string seal_for(std::span<const std::byte> image) {
  return std::string{seal_start}.append(digest_of(image)).append(seal_end);
}

SealedImage check_seal(std::span<const std::byte> bytes) {
  if (bytes.empty()) throw BadContents("the result file is empty (0 bytes)", restore_hint);
  if (bytes.size() <= seal_length) return without_seal(bytes);
  const auto image = bytes.first(bytes.size() - seal_length);
  const std::string_view seal = as_text(bytes.last(seal_length));
  if (!seal.starts_with(seal_start) || !seal.ends_with(seal_end)) return without_seal(bytes);
  if (digest_of(image) != seal.substr(seal_start.size(), digest_length)) {
    throw BadContents("contents do not match the digest: the file was damaged", restore_hint);
  }
  return {image, Seal::intact};
}

}  // namespace nudipole::io
