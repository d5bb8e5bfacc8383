#include "scan_identity.hpp"

#include "nudipole/io/checkpoint.hpp"  // names of attributes

#include <map>
#include <sstream>

namespace nudipole::io {
namespace {

using Lines = std::map<std::string, std::string>;
enum class Order { key_first, value_first };

/// "key<separator>value" lines as a map.
Lines lines_by_key(const std::string& text, const std::string& separator, Order order) {
  Lines lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    const std::size_t at = line.find(separator);
    if (at == std::string::npos) continue;
    std::string first = line.substr(0, at);
    std::string second = line.substr(at + separator.size());
    if (order == Order::value_first) std::swap(first, second);
    lines.insert_or_assign(std::move(first), std::move(second));
  }
  return lines;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t longest = 60;
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

/// What differs between two sets of lines, at most five entries.
std::string differences(const Lines& file, const std::string& file_name, const Lines& now,
                        const std::string& now_name) {
  Lines all = file;
  all.insert(now.begin(), now.end());
  std::string text;
  int count = 0;
  for (const auto& entry : all) {
    const std::string& key = entry.first;
    const auto in_file = file.find(key);
    const auto in_now = now.find(key);
    const std::string before = in_file == file.end() ? "absent" : shortened(in_file->second);
    const std::string after = in_now == now.end() ? "absent" : shortened(in_now->second);
    if (in_file != file.end() && in_now != now.end() && in_file->second == in_now->second) continue;
    if (++count > 5) continue;
    text.append(text.empty() ? "" : "; ")
        .append(key)
        .append(": " + file_name + " has ")
        .append(before)
        .append(", " + now_name + " ")
        .append(after);
  }
  if (count > 5) text.append("; and ").append(std::to_string(count - 5)).append(" more");
  return text;
}

}  // namespace

std::string text_of(const labelled::Attributes& attributes, const char* name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string{} : *text;
}

std::optional<ScanMismatch> find_mismatch(const labelled::Attributes& one,
                                          const std::string& one_name,
                                          const labelled::Attributes& other,
                                          const std::string& other_name) {
  const auto compare = [&](const char* name, const std::string& separator, Order order) {
    return differences(lines_by_key(text_of(one, name), separator, order), one_name,
                       lines_by_key(text_of(other, name), separator, order), other_name);
  };
  if (text_of(one, attribute::config_sha256) != text_of(other, attribute::config_sha256)) {
    return ScanMismatch{"another configuration",
                        compare(attribute::config, ": ", Order::key_first)};
  }
  if (text_of(one, attribute::data) != text_of(other, attribute::data)) {
    return ScanMismatch{"other data files", compare(attribute::data, "  ", Order::value_first)};
  }
  return std::nullopt;
}

}  // namespace nudipole::io
