#pragma once

#include <cstddef>
#include <span>
#include <string>

/// The seal of a result file: one line after the HDF5 part with the SHA-256 of all bytes before it.
/// HDF5 ignores what follows its own end of file, and cuts it off when a program edits the file.
///
/// The seal is checked before HDF5 sees a byte: the library takes damaged metadata on trust, and a
/// file whose end was lost to zeros sends it into an endless loop (seen with 1.10.8).
namespace nudipole::io {

/// What is appended to the HDF5 part.
std::string seal_for(std::span<const std::byte> image);

enum class Seal {
  intact,  ///< every byte is as it was written
  absent   ///< the file ends where HDF5 says: rewritten by another program; the digest must decide
};

struct SealedImage {
  std::span<const std::byte> image;  ///< the HDF5 part
  Seal seal;
};

/// Finds and checks the seal. \throws BadContents for an empty, foreign, truncated or damaged file
SealedImage check_seal(std::span<const std::byte> bytes);

}  // namespace nudipole::io
