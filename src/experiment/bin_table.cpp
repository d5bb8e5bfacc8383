#include "bin_table.hpp"

#include "bin_classes.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace nudipole::experiment::detail {
namespace {

constexpr double edge_tolerance = 1.0e-9;

/// Edge columns of one axis in a table.
struct AxisColumns {
  const math::BinAxis* axis;
  std::size_t index;  ///< of the axis in the binning
  std::span<const double> lower;
  std::span<const double> upper;
};

std::vector<AxisColumns> edge_columns(const config::Table& table, const math::Binning& binning) {
  std::vector<AxisColumns> columns;
  for (std::size_t i = 0; i < binning.axes.size(); ++i) {
    const math::BinAxis& axis = binning.axes[i];
    if (!axis.labels.empty()) continue;  // classes have names, not edges
    if (!table.has(axis.name + "_lo") && !table.has(axis.name + "_hi")) continue;
    columns.push_back({&axis, i, table.column(axis.name + "_lo", axis.unit),
                       table.column(axis.name + "_hi", axis.unit)});
  }
  return columns;
}

}  // namespace

std::vector<config::Key> column_keys(const std::string& of_what) {
  return {config::Key::text("table", "file with one row for each bin"),
          config::Key::text("column", "its column of " + of_what),
          config::Key::text("unit", "unit in the column's heading").or_else("counts")};
}

std::vector<std::size_t> bin_rows(const config::Section& section, const config::Table& table,
                                  const math::Binning& binning) {
  const std::vector<AxisColumns> columns = edge_columns(table, binning);
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const bool outside = std::ranges::any_of(columns, [&](const AxisColumns& c) {
      return c.upper[row] < c.axis->edges.front() + edge_tolerance ||
             c.lower[row] > c.axis->edges.back() - edge_tolerance;
    });
    if (!outside) rows.push_back(row);
  }
  if (rows.size() != binning.size()) {
    const bool selected = rows.size() != table.rows();
    section.fail("table",
                 table.source() + " has " + std::to_string(rows.size()) + " rows" +
                     (selected ? " inside the axes" : ""),
                 std::to_string(binning.size()) + ", one a bin");
  }
  for (std::size_t bin = 0; bin < rows.size(); ++bin) {
    const std::vector<std::size_t> indices = binning.indices(bin);
    for (const AxisColumns& c : columns) {
      const std::size_t i = indices[c.index];
      const double lower = c.axis->edges[i];
      const double upper = c.axis->edges[i + 1];
      if (std::abs(c.lower[rows[bin]] - lower) > edge_tolerance ||
          std::abs(c.upper[rows[bin]] - upper) > edge_tolerance) {
        section.fail("table",
                     table.where(rows[bin], c.axis->name + "_lo") + " is not the bin " +
                         std::to_string(lower) + " .. " + std::to_string(upper) + " " +
                         c.axis->unit,
                     "rows in the order of the bins, the last axis fastest");
      }
    }
  }
  return rows;
}

Eigen::ArrayXd read_bins(const config::Section& section, const config::Table& table,
                         const std::string& column, const math::Binning& binning) {
  const std::vector<std::size_t> rows = bin_rows(section, table, binning);
  for (std::size_t axis = 0; axis < binning.axes.size(); ++axis) {
    if (!binning.axes[axis].labels.empty()) require_classes(section, table, binning, axis);
  }
  const auto values = table.column(column, section.text("unit"));
  Eigen::ArrayXd bins(static_cast<Eigen::Index>(rows.size()));
  Eigen::Index bin = 0;
  for (const std::size_t row : rows) bins(bin++) = values[row];
  return bins;
}

}  // namespace nudipole::experiment::detail
