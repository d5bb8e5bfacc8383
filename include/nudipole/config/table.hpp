#pragma once

#include "nudipole/config/range.hpp"

#include <concepts>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nudipole::config {

/// Table of numbers (and names) with a unit for each column, read from comma-separated text:
///
///     # comment lines start with '#'
///     label [text], recoil_lo [keV], recoil_hi [keV], efficiency [-]
///     first bin,    0.5,             1.0,             0.12
///
/// The first line that is not a comment is the header. The unit of pure numbers is '-' or '1', that
/// of names 'text'. Cells cannot hold commas or quotes. Blank lines, spaces around cells, a
/// byte-order mark and CRLF line ends are ignored. All numbers are finite; there is at least one
/// row. Every problem is a DataError that names file and line.
class Table {
 public:
  /// Reads a file.
  static Table load(const std::filesystem::path& file);
  /// The same for a text; `source_name` takes the place of the file name in messages.
  static Table parse(const std::string& text, const std::string& source_name);

  /// Number of rows, >= 1.
  [[nodiscard]] std::size_t rows() const { return row_lines_.size(); }
  /// True when there is a column of this name, of whatever unit.
  [[nodiscard]] bool has(std::string_view name) const;
  /// Numbers of a column [rows()], which must be in `unit` exactly as written in the header ('-'
  /// and '1' are the same). \throws DataError when there is no such column or its unit differs.
  [[nodiscard]] std::span<const double> column(std::string_view name, std::string_view unit) const;
  /// The same with every number in `range`. \throws DataError with the first line where it is not
  [[nodiscard]] std::span<const double> column(std::string_view name, std::string_view unit,
                                               Range range) const;
  /// Names in a column of unit 'text' [rows()]. \throws DataError as column() does.
  [[nodiscard]] std::span<const std::string> text_column(std::string_view name) const;
  /// Unit of a column; '-' for pure numbers. \throws DataError when there is no such column.
  [[nodiscard]] const std::string& unit(std::string_view name) const;
  /// Names of all columns, in file order.
  [[nodiscard]] std::vector<std::string> column_names() const;
  /// The file, as it was named when the table was read.
  [[nodiscard]] const std::string& source() const { return source_; }
  /// Place of a row (from 0) and column for messages: "data/x/efficiency.csv:7: recoil_lo".
  [[nodiscard]] std::string where(std::size_t row, std::string_view name) const;

 private:
  struct Column {
    std::string name{};
    std::string unit{};
    std::vector<double> numbers{};     ///< empty for unit 'text'
    std::vector<std::string> texts{};  ///< empty for other units
  };
  struct Line;

  explicit Table(std::string source) : source_(std::move(source)) {}
  void read_header(const Line& line);
  void read_row(const Line& line);
  [[nodiscard]] const Column& find(std::string_view name) const;
  [[nodiscard]] const Column& find(std::string_view name, std::string_view unit) const;

  std::string source_;
  std::size_t header_line_{0};  ///< 0 before the header was read
  std::vector<Column> columns_{};
  std::vector<std::size_t> row_lines_{};
};

/// Checks that a column of numbers grows strictly from row to row.
/// \throws DataError with the first line where it does not
void require_increasing_column(const Table& table, std::string_view name);

/// The same for each of several columns.
template <std::convertible_to<std::string_view>... Names>
void require_increasing(const Table& table, const Names&... names) {
  (require_increasing_column(table, names), ...);
}

/// Edges of adjoining bins from their lower and upper edges, in `unit`.
/// \return [table.rows() + 1] strictly increasing edges
/// \throws DataError with the first line where a bin has no width or does not begin exactly where
///         the one before it ends
std::vector<double> contiguous_edges(const Table& table, std::string_view lo_name,
                                     std::string_view hi_name, std::string_view unit);

}  // namespace nudipole::config
