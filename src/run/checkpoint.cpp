#include "nudipole/run/checkpoint.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/files/atomic_file.hpp"

namespace nudipole::run {
namespace {

namespace fs = std::filesystem;
using labelled::Attributes;

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
  throw CheckpointError(what, {.where = path.string(),
                               .hint = "write to another file, or remove this one to start over"});
}

/// Refuses to go on with a file that is not the beginning of this very campaign.
void require_same_run(const fs::path& path, const io::ResultFile& file, const Attributes& now) {
  if (file.format_version != io::result_format_version) {
    refuse(path, "the file was written by an older program: format " +
                     std::to_string(file.format_version) + ", this program writes format " +
                     std::to_string(io::result_format_version));
  }
  const auto belongs_to = [&](const Mismatch& mismatch) {
    refuse(path, "the file holds results of " + mismatch.what + " (" + mismatch.difference + ")");
  };
  if (const auto mismatch = find_mismatch(file.attributes, "file", now, "now")) {
    belongs_to(*mismatch);
  }
  const std::string shard = text_of(file.attributes, attribute::shard);
  if (shard != text_of(now, attribute::shard)) {
    belongs_to({"another shard", "file has " + shard + ", now " + text_of(now, attribute::shard)});
  }
}

void require_same_layout(const fs::path& path, const labelled::Dataset& earlier,
                         const labelled::Dataset& begin, const std::string& partition_axis) {
  if (const std::string difference = layout_difference(earlier, begin, partition_axis);
      !difference.empty()) {
    refuse(path, "the result file holds " + difference + " than this program writes");
  }
}

}  // namespace

Checkpoint::Checkpoint(fs::path path, Attributes identity, labelled::Dataset begin,
                       const std::function<labelled::Dataset(labelled::Dataset)>& continued)
    : path_(std::move(path)),
      lock_(path_),
      attributes_(std::move(identity)),
      resumed_(fs::exists(path_)),
      table_(std::move(begin), text_of(attributes_, attribute::partition_axis)) {
  files::remove_stale_temporaries(path_);
  if (!resumed_) return;
  io::ResultFile earlier = io::read_result(path_);
  require_same_run(path_, earlier, attributes_);
  labelled::Dataset dataset = continued(earlier.dataset);
  require_same_layout(path_, dataset, table_.dataset(), table_.partition_axis());
  has_new_layout_ = !layout_difference(earlier.dataset, dataset, table_.partition_axis()).empty();
  for (const char* name : {attribute::created, attribute::planned_core_ms,
                           attribute::planned_wall_ms, attribute::planned_ranks}) {
    if (const auto found = earlier.attributes.find(name); found != earlier.attributes.end()) {
      attributes_[name] = found->second;
    }
  }
  attributes_[attribute::complete] = earlier.attributes.at(attribute::complete);
  begin_level(std::move(dataset));
}

void Checkpoint::begin_level(labelled::Dataset dataset) {
  table_ = ResultTable{std::move(dataset), table_.partition_axis()};
}

bool Checkpoint::is_complete() const {
  return std::get<std::int64_t>(attributes_.at(attribute::complete)) != 0;
}

void Checkpoint::save() { io::write_result(path_, {attributes_, table_.dataset()}); }

}  // namespace nudipole::run
