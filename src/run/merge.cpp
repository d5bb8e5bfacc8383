#include "nudipole/run/merge.hpp"

#include "nudipole/campaign/shard.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/progress.hpp"
#include "nudipole/run/result.hpp"

#include <algorithm>
#include <cstring>
#include <map>

namespace nudipole::run {
namespace {

namespace fs = std::filesystem;
using campaign::Shard;
using labelled::Dataset;
using labelled::Field;

bool is_cut(const Field& field, const std::string& partition_axis) {
  return !field.axes.empty() && field.axes.front() == partition_axis;
}

/// Bit by bit, so that NaN equals NaN.
bool same_values(const Field& one, const Field& other) {
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

/// The same for one of the blocks of each, of `places` and `other_places`.
bool same_block(const Field& one, std::size_t place, std::size_t places, const Field& other,
                std::size_t other_place, std::size_t other_places) {
  return std::visit(
      [&](const auto& values) {
        const auto& others = std::get<std::decay_t<decltype(values)>>(other.values);
        const std::size_t block = values.size() / places;
        return others.size() / other_places == block &&
               std::memcmp(values.data() + place * block, others.data() + other_place * block,
                           block * sizeof values.front()) == 0;
      },
      one.values);
}

/// Copies the blocks of a part to their places in the whole. \param places  of the part's blocks
void copy_blocks(const Field& from, Field& to, const std::vector<std::size_t>& places) {
  std::visit(
      [&](const auto& source) {
        auto& target = std::get<std::decay_t<decltype(source)>>(to.values);
        const auto block = static_cast<std::ptrdiff_t>(source.size() / places.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
          std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(i) * block, block,
                      target.begin() + static_cast<std::ptrdiff_t>(places[i]) * block);
        }
      },
      from.values);
}

const std::vector<double>& places_of(const Dataset& dataset, const std::string& axis) {
  return std::get<std::vector<double>>(dataset.axis(axis).values);
}

std::string program_of(const labelled::Attributes& attributes) {
  const std::string architecture = text_of(attributes, attribute::architecture);
  return text_of(attributes, attribute::version) + " (" + text_of(attributes, attribute::commit) +
         (architecture.empty() ? "" : ", " + architecture) + ")";
}

/// The code of a field that means "another shard's".
std::optional<std::int8_t> elsewhere_code(const Field& field) {
  const auto found = std::ranges::find(field.flags, std::string_view{"elsewhere"},
                                       &std::pair<int, std::string>::second);
  if (found == field.flags.end()) return std::nullopt;
  return static_cast<std::int8_t>(found->first);
}

/// Whether a code is about work, not about its absence.
bool is_work(const Field& field, std::int8_t code) {
  const auto found = std::ranges::find(field.flags, int{code}, &std::pair<int, std::string>::first);
  return found == field.flags.end() ||
         (found->second != "not_wanted" && found->second != "elsewhere");
}

/// Joins what two shards know about the same places: counts add up, and of other values the one
/// that is there.
void join_values(const Field& from, Field& to) {
  const std::optional<std::int8_t> elsewhere = elsewhere_code(from);
  std::visit(
      [&]<class T>(const std::vector<T>& source) {
        auto& target = std::get<std::vector<T>>(to.values);
        const T empty = labelled::empty_value<T>(from.role);
        for (std::size_t i = 0; i < source.size(); ++i) {
          const bool is_empty = elsewhere ? static_cast<std::int8_t>(source[i]) == *elsewhere
                                          : source[i] == empty || source[i] != source[i];
          if (is_empty) continue;
          const bool adds =
              from.role == labelled::FieldRole::count || from.role == labelled::FieldRole::timing;
          target[i] = adds ? static_cast<T>(target[i] + source[i]) : source[i];
        }
      },
      from.values);
}

class Merge {
 public:
  explicit Merge(std::string config_sha256) : config_sha256_(std::move(config_sha256)) {}

  void add(const fs::path& file) {
    try {
      add_result(file, read_run(file));
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
  void add_result(const fs::path& file, io::ResultFile part) {
    const auto complain = [&](const std::string& what) {
      merged_.problems.push_back(file.string() + ": " + what);
    };
    const auto shard = campaign::parse_shard(text_of(part.attributes, attribute::shard));
    const std::string axis = text_of(part.attributes, attribute::partition_axis);
    if (!shard || !part.dataset.has_axis(axis)) return complain("is no result of a campaign");
    if (const std::string what = foreign(part); !what.empty()) return complain(what);
    if (count_ != 0 && shard->count != count_) {
      return complain("is shard " + to_string(*shard) + ", which overlaps with those of " + first_ +
                      " (" + std::to_string(count_) + " parts)");
    }
    if (const auto other = files_.find(shard->index); other != files_.end()) {
      return complain("is shard " + to_string(*shard) + ", and so is " + other->second.string());
    }
    // A shard without places has nothing to add, not even to what is the same in all shards.
    const bool is_empty = part.dataset.axis(axis).size() == 0;
    if (result_ && !is_empty) {
      const std::string what = why_not_joined(part.dataset);
      if (!what.empty()) return complain(what);
    }
    if (count_ == 0) first_ = file.string();
    count_ = shard->count;
    files_.emplace(shard->index, file);
    if (is_finished(file, part, *shard) && !is_empty) take(std::move(part));
  }

  /// Why the part cannot belong to those before; empty when it can.
  [[nodiscard]] std::string foreign(const io::ResultFile& part) const {
    if (!config_sha256_.empty() &&
        text_of(part.attributes, attribute::config_sha256) != config_sha256_) {
      return "holds results of another configuration than the one given";
    }
    if (!reference_) return {};
    if (const auto mismatch = find_mismatch(part.attributes, "this file", *reference_, first_)) {
      return "holds results of " + mismatch->what + " (" + mismatch->difference + ")";
    }
    const std::string program = program_of(part.attributes);
    const std::string other = program_of(*reference_);
    if (program == other) return {};
    const bool is_build =
        text_of(part.attributes, attribute::commit) == text_of(*reference_, attribute::commit) &&
        text_of(part.attributes, attribute::version) == text_of(*reference_, attribute::version);
    return std::string{"was written by "} +
           (is_build ? "a program for another instruction set, whose last bits differ"
                     : "another program version") +
           " (this file has " + program + ", " + first_ + " " + other + ")";
  }

  /// Why a dataset does not fit to what is joined so far; empty when it does.
  [[nodiscard]] std::string why_not_joined(const Dataset& part) const {
    const std::string axis = text_of(*reference_, attribute::partition_axis);
    if (const std::string what = layout_difference(part, result_->dataset, axis); !what.empty()) {
      return "has " + what + " than " + first_;
    }
    for (const Field& field : part.fields()) {
      if (!is_cut(field, axis) && !same_values(field, result_->dataset.field(field.name))) {
        return "has other values of '" + field.name + "' than " + first_;
      }
    }
    std::vector<double> common;
    std::ranges::set_intersection(places_of(part, axis), places_of(result_->dataset, axis),
                                  std::back_inserter(common));
    if (common.empty() || can_be_joined(part, axis) || share_ends(part, axis, common)) return {};
    return "holds " + axis + " " + shortest_text(common.front()) + ", and so does another file";
  }

  /// Whether the common places are ends of the part with the same results: neighbours on an axis
  /// both know the place between them.
  [[nodiscard]] bool share_ends(const Dataset& part, const std::string& axis,
                                const std::vector<double>& common) const {
    const std::vector<double>& own = places_of(part, axis);
    const std::vector<double>& all = places_of(result_->dataset, axis);
    return std::ranges::all_of(common, [&](double place) {
      if (place != own.front() && place != own.back()) return false;
      const auto here = std::ranges::lower_bound(own, place) - own.begin();
      const auto there = std::ranges::lower_bound(all, place) - all.begin();
      return std::ranges::all_of(part.fields(), [&](const Field& field) {
        return !is_cut(field, axis) || field.role == labelled::FieldRole::timing ||
               same_block(field, static_cast<std::size_t>(here), own.size(),
                          result_->dataset.field(field.name), static_cast<std::size_t>(there),
                          all.size());
      });
    });
  }

  /// Whether each item of each place is elsewhere in one of the two: shards of a campaign that
  /// shares out the items of places, not the places.
  [[nodiscard]] bool can_be_joined(const Dataset& part, const std::string& axis) const {
    const Dataset& whole = result_->dataset;
    if (places_of(part, axis) != places_of(whole, axis)) return false;
    bool any = false;
    for (const Field& field : part.fields()) {
      const std::optional<std::int8_t> elsewhere = elsewhere_code(field);
      if (!elsewhere) continue;
      any = true;
      const auto& codes = std::get<std::vector<std::int8_t>>(field.values);
      const auto& others = whole.values<std::int8_t>(field.name);
      for (std::size_t i = 0; i < codes.size(); ++i) {
        if (codes[i] != others[i] && codes[i] != *elsewhere && others[i] != *elsewhere)
          return false;
        if (codes[i] == others[i] && is_work(field, codes[i])) return false;
      }
    }
    return any;
  }

  bool is_finished(const fs::path& file, const io::ResultFile& part, const Shard& shard) {
    if (!reference_) reference_ = part.attributes;
    const Progress progress =
        progress_of(part.dataset, text_of(part.attributes, attribute::partition_axis));
    const bool all_done = progress.places_done == progress.places_total;
    if (all_done && std::get<std::int64_t>(part.attributes.at(attribute::complete)) != 0) {
      return true;
    }
    merged_.unfinished.push_back(
        file.string() + ": shard " + to_string(shard) + " is not finished, " +
        places_text(progress, text_of(part.attributes, attribute::place_noun)) + " are done" +
        (all_done ? " and more are wanted" : "") + "; running it again goes on from there");
    merged_.to_run.push_back(shard.index);
    return false;
  }

  void take(io::ResultFile part) {
    if (!result_) {
      result_ = std::move(part);
      return;
    }
    const std::string axis = text_of(*reference_, attribute::partition_axis);
    if (can_be_joined(part.dataset, axis)) {
      for (const Field& field : part.dataset.fields()) {
        if (is_cut(field, axis)) join_values(field, result_->dataset.field(field.name));
      }
      return began(part);
    }
    const std::vector<double>& coordinates = places_of(part.dataset, axis);
    std::vector<double> fresh;
    std::ranges::set_difference(coordinates, places_of(result_->dataset, axis),
                                std::back_inserter(fresh));
    result_->dataset = result_->dataset.grown(axis, fresh);
    const std::vector<double>& all = places_of(result_->dataset, axis);
    std::vector<std::size_t> places;
    places.reserve(coordinates.size());
    for (const double coordinate : coordinates) {
      places.push_back(
          static_cast<std::size_t>(std::ranges::lower_bound(all, coordinate) - all.begin()));
    }
    for (const Field& field : part.dataset.fields()) {
      if (!places.empty() && is_cut(field, axis)) {
        copy_blocks(field, result_->dataset.field(field.name), places);
      }
    }
    began(part);
  }

  /// The campaign began when its first shard did (ISO 8601 sorts by time).
  void began(const io::ResultFile& part) {
    result_->attributes[attribute::created] =
        std::min(text_of(result_->attributes, attribute::created),
                 text_of(part.attributes, attribute::created));
  }

  std::string config_sha256_;
  std::string first_;                              ///< path of the first sound file
  std::optional<labelled::Attributes> reference_;  ///< its attributes
  std::optional<io::ResultFile> result_;           ///< what is joined so far
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

}  // namespace nudipole::run
