#pragma once

#include "nudipole/labelled/dataset.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace nudipole::labelled {

/// Facts about a whole result (config text, versions, hashes, times), by name.
using Attributes = std::map<std::string, std::variant<std::string, std::int64_t>>;

/// Which fields a digest covers; axes are always part of it.
enum class DigestScope {
  everything,   ///< all fields
  results_only  ///< fields of FieldRole::result: equal for equal runs, whatever time they took
};

/// SHA-256 (64 hexadecimal digits) over names, units, descriptions, axes, flags, types, shapes and
/// little-endian values, bit by bit: 0 and -0 differ, and so do NaNs with different bits.
///
/// Encoding: every number is 8 bytes, little-endian (values keep their own width); every text is
/// its length and its bytes.
///   file     "nudipole-contents-1", then for each attribute in order of name
///            "attribute" name ("text" value | "i64" number), then the dataset
///   dataset  for each axis "axis" name units long_name TYPE count values...,
///            for each field "field" name units long_name, number of axes, their names,
///            "result" | "progress" | "timing" | "count", number of flags, each (code, meaning),
///            TYPE count values...
///   TYPE     "f64", "i32", "i8" or "text"
std::string content_digest(const Dataset& dataset, DigestScope scope = DigestScope::everything);

/// Digest of a whole result file: its attributes and everything in its dataset.
std::string content_digest(const Attributes& attributes, const Dataset& dataset);

}  // namespace nudipole::labelled
