#pragma once

#include "nudipole/files/atomic_file.hpp"  // files::remove_stale_temporaries
#include "nudipole/labelled/dataset.hpp"
#include "nudipole/labelled/digest.hpp"  // labelled::Attributes

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace nudipole::io {

/// Version of the layout below; raised with every change of what a file holds.
inline constexpr std::int64_t result_format_version = 2;
/// Files from this version on can be read.
inline constexpr std::int64_t oldest_readable_version = 1;

/// A result: what the scan found, and the facts about the run. Also the checkpoint of a scan.
struct ResultFile {
  /// Any names but the reserved ones: format, format_version, axis_order, field_order,
  /// contents_sha256 (those are written and checked here, and left out on reading).
  labelled::Attributes attributes;
  labelled::Dataset dataset;
  std::int64_t format_version = result_format_version;  ///< that the file was read from
};

/// Writes a complete result file in one step (see files::write_atomically): the file is either the
/// old one or the new one. Equal contents give byte-identical files.
///
/// Layout (HDF5, default library version bounds, no time stamps; opens in h5py and xarray):
///   /            attributes `format` = "nudipole-result", `format_version`, `axis_order` and
///                `field_order` (names, separated by spaces), `contents_sha256` (see digest.hpp),
///                and the caller's attributes (UTF-8 text or 64-bit integers)
///   /<axis>      1-D, a dimension scale; attributes `units`, `long_name`
///   /<field>     its axes attached as dimension scales; attributes `units`, `long_name`,
///                `role` = "result" | "progress" | "timing", and for codes `flag_values`,
///                `flag_meanings` (CF)
/// Values not computed yet are NaN (doubles) or what the caller chose. After the HDF5 part stands a
/// seal, one line with the SHA-256 of all bytes before it: HDF5 ignores it. Seal and digest are
/// there because HDF5 does not notice flipped bits. A program that edits or repacks the file drops
/// the seal; then the digest alone decides whether the contents are still those that were written.
///
/// Names are letters, digits, `_`, `-`, `.`; flag meanings hold no spaces; no text holds a NUL
/// byte. A time field should have the units "s": xarray turns "seconds" into time differences.
/// Memory: about three times the size of the file, as it is built in memory first.
/// \throws CheckpointError with path, reason and remedy (full disk, no permission, ...); the file
///         of before is untouched then. Error (unexpected) for names that cannot be written.
void write_result(const std::filesystem::path& path, const ResultFile& result);

/// Size in bytes of the file that write_result would write.
std::size_t stored_size(const ResultFile& result);

/// Reads a result file and checks all of it: seal, format, every axis and field, contents digest.
/// \throws CheckpointError that says which of these is wrong: no such file, empty, not HDF5,
///         truncated, not a nudipole result, another format version, a dataset missing or of
///         another type or shape, damaged contents. Nothing of a doubtful file is returned.
ResultFile read_result(const std::filesystem::path& path);

/// The attributes alone, with the same checks of seal and format; without decoding the arrays,
/// unless the seal is missing.
/// \throws CheckpointError as read_result
labelled::Attributes read_attributes(const std::filesystem::path& path);

}  // namespace nudipole::io
