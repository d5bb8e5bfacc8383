#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/config/table.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/math/binning.hpp"

#include <string>
#include <vector>

/// Bins that are not intervals of an energy but combinations of classes (science run, cS2 bin,
/// purity), named by columns of a table with one row a bin.
namespace nudipole::experiment::detail {

/// Class of each row of a table: a text column as it is, whole numbers in digits.
/// \throws DataError when there is no such column or a number is not whole
std::vector<std::string> read_classes(const config::Table& table, const std::string& column);

config::Schema class_bins_schema();

/// Reads {table, classes: [column, ...]}: one axis for each column, its labels in the order in
/// which they first appear. The rows must be all combinations, the last column fastest.
math::Binning read_class_bins(const config::Section& section, const Context& context);

/// Checks that a column of a table names the bins along one axis of labels, row by row.
/// \throws the section's error at the first row that does not
void require_classes(const config::Section& section, const config::Table& table,
                     const math::Binning& binning, std::size_t axis);

/// All bins one after the other as one axis without meaning, for parts that know a single axis.
math::BinAxis flattened(const math::Binning& binning);

}  // namespace nudipole::experiment::detail
