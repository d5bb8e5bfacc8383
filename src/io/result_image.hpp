#pragma once

#include "nudipole/io/result_file.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A result as the bytes of an HDF5 file, built and read in memory: every byte has been checked
/// against the seal before HDF5 sees it (damaged metadata can crash the library), and the disk is
/// touched by plain system calls alone, whose errors are exact.
namespace nudipole::io {

inline constexpr std::string_view result_format = "nudipole-result";

namespace attribute {
inline constexpr const char* format = "format";
inline constexpr const char* format_version = "format_version";
inline constexpr const char* axis_order = "axis_order";
inline constexpr const char* field_order = "field_order";
inline constexpr const char* contents_sha256 = "contents_sha256";
inline constexpr const char* units = "units";
inline constexpr const char* long_name = "long_name";
inline constexpr const char* role = "role";
inline constexpr const char* flag_values = "flag_values";
inline constexpr const char* flag_meanings = "flag_meanings";
inline constexpr std::array reserved{format, format_version, axis_order, field_order,
                                     contents_sha256};
}  // namespace attribute

/// The remedy for damaged files.
inline constexpr const char* restore_hint =
    "restore the file from a copy, or remove it to start over";

/// Contents that are no valid result; becomes a CheckpointError with the path.
class BadContents : public std::runtime_error {
 public:
  BadContents(const std::string& what, std::string remedy)
      : std::runtime_error(what), hint(std::move(remedy)) {}
  std::string hint;
};

/// HDF5 bytes of a result. \throws hdf5::Failure; Error for names that cannot be written.
std::vector<std::byte> encode_result(const ResultFile& result);
/// Checks format, presence, types, shapes and the contents digest.
/// \throws BadContents, hdf5::Failure
ResultFile decode_result(std::span<const std::byte> image);
/// Checks the format alone. \throws BadContents, hdf5::Failure
labelled::Attributes decode_attributes(std::span<const std::byte> image);

}  // namespace nudipole::io
