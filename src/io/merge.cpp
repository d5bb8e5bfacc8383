#include "nudipole/io/merge.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/io/checkpoint.hpp"
#include "scan_identity.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace nudipole::io {
namespace {

namespace fs = std::filesystem;
using labelled::Dataset;
using labelled::Field;
using scan::Shard;

/// The axis along which shards are cut; it is the slowest of every field that has it.
constexpr const char* shard_axis = "mass";

bool is_cut(const labelled::Field& field) {
  return !field.axes.empty() && field.axes.front() == shard_axis;
}

/// Bit by bit, so that NaN equals NaN.
bool same_values(const labelled::Field& one, const labelled::Field& other) {
  return std::visit(
      [&other](const auto& values) {
        using Values = std::decay_t<decltype(values)>;
        const auto* others = std::get_if<Values>(&other.values);
        return others != nullptr && others->size() == values.size() &&
               (values.empty() || std::memcmp(values.data(), others->data(),
                                              values.size() * sizeof values.front()) == 0);
      },
      one.values);
}

/// Copies the values of a shard's masses.
void copy_masses(const labelled::Field& from, labelled::Field& to, std::size_t masses,
                 const Shard& shard) {
  std::visit(
      [&](const auto& source) {
        auto& target = std::get<std::decay_t<decltype(source)>>(to.values);
        const std::size_t row = source.size() / masses;
        for (std::size_t mass = shard.index; mass < masses; mass += shard.count) {
          const auto first = static_cast<std::ptrdiff_t>(mass * row);
          std::copy_n(source.begin() + first, row, target.begin() + first);
        }
      },
      from.values);
}

/// What keeps two datasets from being parts of one; empty when they fit.
std::string layout_difference(const labelled::Dataset& one, const labelled::Dataset& other) {
  if (one.axes() != other.axes()) return "other axes";
  if (one.fields().size() != other.fields().size()) return "other fields";
  for (std::size_t i = 0; i < one.fields().size(); ++i) {
    const labelled::Field& a = one.fields()[i];
    const labelled::Field& b = other.fields()[i];
    if (a.name != b.name || a.axes != b.axes || a.values.index() != b.values.index()) {
      return "other fields ('" + a.name + "')";
    }
    if (!is_cut(a) && !same_values(a, b)) return "other values of '" + a.name + "'";
  }
  return {};
}

std::string program_of(const labelled::Attributes& attributes) {
  return text_of(attributes, attribute::version) + " (" + text_of(attributes, attribute::commit) +
         ")";
}

std::string of_masses(const scan::Progress& progress) {
  return std::to_string(progress.masses_done) + " of " + std::to_string(progress.masses_total) +
         " masses";
}

class Merge {
 public:
  explicit Merge(std::string config_sha256) : config_sha256_(std::move(config_sha256)) {}

  void add(const fs::path& file) {
    try {
      add_result(file, read_result(file));
    } catch (const Error& error) {
      merged_.problems.emplace_back(error.what());  // names the file
    }
  }

  Merged finish() && {
    merged_.shard_count = count_;
    for (std::size_t i = 0; i < count_; ++i) {
      if (!files_.contains(i)) merged_.missing.push_back(i);
    }
    std::ranges::copy(merged_.missing, std::back_inserter(merged_.to_run));
    std::ranges::sort(merged_.to_run);
    const bool whole = result_ && merged_.problems.empty() && merged_.to_run.empty();
    if (whole) {
      result_->attributes[attribute::shard] = to_string(Shard{});
      result_->attributes[attribute::complete] = std::int64_t{1};
      merged_.result = std::move(result_);
    }
    return std::move(merged_);
  }

 private:
  void add_result(const fs::path& file, ResultFile part) {
    const auto complain = [&](const std::string& what) {
      merged_.problems.push_back(file.string() + ": " + what);
    };
    const auto shard = scan::parse_shard(text_of(part.attributes, attribute::shard));
    if (!shard || !part.dataset.has_axis(shard_axis)) return complain("is no result of a scan");
    if (const std::string what = foreign(part); !what.empty()) return complain(what);
    if (count_ != 0 && shard->count != count_) {
      return complain("is shard " + to_string(*shard) + ", which overlaps with those of " + first_ +
                      " (" + std::to_string(count_) + " parts)");
    }
    if (const auto other = files_.find(shard->index); other != files_.end()) {
      return complain("is shard " + to_string(*shard) + ", and so is " + other->second.string());
    }
    if (scan::progress_of(part.dataset).fits_done !=
        scan::progress_of(part.dataset, *shard).fits_done) {
      return complain("holds masses that do not belong to its shard " + to_string(*shard));
    }
    if (count_ == 0) first_ = file.string();
    count_ = shard->count;
    files_.emplace(shard->index, file);
    if (!is_finished(file, part, *shard)) return;
    take(std::move(part), *shard);
  }

  /// Why the part cannot belong to those before; empty when it can.
  [[nodiscard]] std::string foreign(const ResultFile& part) const {
    if (!config_sha256_.empty() &&
        text_of(part.attributes, attribute::config_sha256) != config_sha256_) {
      return "holds results of another configuration than the one given";
    }
    if (!reference_) return {};
    if (const auto mismatch = find_mismatch(part.attributes, "this file", *reference_, first_)) {
      return "holds results of " + mismatch->what + " (" + mismatch->difference + ")";
    }
    if (program_of(part.attributes) != program_of(*reference_)) {
      return "was written by another program version (this file has " +
             program_of(part.attributes) + ", " + first_ + " " + program_of(*reference_) + ")";
    }
    if (!result_) return {};
    const std::string difference = layout_difference(part.dataset, result_->dataset);
    return difference.empty() ? std::string{} : "has " + difference + " than " + first_;
  }

  bool is_finished(const fs::path& file, const ResultFile& part, const Shard& shard) {
    if (!reference_) reference_ = part.attributes;
    const scan::Progress progress = scan::progress_of(part.dataset, shard);
    if (progress.masses_done == progress.masses_total) return true;
    merged_.unfinished.push_back(file.string() + ": shard " + to_string(shard) +
                                 " is not finished, " + of_masses(progress) +
                                 " are done; running it again goes on from there");
    merged_.to_run.push_back(shard.index);
    return false;
  }

  void take(ResultFile part, const Shard& shard) {
    if (!result_) {
      result_ = std::move(part);
      return;
    }
    const std::size_t masses = part.dataset.axis(shard_axis).size();
    for (const labelled::Field& field : part.dataset.fields()) {
      if (is_cut(field)) copy_masses(field, result_->dataset.field(field.name), masses, shard);
    }
    // The scan began when its first shard did (ISO 8601 sorts by time).
    auto& created = result_->attributes[attribute::created];
    created = std::min(text_of(result_->attributes, attribute::created),
                       text_of(part.attributes, attribute::created));
  }

  std::string config_sha256_;
  std::string first_;                              ///< path of the first sound file
  std::optional<labelled::Attributes> reference_;  ///< its attributes
  std::optional<ResultFile> result_;               ///< what is joined so far
  std::map<std::size_t, fs::path> files_;          ///< by shard
  std::size_t count_ = 0;
  Merged merged_;
};

}  // namespace

Merged merge_shards(const std::vector<fs::path>& files, const std::string& config_sha256) {
  Merge merge{config_sha256};
  for (const fs::path& file : files) merge.add(file);
  return std::move(merge).finish();
}

}  // namespace nudipole::io
