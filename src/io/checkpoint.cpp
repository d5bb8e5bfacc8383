#include "nudipole/io/checkpoint.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/version.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <map>
#include <sstream>

namespace nudipole::io {
namespace {

namespace fs = std::filesystem;

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text.data(), length};
}

std::string data_lines(const scan::Analysis& analysis) {
  std::string text;
  for (const experiment::FileDigest& file : analysis.files()) {
    text.append(file.sha256).append("  ").append(file.name).append("\n");
  }
  return text;
}

std::string shard_text(const scan::Shard& shard) {
  return std::to_string(shard.index) + "/" + std::to_string(shard.count);
}

std::string approximation_lines(const scan::Analysis& analysis) {
  std::string text;
  for (const experiment::Experiment& experiment : analysis.experiments()) {
    for (const std::string& line : experiment.approximations()) {
      text.append(experiment.name()).append(": ").append(line).append("\n");
    }
  }
  return text;
}

Attributes make_attributes(const scan::Analysis& analysis, const scan::Shard& shard) {
  Attributes attributes{
          {attribute::title, analysis.config().title},
          {attribute::version, version()},
          {attribute::commit, commit()},
          {attribute::config, analysis.config().canonical_text()},
          {attribute::config_sha256, analysis.config().hash()},
          {attribute::data, data_lines(analysis)},
          {attribute::shard, shard_text(shard)},
          {attribute::created, utc_now()},
          {attribute::complete, std::int64_t{0}}};
  if (std::string lines = approximation_lines(analysis); !lines.empty()) {
    attributes.emplace(attribute::approximations, std::move(lines));
  }
  return attributes;
}

std::string text_of(const Attributes& attributes, const char* name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string{} : *text;
}

/// "key<separator>value" lines as a map.
std::map<std::string, std::string> lines_by_key(const std::string& text,
                                                const std::string& separator,
                                                bool value_first) {
  std::map<std::string, std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) {
    const std::size_t at = line.find(separator);
    if (at == std::string::npos) continue;
    std::string first = line.substr(0, at);
    std::string second = line.substr(at + separator.size());
    if (value_first) std::swap(first, second);
    lines.insert_or_assign(std::move(first), std::move(second));
  }
  return lines;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t longest = 60;
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

/// What differs between two sets of lines, at most five entries.
std::string differences(const std::map<std::string, std::string>& file,
                        const std::map<std::string, std::string>& now) {
  std::map<std::string, std::string> all = file;
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
        .append(": file has ")
        .append(before)
        .append(", now ")
        .append(after);
  }
  if (count > 5) text.append("; and ").append(std::to_string(count - 5)).append(" more");
  return text;
}

/// Refuses to go on with a file that is not the beginning of this very scan.
void require_same_scan(const fs::path& path, const Attributes& file, const Attributes& now) {
  const auto refuse = [&](const std::string& what, const std::string& difference) {
    throw CheckpointError("the file holds results of " + what + " (" + difference + ")",
                          {.where = path.string(),
                           .hint = "write to another file, or remove this one to start over"});
  };
  if (text_of(file, attribute::config_sha256) != text_of(now, attribute::config_sha256)) {
    refuse("another configuration",
           differences(lines_by_key(text_of(file, attribute::config), ": ", false),
                       lines_by_key(text_of(now, attribute::config), ": ", false)));
  }
  if (text_of(file, attribute::data) != text_of(now, attribute::data)) {
    refuse("other data files", differences(lines_by_key(text_of(file, attribute::data), "  ", true),
                                           lines_by_key(text_of(now, attribute::data), "  ", true)));
  }
  if (text_of(file, attribute::shard) != text_of(now, attribute::shard)) {
    refuse("another shard", "file has " + text_of(file, attribute::shard) + ", now " +
                                text_of(now, attribute::shard));
  }
}

}  // namespace

bool is_complete(const scan::ResultTable& table, const scan::Shard& shard) {
  return scan::plan(table, shard, 1).empty();
}

Checkpoint::Checkpoint(fs::path path, const scan::Analysis& analysis, const scan::Shard& shard)
    : path_(std::move(path)),
      lock_(path_),
      shard_(shard),
      attributes_(make_attributes(analysis, shard)),
      resumed_(fs::exists(path_)),
      table_(analysis) {
  remove_stale_temporaries(path_);
  if (!resumed_) return;
  ResultFile earlier = read_result(path_);
  require_same_scan(path_, earlier.attributes, attributes_);
  attributes_[attribute::created] = text_of(earlier.attributes, attribute::created);
  table_ = scan::ResultTable{analysis, std::move(earlier.dataset)};
}

void Checkpoint::save() {
  attributes_[attribute::complete] = std::int64_t{is_complete(table_, shard_) ? 1 : 0};
  write_result(path_, {attributes_, table_.dataset()});
}

}  // namespace nudipole::io
