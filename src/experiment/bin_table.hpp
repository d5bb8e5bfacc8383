#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/config/table.hpp"
#include "nudipole/math/binning.hpp"

#include <Eigen/Core>

#include <cstddef>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// Keys of a section from which read_bins reads a column.
std::vector<config::Key> column_keys(const std::string& of_what);

/// A column [counts] with one row a bin, in the order of the binning (last axis fastest). Where the
/// table has columns <axis>_lo and <axis>_hi, rows that lie outside an axis are left out and the
/// edges of the others must agree with the bins.
/// \param section  names the table; errors of its `table` are reported there
Eigen::ArrayXd read_bins(const config::Section& section, const config::Table& table,
                         const std::string& column, const math::Binning& binning);

/// Rows of the table that the bins are, in order; as above.
std::vector<std::size_t> bin_rows(const config::Section& section, const config::Table& table,
                                  const math::Binning& binning);

}  // namespace nudipole::experiment::detail
