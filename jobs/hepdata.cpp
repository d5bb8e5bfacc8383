#include "hepdata.hpp"

#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "table_writer.hpp"

#include <filesystem>
#include <fstream>

namespace nudipole::jobs {
namespace {

namespace fs = std::filesystem;

/// A text as JSON, which is YAML as well: no character of it has a meaning there.
std::string quoted(const std::string& text) { return json_text(text); }

std::string header_text(const HepdataTable::Variable& variable) {
  return "header: {name: " + quoted(variable.name) + ", units: " + quoted(variable.units) + "}\n";
}

std::string values_text(const HepdataTable::Variable& variable) {
  std::string text = "    values:\n";
  for (const std::optional<double>& value : variable.values) {
    text += "      - value: " + (value ? shortest_text(*value) : "\"-\"") + "\n";
  }
  return text;
}

std::string table_text(const HepdataTable& table) {
  std::string text = "independent_variables:\n  - " + header_text(table.independent) +
                     values_text(table.independent) + "dependent_variables:\n";
  for (const HepdataTable::Variable& variable : table.dependent) {
    text += "  - " + header_text(variable) + "    qualifiers:\n";
    for (const HepdataTable::Qualifier& qualifier : variable.qualifiers) {
      text += "      - {name: " + quoted(qualifier.name) + ", value: " + quoted(qualifier.value) +
              (qualifier.units.empty() ? "" : ", units: " + quoted(qualifier.units)) + "}\n";
    }
    text += values_text(variable);
  }
  return text;
}

std::string entry_text(const HepdataTable& table) {
  std::string observables;
  for (const std::string& word : table.observables) {
    observables += (observables.empty() ? "" : ", ") + quoted(word);
  }
  return "---\nname: " + quoted(table.name) + "\ndescription: " + quoted(table.description) +
         "\nkeywords:\n  - {name: observables, values: [" + observables +
         "]}\ndata_file: " + quoted(table.file) + "\n";
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream stream{file, std::ios::binary};
  stream << text << std::flush;
  if (!stream) {
    throw ConfigError("the file cannot be written",
                      {.where = file.string(), .hint = "give another folder by --output"});
  }
}

}  // namespace

void write_hepdata(const std::string& folder, const std::string& comment,
                   const std::vector<HepdataTable>& tables) {
  std::error_code failed;
  fs::create_directories(folder, failed);  // a failure shows when the first file is written
  std::string submission = "---\ncomment: " + quoted(comment) + "\n";
  for (const HepdataTable& table : tables) {
    write(fs::path{folder} / table.file, table_text(table));
    submission += entry_text(table);
  }
  write(fs::path{folder} / "submission.yaml", submission);
}

}  // namespace nudipole::jobs
