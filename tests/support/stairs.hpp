#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/run/identity.hpp"

#include <cmath>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::test {

/// A campaign that exists in tests only: at every step of a stair some numbers, and when all steps
/// are there, another step half-way above each of them. Values depend on step and item alone.
struct Stairs {
  std::size_t steps = 5;
  std::size_t items = 3;
  std::function<void(const campaign::Task&)> before_task{};  ///< may throw, sleep or kill
};

inline double stair_value(double height, std::size_t item) {
  return std::sqrt(height + 2.0) / static_cast<double>(item + 1);
}

class StairsWorker final : public campaign::Worker {
 public:
  explicit StairsWorker(const Stairs& stairs) : stairs_(stairs) {}

  labelled::Patch operator()(const campaign::Task& task) override {
    if (stairs_.before_task) stairs_.before_task(task);
    std::vector<double> values;
    for (std::uint64_t i = task.first; i < task.last; ++i) {
      values.push_back(stair_value(task.coordinate, i));
    }
    std::vector<std::int8_t> codes(values.size(), 0);
    std::vector<std::int32_t> numbers(values.size(), static_cast<std::int32_t>(task.coordinate));
    return {{"value", task.place, task.first, std::move(values)},
            {"number", task.place, task.first, std::move(numbers)},
            {"status", task.place, task.first, std::move(codes)},
            {"constant", 0, 0, std::vector{42.0}}};
  }

 private:
  Stairs stairs_;
};

class StairsCampaign final : public campaign::Campaign {
 public:
  explicit StairsCampaign(Stairs stairs) : stairs_(std::move(stairs)) {}

  [[nodiscard]] std::string_view kind() const override { return "stairs"; }
  [[nodiscard]] std::string_view partition_axis() const override { return "height"; }
  [[nodiscard]] std::string_view place_noun() const override { return "steps"; }
  [[nodiscard]] std::string place_text() const override {
    return std::to_string(stairs_.items) + " numbers";
  }

  [[nodiscard]] labelled::Dataset begin(const campaign::Shard& shard) const override {
    std::vector<double> heights;
    for (const std::size_t step : shard.members(stairs_.steps)) {
      heights.push_back(static_cast<double>(step));
    }
    std::vector<std::int32_t> items;
    for (std::size_t i = 0; i < stairs_.items; ++i) items.push_back(static_cast<std::int32_t>(i));
    labelled::Dataset data;
    data.add_axis({"height", "m", "height of a step", heights});
    data.add_axis({"item", "1", "number of an item", items});
    const std::vector<std::string> axes{"height", "item"};
    data.add_empty_field<double>({"value", "1", "a number", axes});
    data.add_empty_field<std::int32_t>({"number", "1", "another number", axes});
    data.add_empty_field<std::int8_t>({.name = "status",
                                       .units = "1",
                                       .long_name = "state",
                                       .axes = axes,
                                       .flags = {{-1, "not_done"}, {0, "done"}, {3, "failed"}},
                                       .role = labelled::FieldRole::progress});
    data.add_empty_field<double>({"constant", "1", "the same everywhere", {}});
    return data;
  }

  [[nodiscard]] std::vector<campaign::Task> missing(const labelled::Dataset& data) const override {
    std::vector<std::vector<bool>> done;
    for (std::size_t step = 0; step < data.axis("height").size(); ++step) {
      std::vector<bool> items;
      for (const std::int8_t code : data.slice<std::int8_t>("status", {step})) {
        items.push_back(code != labelled::not_done);
      }
      done.push_back(std::move(items));
    }
    return campaign::missing_runs(data.axis("height"), done);
  }

  [[nodiscard]] std::optional<labelled::Dataset> next_level(
      const labelled::Dataset& data) const override {
    std::vector<double> between;
    for (const double height : std::get<std::vector<double>>(data.axis("height").values)) {
      if (height != std::floor(height)) return std::nullopt;  // the second level is there
      between.push_back(height + 0.5);
    }
    if (between.empty()) return std::nullopt;
    return data.grown("height", between);
  }

  [[nodiscard]] std::unique_ptr<campaign::Worker> worker() const override {
    return std::make_unique<StairsWorker>(stairs_);
  }
  [[nodiscard]] std::size_t items() const override { return stairs_.items; }

 private:
  Stairs stairs_;
};

/// What identity_of gives for a configuration.
inline labelled::Attributes stairs_identity(const campaign::Shard& shard = {}) {
  namespace name = run::attribute;
  return {{name::title, std::string{"stairs"}},
          {name::campaign, std::string{"stairs"}},
          {name::partition_axis, std::string{"height"}},
          {name::place_noun, std::string{"steps"}},
          {name::version, std::string{"0.1.0"}},
          {name::commit, std::string{"abc"}},
          {name::config, std::string{"flavour: mu\n"}},
          {name::config_sha256, std::string{"c0ffee"}},
          {name::data, std::string{"d1  a.csv\n"}},
          {name::shard, to_string(shard)},
          {name::created, "2026-01-0" + std::to_string(shard.index % 9 + 1)},
          {name::complete, std::int64_t{0}}};
}

}  // namespace nudipole::test
