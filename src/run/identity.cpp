#include "nudipole/run/identity.hpp"

#include "nudipole/core/pairs.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/core/version.hpp"
#include "nudipole/inference/goodness_of_fit.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace nudipole::run {
namespace {

using Lines = std::map<std::string, std::string>;

/// The lines of sha256sum: digest and file.
constexpr std::string_view digest_separator = "  ";

Lines config_lines(const labelled::Attributes& attributes) {
  const Pairs pairs = pairs_of_lines(text_of(attributes, attribute::config));
  return {pairs.begin(), pairs.end()};
}

/// What of a configuration makes the likelihood: all but where it is evaluated and what for.
Lines likelihood_lines(const Pairs& canonical) {
  Lines lines;
  constexpr std::array requests{"format", "mass.", "coupling.", "limits.", "fit.", "toys."};
  for (const auto& line : canonical) {
    const auto& [key, value] = line;
    const auto is_of = [&line](const char* section) { return line.first.starts_with(section); };
    if (std::ranges::any_of(requests, is_of)) continue;
    const bool is_grid = key.ends_with(".values_mu_B") || key.ends_with(".profiled");
    if (key.starts_with("couplings.") && is_grid) {
      lines.emplace(key.substr(0, key.rfind('.')), "free");  // mapped or profiled
    } else {
      lines.emplace(key, value);
    }
  }
  return lines;
}

/// Digests by file.
Lines data_lines(const labelled::Attributes& attributes) {
  Lines lines;
  for (auto& [digest, file] :
       pairs_of_lines(text_of(attributes, attribute::data), digest_separator)) {
    lines.emplace(std::move(file), std::move(digest));
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

Pairs digests(const campaign::Setup& setup) {
  Pairs pairs;
  for (const experiment::FileDigest& file : setup.files()) {
    pairs.emplace_back(file.sha256, file.name);
  }
  return pairs;
}

Pairs approximations(const campaign::Setup& setup) {
  Pairs pairs;
  for (const experiment::Experiment& experiment : setup.experiments()) {
    for (const std::string& line : experiment.approximations()) {
      pairs.emplace_back(experiment.name(), line);
    }
  }
  return pairs;
}

/// Largest energy of the neutrinos that couple, by experiment.
Pairs end_points(const campaign::Setup& setup) {
  Pairs pairs;
  const std::vector<double> energies_MeV = setup.end_points_MeV();
  for (std::size_t i = 0; i < energies_MeV.size(); ++i) {
    pairs.emplace_back(setup.experiments()[i].name(), shortest_text(energies_MeV[i]));
  }
  return pairs;
}

}  // namespace

std::string text_of(const labelled::Attributes& attributes, const char* name) {
  const auto found = attributes.find(name);
  if (found == attributes.end()) return {};
  const auto* text = std::get_if<std::string>(&found->second);
  return text == nullptr ? std::string{} : *text;
}

labelled::Attributes identity_of(const campaign::Setup& setup, const campaign::Campaign& campaign,
                                 const campaign::Shard& shard) {
  labelled::Attributes attributes{
      {attribute::title, setup.config().title},
      {attribute::campaign, std::string{campaign.kind()}},
      {attribute::partition_axis, std::string{campaign.partition_axis()}},
      {attribute::place_noun, std::string{campaign.place_noun()}},
      {attribute::version, version()},
      {attribute::commit, commit()},
      {attribute::architecture, architecture()},
      {attribute::config, setup.config().canonical_text()},
      {attribute::config_sha256, setup.config().hash()},
      {attribute::data, to_lines(digests(setup), digest_separator)},
      {attribute::shard, to_string(shard)},
      {attribute::created, utc_now()},
      {attribute::complete, std::int64_t{0}}};
  if (const Pairs pairs = approximations(setup); !pairs.empty()) {
    attributes.emplace(attribute::approximations, to_lines(pairs));
  }
  attributes.emplace(attribute::source_end_points, to_lines(end_points(setup)));
  if (const auto& couplings = setup.config().couplings; couplings.size() == 1) {
    attributes.emplace(attribute::decay_ratio, shortest_text(couplings.front().squared_ratios()));
  }
  if (const auto* likelihood = std::get_if<campaign::Likelihood>(&setup.constraint())) {
    attributes.emplace(attribute::degrees_of_freedom,
                       inference::degrees_of_freedom(*likelihood->joint, 0));
  }
  return attributes;
}

std::optional<Mismatch> find_mismatch(const labelled::Attributes& one, const std::string& one_name,
                                      const labelled::Attributes& other,
                                      const std::string& other_name) {
  const auto compare = [&](Lines (*lines)(const labelled::Attributes&)) {
    return differences(lines(one), one_name, lines(other), other_name);
  };
  const auto differ = [&](const char* name) { return text_of(one, name) != text_of(other, name); };
  if (differ(attribute::config_sha256)) {
    return Mismatch{"another configuration", compare(config_lines)};
  }
  if (differ(attribute::campaign)) {
    return Mismatch{"another campaign", one_name + " has " + text_of(one, attribute::campaign) +
                                            ", " + other_name + " " +
                                            text_of(other, attribute::campaign)};
  }
  if (differ(attribute::data)) {
    return Mismatch{"other data files", compare(data_lines)};
  }
  return std::nullopt;
}

std::optional<Mismatch> find_other_likelihood(const labelled::Attributes& result,
                                              const std::string& name,
                                              const campaign::Setup& setup) {
  const Lines here = likelihood_lines(setup.config().canonical());
  const Lines there = likelihood_lines(pairs_of_lines(text_of(result, attribute::config)));
  const std::string now = "the configuration";
  if (here != there) return Mismatch{"another likelihood", differences(there, name, here, now)};
  labelled::Attributes files;
  files.emplace(attribute::data, to_lines(digests(setup), digest_separator));
  const Lines data = data_lines(files);
  if (data_lines(result) == data) return std::nullopt;
  return Mismatch{"other data files", differences(data_lines(result), name, data, now)};
}

std::string layout_difference(const labelled::Dataset& one, const labelled::Dataset& other,
                              const std::string& partition_axis) {
  const auto same_axis = [&](const labelled::Axis& a, const labelled::Axis& b) {
    return a.name == partition_axis ? a.name == b.name && a.units == b.units : a == b;
  };
  if (!std::ranges::equal(one.axes(), other.axes(), same_axis)) return "other axes";
  const auto same_field = [](const labelled::Field& a, const labelled::Field& b) {
    return a.name == b.name && a.axes == b.axes && a.values.index() == b.values.index();
  };
  const auto [a, b] = std::ranges::mismatch(one.fields(), other.fields(), same_field);
  if (a == one.fields().end() && b == other.fields().end()) return {};
  return "other fields ('" + (a == one.fields().end() ? b : a)->name + "')";
}

}  // namespace nudipole::run
