#include "bin_classes.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::experiment::detail {
namespace {

using config::Section;

/// Edges 0, 1, 2, ... of a number of bins.
std::vector<double> counting_edges(std::size_t bins) {
  std::vector<double> edges;
  for (std::size_t i = 0; i <= bins; ++i) edges.push_back(static_cast<double>(i));
  return edges;
}

}  // namespace

std::vector<std::string> read_classes(const config::Table& table, const std::string& column) {
  if (table.unit(column) == "text") {
    const auto names = table.text_column(column);
    return {names.begin(), names.end()};
  }
  std::vector<std::string> classes;
  for (const double number : table.column(column, "-")) {
    if (number != std::round(number)) {
      throw DataError("a class that is not a whole number",
                      {.where = table.where(classes.size(), column)});
    }
    classes.push_back(std::to_string(std::lround(number)));
  }
  return classes;
}

config::Schema class_bins_schema() {
  using config::Key;
  return {.keys = {Key::text("table", "file with one row for each bin"),
                   Key::texts("classes",
                              "its columns whose combinations are the bins, the last "
                              "one fastest")
                       .at_least(1)}};
}

math::Binning read_class_bins(const Section& section, const Context& context) {
  const config::Table& table = context.table(section.text("table"));
  math::Binning binning;
  for (const std::string& column : section.texts("classes")) {
    math::BinAxis axis{.name = column, .unit = "class", .edges = {}, .labels = {}};
    for (const std::string& label : read_classes(table, column)) {
      if (std::ranges::find(axis.labels, label) == axis.labels.end()) axis.labels.push_back(label);
    }
    axis.edges = counting_edges(axis.labels.size());
    binning.axes.push_back(std::move(axis));
  }
  if (table.rows() != binning.size()) {
    section.fail("table", table.source() + " has " + std::to_string(table.rows()) + " rows",
                 std::to_string(binning.size()) + ", one for each combination of classes");
  }
  for (std::size_t axis = 0; axis < binning.axes.size(); ++axis) {
    require_classes(section, table, binning, axis);
  }
  return binning;
}

void require_classes(const Section& section, const config::Table& table,
                     const math::Binning& binning, std::size_t axis) {
  const math::BinAxis& bins = binning.axes[axis];
  const std::vector<std::string> classes = read_classes(table, bins.name);
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const std::string& wanted = bins.labels[binning.indices(row)[axis]];
    if (classes[row] == wanted) continue;
    section.fail("table",
                 table.where(row, bins.name) + " is '" + classes[row] + "', not '" + wanted + "'",
                 "rows in the order of the bins, the last class fastest");
  }
}

math::BinAxis flattened(const math::Binning& binning) {
  return {.name = "bin", .unit = "1", .edges = counting_edges(binning.size()), .labels = {}};
}

}  // namespace nudipole::experiment::detail
