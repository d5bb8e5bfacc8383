#include "table_writer.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <sstream>
#include <utility>

namespace nudipole::jobs {

std::string json_text(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (code < 0x20) {
      quoted += {'\\', 'u', '0', '0', digits[code >> 4U], digits[code & 0xfU]};
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}
namespace {

using Cell = TableWriter::Cell;

constexpr int digits_for_people = 6;

template <class Number, class... Format>
std::string number_text(Number value, Format... format) {
  std::array<char, 64> text{};
  const auto result = std::to_chars(text.data(), text.data() + text.size(), value, format...);
  return {text.data(), result.ptr};
}

/// The shortest text that reads back as the same number. The sign of a NaN means nothing.
std::string exact(double value) { return std::isnan(value) ? "nan" : number_text(value); }
std::string exact(std::int64_t value) { return number_text(value); }

std::string rounded(double value) {
  return std::isnan(value) ? "nan"
                           : number_text(value, std::chars_format::general, digits_for_people);
}

std::string csv_text(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}
std::string csv_text(double value) { return exact(value); }
std::string csv_text(std::int64_t value) { return exact(value); }

std::string json_text(double value) { return std::isfinite(value) ? exact(value) : "null"; }
std::string json_text(std::int64_t value) { return exact(value); }

/// True at the first byte of a character of UTF-8 text.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }

/// Characters, not bytes, of UTF-8 text.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// Longer texts, such as grids, are cut for people.
constexpr std::size_t usual_widest_cell = 100;

std::string people_text(const std::string& text, std::size_t widest_cell) {
  const std::size_t width = width_of(text);
  if (width <= widest_cell) return text;
  std::size_t kept = 0;
  std::size_t characters = 0;
  while (characters < widest_cell || !begins_character(text[kept])) {
    if (begins_character(text[kept])) ++characters;
    ++kept;
  }
  const bool is_usual = widest_cell == usual_widest_cell;
  return text.substr(0, kept) +
         (is_usual ? " ... (" + std::to_string(width) + " characters)" : "...");
}
std::string people_text(double value, std::size_t) { return rounded(value); }
std::string people_text(std::int64_t value, std::size_t) { return exact(value); }

/// Characters of the longest line.
std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, width_of(line));
  return longest;
}

/// Joins the cells of a line. A line of one empty cell is quoted: readers skip empty lines.
std::string csv_line(const std::vector<std::string>& cells) {
  if (cells.size() == 1 && cells.front().empty()) return "\"\"\n";
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) line += (i == 0 ? "" : ",") + cells[i];
  return line + '\n';
}

}  // namespace

std::optional<TableFormat> parse_table_format(std::string_view text) noexcept {
  if (text == "csv") return TableFormat::csv;
  if (text == "json") return TableFormat::json;
  if (text == "table") return TableFormat::table;
  return std::nullopt;
}

TableWriter::TableWriter(std::vector<std::string> columns) : columns_(std::move(columns)) {}

TableWriter& TableWriter::add_row(std::vector<Cell> cells) {
  if (cells.size() != columns_.size()) {
    throw Error(ErrorKind::unexpected, "a table row has " + std::to_string(cells.size()) +
                                           " cells for " + std::to_string(columns_.size()) +
                                           " columns");
  }
  rows_.push_back(std::move(cells));
  return *this;
}

std::string TableWriter::render(TableFormat format) const {
  switch (format) {
    case TableFormat::csv: return render_csv();
    case TableFormat::json: return render_json();
    case TableFormat::table: break;
  }
  return render_aligned(usual_widest_cell);
}

std::string TableWriter::render_within(std::size_t characters) const {
  constexpr std::size_t narrowest_cell = 16;
  constexpr std::size_t step = 4;
  std::string text = render_aligned(usual_widest_cell);
  for (std::size_t widest = usual_widest_cell - step;
       longest_line(text) > characters && widest >= narrowest_cell; widest -= step) {
    text = render_aligned(widest);
  }
  return text;
}

std::string TableWriter::render_csv() const {
  std::vector<std::string> cells;
  for (const std::string& column : columns_) cells.push_back(csv_text(column));
  std::string text = csv_line(cells);
  for (const auto& row : rows_) {
    cells.clear();
    for (const Cell& cell : row) {
      cells.push_back(std::visit([](const auto& value) { return csv_text(value); }, cell));
    }
    text += csv_line(cells);
  }
  return text;
}

std::string TableWriter::render_json() const {
  std::string text = "[";
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    text += i == 0 ? "\n  {" : ",\n  {";
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      text += (j == 0 ? "" : ", ") + json_text(columns_[j]) + ": " +
              std::visit([](const auto& value) { return json_text(value); }, rows_[i][j]);
    }
    text += "}";
  }
  return text + (rows_.empty() ? "]\n" : "\n]\n");
}

std::string TableWriter::render_aligned(std::size_t widest_cell) const {
  std::vector<std::vector<std::string>> lines{columns_};
  for (const auto& row : rows_) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const Cell& cell : row) {
      line.push_back(
          std::visit([&](const auto& value) { return people_text(value, widest_cell); }, cell));
    }
  }
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& line : lines) {
    for (std::size_t j = 0; j < line.size(); ++j) {
      widths[j] = std::max(widths[j], width_of(line[j]));
    }
  }
  // Numbers to the right, so that signs and exponents stand below each other; columns with any text
  // to the left: a long text must not push the numbers out of sight.
  const auto is_text = [&](std::size_t column) {
    return std::ranges::any_of(rows_, [column](const auto& row) {
      return std::holds_alternative<std::string>(row[column]);
    });
  };
  std::string text;
  for (const auto& line : lines) {
    std::string padded;
    for (std::size_t j = 0; j < line.size(); ++j) {
      const std::string space(widths[j] - width_of(line[j]), ' ');
      padded += (j == 0 ? "" : "  ") + (is_text(j) ? line[j] + space : space + line[j]);
    }
    padded.erase(padded.find_last_not_of(' ') + 1);
    text += padded + '\n';
  }
  return text;
}

}  // namespace nudipole::jobs
