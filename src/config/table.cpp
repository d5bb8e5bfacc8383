#include "nudipole/config/table.hpp"

#include "message_text.hpp"
#include "parse_number.hpp"

#include "nudipole/config/read_file.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"

#include <algorithm>

namespace nudipole::config {
namespace {

constexpr std::string_view text_unit = "text";
constexpr std::string_view pure_number = "-";

std::string_view normalised_unit(std::string_view unit) { return unit == "1" ? pure_number : unit; }

std::vector<std::string_view> split_cells(std::string_view line) {
  std::vector<std::string_view> cells;
  while (true) {
    const std::size_t comma = line.find(',');
    cells.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos) return cells;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

/// A line that is neither blank nor a comment.
struct Table::Line {
  std::size_t number;  ///< from 1
  std::string_view source;
  std::vector<std::string_view> cells;

  /// "file:line"; messages alone need it.
  [[nodiscard]] std::string where() const { return place(source, number); }
};

Table Table::load(const std::filesystem::path& file) {
  return parse(read_file(file, ErrorKind::data), file.string());
}

Table Table::parse(const std::string& text, const std::string& source_name) {
  Table table{source_name};
  std::string_view rest = text;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);  // byte-order mark of UTF-8
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view content = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (content.empty() || content.front() == '#') continue;
    const Line line{number, source_name, split_cells(content)};
    if (table.header_line_ == 0) {
      table.read_header(line);
    } else {
      table.read_row(line);
    }
  }
  if (table.header_line_ == 0) {
    throw DataError("the table has no header",
                    {.where = source_name, .expected = "a first line of 'name [unit]' cells"});
  }
  if (table.rows() == 0) {
    throw DataError("the table has no rows", {.where = place(source_name, table.header_line_),
                                              .expected = "numbers below the header"});
  }
  return table;
}

void Table::read_header(const Line& line) {
  for (const std::string_view cell : line.cells) {
    const std::size_t bracket = cell.find('[');
    const std::string_view name = trimmed(cell.substr(0, bracket));
    const std::string_view unit =
        bracket == std::string_view::npos || !cell.ends_with(']')
            ? std::string_view{}
            : trimmed(cell.substr(bracket + 1, cell.size() - bracket - 2));
    if (name.empty()) {
      throw DataError("the column heading " + quoted(cell) + " has no name",
                      {.where = line.where(), .expected = "'name [unit]'"});
    }
    if (unit.empty()) {
      throw DataError("the column heading " + quoted(cell) + " has no unit",
                      {.where = line.where(),
                       .expected = "'name [unit]'",
                       .hint = "write [-] for pure numbers and [text] for names"});
    }
    if (has(name)) {
      throw DataError("there are two columns " + quoted(name),
                      {.where = line.where(), .hint = "rename or remove one of them"});
    }
    columns_.push_back({.name = std::string{name}, .unit = std::string{normalised_unit(unit)}});
  }
  header_line_ = line.number;
}

void Table::read_row(const Line& line) {
  if (line.cells.size() != columns_.size()) {
    throw DataError("the row has " + std::to_string(line.cells.size()) + " cells",
                    {.where = line.where(),
                     .expected = std::to_string(columns_.size()) + " as in the header",
                     .hint = "separate cells by commas; cells cannot hold commas"});
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& column = columns_[i];
    const std::string_view cell = line.cells[i];
    const auto where = [&] { return line.where() + ": " + column.name; };
    if (cell.empty()) throw DataError("the cell is empty", {.where = where()});
    if (cell.find('"') != std::string_view::npos) {
      throw DataError("the cell " + quoted(cell) + " holds quotes",
                      {.where = where(), .hint = "remove the quotes"});
    }
    if (column.unit == text_unit) {
      column.texts.emplace_back(cell);
      continue;
    }
    const Parsed<double> number = parse_number(cell);
    if (!number.problem.empty()) {
      throw DataError(
          number.problem,
          {.where = where(), .expected = "a finite number in " + column.unit, .hint = number.hint});
    }
    column.numbers.push_back(number.value);
  }
  row_lines_.push_back(line.number);
}

bool Table::has(std::string_view name) const {
  return std::any_of(columns_.begin(), columns_.end(),
                     [&](const Column& column) { return column.name == name; });
}

const Table::Column& Table::find(std::string_view name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [&](const Column& column) { return column.name == name; });
  if (found == columns_.end()) {
    const std::vector<std::string> names = column_names();
    throw DataError("there is no column " + quoted(name),
                    {.where = place(source_, header_line_),
                     .expected = "it beside " + quoted_list(names),
                     .hint = did_you_mean(name, names)});
  }
  return *found;
}

const Table::Column& Table::find(std::string_view name, std::string_view unit) const {
  const Column& column = find(name);
  if (column.unit != unit) {
    throw DataError("the column " + quoted(name) + " is in [" + column.unit + "]",
                    {.where = place(source_, header_line_),
                     .expected = "[" + std::string{unit} + "]",
                     .hint = "convert the column and its heading"});
  }
  return column;
}

std::span<const double> Table::column(std::string_view name, std::string_view unit) const {
  const Column& found = find(name, normalised_unit(unit));
  if (found.unit == text_unit) {
    throw DataError("the column " + quoted(name) + " is in [text]",
                    {.where = place(source_, header_line_), .expected = "numbers with a unit"});
  }
  return found.numbers;
}

std::span<const double> Table::column(std::string_view name, std::string_view unit,
                                      Range range) const {
  const std::span<const double> numbers = column(name, unit);
  for (std::size_t row = 0; row < numbers.size(); ++row) {
    if (!range.contains(numbers[row])) {
      throw DataError(shortest_text(numbers[row]) + " cannot be",
                      {.where = where(row, name), .expected = range.describe()});
    }
  }
  return numbers;
}

std::span<const std::string> Table::text_column(std::string_view name) const {
  return find(name, text_unit).texts;
}

const std::string& Table::unit(std::string_view name) const { return find(name).unit; }

std::vector<std::string> Table::column_names() const {
  std::vector<std::string> names;
  names.reserve(columns_.size());
  for (const Column& column : columns_) names.push_back(column.name);
  return names;
}

std::string Table::where(std::size_t row, std::string_view name) const {
  return place(source_, row_lines_.at(row)) + ": " + std::string{name};
}

void require_increasing_column(const Table& table, std::string_view name) {
  const std::string& unit = table.unit(name);
  const std::span<const double> values = table.column(name, unit);
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (!(values[i] > values[i - 1])) {
      throw DataError("the column does not increase here",
                      {.where = table.where(i, name),
                       .expected = "a value above that of the row before",
                       .hint = "sort the rows and remove repeated values"});
    }
  }
}

std::vector<double> contiguous_edges(const Table& table, std::string_view lo_name,
                                     std::string_view hi_name, std::string_view unit) {
  const std::span<const double> lo = table.column(lo_name, unit);
  const std::span<const double> hi = table.column(hi_name, unit);
  std::vector<double> edges;
  edges.reserve(table.rows() + 1);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (!(lo[i] < hi[i])) {
      throw DataError("the bin has no width", {.where = table.where(i, lo_name),
                                               .expected = "a value below " + quoted(hi_name)});
    }
    if (i > 0 && lo[i] != hi[i - 1]) {
      throw DataError("the bin does not begin where the one before it ends",
                      {.where = table.where(i, lo_name),
                       .expected = quoted(hi_name) + " of the row before",
                       .hint = "bins must adjoin: no gaps, no overlaps, sorted"});
    }
    edges.push_back(lo[i]);
  }
  edges.push_back(hi.back());
  return edges;
}

}  // namespace nudipole::config
