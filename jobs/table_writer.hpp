#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace nudipole::jobs {

enum class TableFormat {
  csv,   ///< RFC 4180 with a line of names; numbers read back exactly; nan, inf, -inf
  json,  ///< an array of objects, one a line; numbers read back exactly; null for nan and inf
  table  ///< aligned columns for people; 6 significant digits, long texts cut
};

/// "csv", "json" or "table"; nothing for another text.
std::optional<TableFormat> parse_table_format(std::string_view text) noexcept;

/// A text as JSON, in quotes.
std::string json_text(const std::string& text);

/// A small table for standard output. Column names carry the units, e.g. `mass_MeV`.
class TableWriter {
 public:
  using Cell = std::variant<std::string, double, std::int64_t>;

  explicit TableWriter(std::vector<std::string> columns);

  /// Appends a row, one cell a column. \throws Error (unexpected) for another number of cells.
  TableWriter& add_row(std::vector<Cell> cells);

  /// The whole table as UTF-8 text; every line ends with '\n'.
  [[nodiscard]] std::string render(TableFormat format) const;
  /// Aligned columns whose texts are cut shorter, down to 16 characters, until lines have no more
  /// than so many characters.
  [[nodiscard]] std::string render_within(std::size_t characters) const;

 private:
  [[nodiscard]] std::string render_csv() const;
  [[nodiscard]] std::string render_json() const;
  [[nodiscard]] std::string render_aligned(std::size_t widest_cell) const;

  std::vector<std::string> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace nudipole::jobs
