#include "nudipole/io/checkpoint.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/version.hpp"
#include "scan_identity.hpp"

namespace nudipole::io {
namespace {

namespace fs = std::filesystem;

std::string data_lines(const scan::Analysis& analysis) {
  std::string text;
  for (const experiment::FileDigest& file : analysis.files()) {
    text.append(file.sha256).append("  ").append(file.name).append("\n");
  }
  return text;
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

labelled::Attributes make_attributes(const scan::Analysis& analysis, const scan::Shard& shard) {
  labelled::Attributes attributes{{attribute::title, analysis.config().title},
                                  {attribute::version, version()},
                                  {attribute::commit, commit()},
                                  {attribute::config, analysis.config().canonical_text()},
                                  {attribute::config_sha256, analysis.config().hash()},
                                  {attribute::data, data_lines(analysis)},
                                  {attribute::shard, to_string(shard)},
                                  {attribute::created, utc_now()},
                                  {attribute::complete, std::int64_t{0}}};
  if (std::string lines = approximation_lines(analysis); !lines.empty()) {
    attributes.emplace(attribute::approximations, std::move(lines));
  }
  return attributes;
}

/// Refuses to go on with a file that is not the beginning of this very scan.
void require_same_scan(const fs::path& path, const labelled::Attributes& file,
                       const labelled::Attributes& now) {
  const auto refuse = [&](const ScanMismatch& mismatch) {
    throw CheckpointError(
        "the file holds results of " + mismatch.what + " (" + mismatch.difference + ")",
        {.where = path.string(),
         .hint = "write to another file, or remove this one to start over"});
  };
  if (const auto mismatch = find_mismatch(file, "file", now, "now")) refuse(*mismatch);
  if (text_of(file, attribute::shard) != text_of(now, attribute::shard)) {
    refuse({"another shard", "file has " + text_of(file, attribute::shard) + ", now " +
                                 text_of(now, attribute::shard)});
  }
}

}  // namespace

bool is_complete(const scan::ResultTable& table, const scan::Shard& shard) {
  return scan::plan(table, shard).empty();
}

Checkpoint::Checkpoint(fs::path path, const scan::Analysis& analysis, const scan::Shard& shard)
    : path_(std::move(path)),
      lock_(path_),
      shard_(shard),
      attributes_(make_attributes(analysis, shard)),
      resumed_(fs::exists(path_)),
      table_(analysis) {
  files::remove_stale_temporaries(path_);
  if (!resumed_) return;
  ResultFile earlier = read_result(path_);
  require_same_scan(path_, earlier.attributes, attributes_);
  attributes_[attribute::created] = text_of(earlier.attributes, attribute::created);
  for (const char* name :
       {attribute::planned_core_ms, attribute::planned_wall_ms, attribute::planned_ranks}) {
    if (const auto found = earlier.attributes.find(name); found != earlier.attributes.end()) {
      attributes_.insert(*found);
    }
  }
  table_ = scan::ResultTable{analysis, std::move(earlier.dataset)};
}

ResultFile Checkpoint::contents() const {
  ResultFile result{attributes_, table_.dataset()};
  result.attributes[attribute::complete] = std::int64_t{is_complete(table_, shard_) ? 1 : 0};
  return result;
}

void Checkpoint::save() { write_result(path_, contents()); }

}  // namespace nudipole::io
