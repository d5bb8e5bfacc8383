#include "format_1.hpp"

#include "nudipole/campaign/shard.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/progress.hpp"

#include <algorithm>
#include <cmath>

namespace nudipole::run::detail {
namespace {

using labelled::Axis;
using labelled::Dataset;
using labelled::Field;
using labelled::FieldRole;

constexpr const char* own_prefix = "experiment_";  ///< of fields for single experiments

/// Rows of a field, whose first axis is the mass, at some masses.
Field::Values rows(const Dataset& old, const Field& field, const std::vector<std::size_t>& masses) {
  const auto block = static_cast<std::ptrdiff_t>(old.block_size(field));
  return std::visit(
      [&](const auto& values) -> Field::Values {
        std::decay_t<decltype(values)> chosen;
        for (const std::size_t mass : masses) {
          const auto first = values.begin() + static_cast<std::ptrdiff_t>(mass) * block;
          chosen.insert(chosen.end(), first, first + block);
        }
        return chosen;
      },
      field.values);
}

/// For every mass, the blocks of single experiments and then the joint one.
Field::Values with_joint(const Field::Values& single, const Field::Values& joint,
                         std::size_t masses) {
  return std::visit(
      [&](const auto& last) -> Field::Values {
        using Values = std::decay_t<decltype(last)>;
        const auto& first = std::get<Values>(single);
        Values all;
        for (std::size_t mass = 0; mass < masses; ++mass) {
          for (const Values* part : {&first, &last}) {
            const auto block = static_cast<std::ptrdiff_t>(part->size() / masses);
            const auto begin = part->begin() + static_cast<std::ptrdiff_t>(mass) * block;
            all.insert(all.end(), begin, begin + block);
          }
        }
        return all;
      },
      joint);
}

class Conversion {
 public:
  Conversion(const Dataset& old, std::vector<std::size_t> masses)
      : old_(&old),
        masses_(std::move(masses)),
        has_single_(old.has_field("experiment_limit")),
        is_bound_(std::isnan(old.values<double>("standard_model").front())) {}

  [[nodiscard]] bool is_bound() const { return is_bound_; }

  Dataset run() {
    add_axes();
    for (const Field& field : old_->fields()) {
      if (field.name.starts_with(own_prefix)) continue;  // joins the joint field
      if (is_bound_ && !field.name.starts_with("limit") && field.role != FieldRole::timing)
        continue;
      data_.add_field(converted(field));
    }
    return std::move(data_);
  }

 private:
  void add_axes() {
    std::vector<double> masses;
    for (const std::size_t m : masses_) {
      masses.push_back(std::get<std::vector<double>>(old_->axis("mass").values)[m]);
    }
    const Axis& names = old_->axis("experiment");
    std::vector<std::string> entries;
    if (has_single_) entries = std::get<std::vector<std::string>>(names.values);
    entries.emplace_back("joint");
    Axis mass = old_->axis("mass");
    mass.values = masses;
    data_.add_axis(std::move(mass));
    data_.add_axis({"experiment", "", "data sets that a best fit or a limit is from", entries});
    data_.add_axis(old_->axis("confidence"));
    data_.add_axis(old_->axis("dof"));
    if (is_bound_) return;
    data_.add_axis(old_->axis("coupling"));
    data_.add_axis({"term", "", "data set whose part of -2 ln L it is", names.values});
    data_.add_axis(old_->axis("nuisance"));
  }

  [[nodiscard]] Field converted(Field field) const {
    const bool by_mass = !field.axes.empty() && field.axes.front() == "mass";
    if (!by_mass) return field;
    Field::Values values = rows(*old_, field, masses_);
    const bool joins = (field.name.starts_with("best_") && field.name != "best_nuisance_value") ||
                       field.name.starts_with("limit");
    if (joins) {
      field.axes.insert(field.axes.begin() + 1, "experiment");
      if (has_single_) {
        const Field& single = old_->field(own_prefix + field.name);
        values = with_joint(rows(*old_, single, masses_), values, masses_.size());
      }
    }
    if (field.name == "contribution") field.axes.back() = "term";
    if (field.name == (is_bound_ ? "limit_status" : "fit_status")) field.role = FieldRole::progress;
    field.values = std::move(values);
    return field;
  }

  const Dataset* old_;
  std::vector<std::size_t> masses_;
  bool has_single_;
  bool is_bound_;
  Dataset data_;
};

/// True when masses other than the shard's are done.
bool has_others(const Dataset& old, const std::vector<std::size_t>& own) {
  return progress_of(old, "mass").places_done !=
         progress_of(Conversion{old, own}.run(), "mass").places_done;
}

}  // namespace

io::ResultFile from_format_1(const std::filesystem::path& path, const io::ResultFile& old) {
  const auto shard = campaign::parse_shard(text_of(old.attributes, attribute::shard));
  if (!shard || !old.dataset.has_axis("mass") || !old.dataset.has_field("standard_model")) {
    throw CheckpointError("is no result of a scan", {.where = path.string()});
  }
  const std::vector<std::size_t> masses = shard->members(old.dataset.axis("mass").size());
  if (has_others(old.dataset, masses)) {
    throw CheckpointError("holds masses that do not belong to its shard " + to_string(*shard),
                          {.where = path.string(), .hint = "run the shard again into a new file"});
  }
  Conversion conversion{old.dataset, masses};
  io::ResultFile result{old.attributes, conversion.run(), old.format_version};
  result.attributes[attribute::campaign] = conversion.is_bound() ? "bound" : "grid";
  result.attributes[attribute::partition_axis] = "mass";
  result.attributes[attribute::place_noun] = "masses";
  return result;
}

}  // namespace nudipole::run::detail
