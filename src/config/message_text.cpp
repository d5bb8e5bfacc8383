#include "message_text.hpp"

#include <algorithm>

namespace nudipole::config {

std::string one_line(std::string_view text) {
  std::string line{text};
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20U) c = ' ';
  }
  return line;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::size_t end = std::min(text.size(), longest);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (end > 0 && end < text.size() && continues(text[end])) --end;  // no half of a UTF-8 letter
  std::string shown = one_line(text.substr(0, end));
  if (text.size() > end) shown += "...";
  return "'" + shown + "'";
}

std::string quoted_list(std::span<const std::string> words) {
  std::string list;
  for (const std::string& word : words) {
    if (!list.empty()) list += ", ";
    list += quoted(word);
  }
  return list;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string place(std::string_view source, std::size_t line) {
  return std::string{source} + ":" + std::to_string(line);
}

}  // namespace nudipole::config
