#include "nudipole/experiment/citations.hpp"

#include "bibtex.hpp"
#include "nudipole/config/read_file.hpp"
#include "nudipole/core/error.hpp"
#include "options.hpp"
#include "schema.hpp"

#include <algorithm>
#include <optional>

namespace nudipole::experiment {
namespace {

namespace fs = std::filesystem;
using config::Key;
using config::Section;

constexpr const char* rules_file = "citations.yaml";
constexpr const char* entries_file = "references.bib";

const config::Schema& rules_schema() {
  static const config::Schema schema{
      .keys = {
          Key::integer("format", "version of this format", config::IntegerRange::between(1, 1)),
          Key::sections("citations", "what to cite for what",
                        {.keys = {Key::text("what", "what is used"),
                                  Key::texts("cite", "keys of references.bib").at_least(1),
                                  Key::entries("when", "conditions, which must all hold",
                                               Key::text("<condition>", "its value"))
                                      .optional()}})}};
  return schema;
}

/// What the rules are asked about.
struct Facts {
  std::string name;
  Section experiment;              ///< the file with the chosen options applied
  std::vector<std::string> files;  ///< that the experiment has read
  const Pairs* config;
};

bool holds(const std::string& condition, const std::string& value, const Facts& facts) {
  if (condition == "file") {
    return std::ranges::any_of(facts.files, [&](const std::string& file) {
      return value.ends_with('/') ? file.starts_with(value) : file == value;
    });
  }
  if (condition == "has") return facts.experiment.word(value).has_value();
  constexpr std::string_view of_config = "config.";
  if (condition.starts_with(of_config)) {
    return std::ranges::find(*facts.config, std::pair{condition.substr(of_config.size()), value}) !=
           facts.config->end();
  }
  return facts.experiment.word(condition) == value;
}

bool holds(const Section& rule, const Facts& facts) {
  const auto conditions = rule.section_if("when");
  if (!conditions) return true;
  const std::vector<std::string> keys = conditions->keys();
  return std::ranges::all_of(keys, [&](const std::string& condition) {
    return holds(condition, conditions->text(condition), facts);
  });
}

/// Files of the data tree; those of an experiment stand in its folder.
class Rules {
 public:
  Rules(DataFolder data, const std::string& folder)
      : rules_(data.yaml(folder + rules_file, rules_schema())) {
    const std::string own = folder + entries_file;
    if (!folder.empty() && data.has_file(own)) add_entries(data.path_of(own));
    add_entries(data.path_of(entries_file));
  }

  /// Appends what the rules find.
  void apply(const Facts& facts, std::vector<Citation>& citations) const {
    for (const Section& rule : rules_.sections("citations")) {
      const std::vector<std::string> keys = rule.texts("cite");
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const detail::BibtexEntry& entry = find(rule, i, keys[i]);  // of every rule, used or not
        if (!holds(rule, facts)) continue;
        auto known = std::ranges::find(citations, keys[i], &Citation::key);
        if (known == citations.end()) {
          known = citations.insert(known, {.key = entry.key, .bibtex = entry.text, .uses = {}});
        }
        const Use use{.experiment = facts.name, .what = rule.text("what")};
        if (std::ranges::find(known->uses, use) == known->uses.end()) known->uses.push_back(use);
      }
    }
  }

 private:
  void add_entries(const fs::path& file) {
    const auto entries =
        detail::parse_bibtex(config::read_file(file, ErrorKind::data), file.string());
    entries_.insert(entries_.end(), entries.begin(), entries.end());
  }

  [[nodiscard]] const detail::BibtexEntry& find(const Section& rule, std::size_t index,
                                                const std::string& key) const {
    const auto entry = std::ranges::find(entries_, key, &detail::BibtexEntry::key);
    if (entry == entries_.end()) {
      rule.fail("cite[" + std::to_string(index) + "]", "there is no entry '" + key + "'",
                std::string{"a key of "} + entries_file);
    }
    return *entry;
  }

  Section rules_;
  std::vector<detail::BibtexEntry> entries_{};
};

/// Of an experiment without rules of its own: what its file says of itself.
Citation reference_of(const std::string& name, const Section& file) {
  return {.key = name,
          .bibtex = "@misc{" + name + ",\n  title = {" + file.text("title") + "},\n  note = {" +
                    file.text("reference") + "}\n}",
          .uses = {{.experiment = name, .what = "data"}}};
}

}  // namespace

std::vector<Citation> list_citations(const DataFolder& data,
                                     const std::vector<Selection>& selections,
                                     const Pairs& config) {
  const Rules common{data.unread(), ""};
  std::vector<Citation> citations;
  for (const Selection& selection : selections) {
    DataFolder own = data.unread();  // notes what this experiment alone reads
    (void)Experiment::load(own, selection);
    std::vector<std::string> files;
    for (const FileDigest& file : own.files_read()) files.push_back(file.name);
    const Section file = own.yaml(selection.name + "/experiment.yaml", detail::head_schema());
    const Facts facts{
        .name = selection.name,
        .experiment =
            detail::apply_options(file, selection).as(experiment_schema(data.flux_kinds())),
        .files = std::move(files),
        .config = &config};
    if (own.has_file(selection.name + "/" + rules_file)) {
      Rules{own, selection.name + "/"}.apply(facts, citations);
    } else {
      citations.push_back(reference_of(selection.name, file));
    }
    common.apply(facts, citations);
  }
  return citations;
}

}  // namespace nudipole::experiment
