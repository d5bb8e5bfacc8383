#include "commands.hpp"
#include "messages.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace nudipole::jobs {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string name;
  std::string like;
  DataOption data;
  FormatOption format;
};

bool is_word(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// The name becomes a folder, a word of YAML and the beginning of nuisances' names.
void check_name(const Options& options, const experiment::DataFolder& data) {
  if (options.name.empty() || !std::ranges::all_of(options.name, is_word)) {
    throw ConfigError("'" + options.name + "' cannot name an experiment",
                      {.expected = "letters, digits and _, such as xenonnt_er_2022"});
  }
  const fs::path folder = data.roots().front() / options.name;
  if (fs::exists(folder)) {
    throw ConfigError("there is a folder '" + options.name + "' already",
                      {.where = folder.string(), .hint = "take another name, or remove it first"});
  }
  if (!data.has_experiment(options.like)) {
    const std::vector<std::string> known = data.experiments();
    throw ConfigError("unknown experiment '" + options.like + "'",
                      {.where = "--like",
                       .expected = "one of: " + join(known),
                       .hint = config::did_you_mean(options.like, known)});
  }
}

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream{file, std::ios::binary}.rdbuf();
  return text.str();
}

/// Every word that is, or begins with, `from`, with `to` in its place.
std::string renamed(const std::string& text, const std::string& from, const std::string& to) {
  std::string result;
  std::size_t done = 0;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, done)) {
    const bool begins_word = at == 0 || !is_word(text[at - 1]);
    const std::size_t end = at + from.size();
    const bool ends_word = end == text.size() || !is_word(text[end]) || text[end] == '_';
    result += text.substr(done, at - done) + (begins_word && ends_word ? to : from);
    done = end;
  }
  return result + text.substr(done);
}

/// The description with its own title; everything else, comments too, stays to be gone through.
std::string description(const Options& options, const std::string& text) {
  std::istringstream lines{renamed(text, options.like, options.name)};
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("title:"))
      line = "title: " + options.name + ", begun like " + options.like;
    if (line.starts_with("reference:")) line = "reference: none yet";
    result += line + "\n";
  }
  return result;
}

std::string source_page(const Options& options, const std::vector<std::string>& tables) {
  std::string page = "# " + options.name + "\n\nPublication:\n\nBegun like `" + options.like +
                     "`: every number is still from there. Say for each table and each number of "
                     "experiment.yaml where\nit comes from, how sure it is, and what is doubtful "
                     "about it.\n\n## Tables\n\n| table | content | source |\n|---|---|---|\n";
  for (const std::string& table : tables) page += "| `" + table + "` | | |\n";
  return page + "\n## Doubts\n";
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream out{file, std::ios::binary};
  out << text << std::flush;
  if (!out) throw DataError("the file cannot be written", {.where = file.string()});
}

/// Fills a folder with the files of the new experiment; a row for each.
TableWriter fill(const fs::path& folder, const fs::path& from, const Options& options) {
  TableWriter table{{"file", "what_to_do"}};
  const auto add = [&](const std::string& file, const std::string& text, const std::string& what) {
    write(folder / file, text);
    table.add_row({options.name + "/" + file, what});
  };
  std::vector<std::string> tables;
  for (const fs::directory_entry& entry : fs::directory_iterator{from}) {
    if (entry.path().extension() == ".csv") tables.push_back(entry.path().filename().string());
  }
  std::ranges::sort(tables);
  add("experiment.yaml", description(options, read(from / "experiment.yaml")),
      "go through every line");
  add("SOURCE.md", source_page(options, tables), "fill in where each number comes from");
  for (const std::string& name : tables) add(name, read(from / name), "replace the numbers");
  return table;
}

int new_experiment(const Options& options) {
  const experiment::DataFolder data = options.data.open_to_write();
  check_name(options, data);
  // Under another name until it is whole.
  const fs::path root = data.roots().front();
  const fs::path unfinished = root / ("." + options.name + ".unfinished");
  std::error_code failed;
  fs::create_directory(unfinished, failed);
  if (failed) {
    throw DataError("the folder cannot be made: " + failed.message(),
                    {.where = unfinished.string(),
                     .hint = "--data DIR for a data folder that you may write to"});
  }
  const TableWriter table = fill(unfinished, data.places_of(options.like).front(), options);
  fs::rename(unfinished, root / options.name);
  options.format.print(table);
  experiment::DataFolder fresh = data.unread();
  for (const likelihood::Nuisance& nuisance :
       experiment::Experiment::summarise(fresh, {.name = options.name}).nuisances) {
    if (nuisance.name.starts_with(options.name)) continue;
    say("the nuisance '" + nuisance.name + "' has the name that it has in " + options.like +
        ": in a combination it is one parameter; rename it where it is not");
  }
  return 0;
}

}  // namespace

void add_new_experiment(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "new-experiment", "Begins the data folder of an experiment as a copy of one like it");
  command->add_option("name", options->name, "name of the experiment and its folder")->required();
  command->add_option("--like", options->like, "experiment to begin with (nudipole list)")
      ->required();
  options->data.add_to(*command);
  options->format.add_to(*command);
  command->footer(
      "Example: nudipole new-experiment xenonnt_er_2027 --like xenonnt_er_2022 --data ~/data");
  command->callback([&run, options] { run = [options] { return new_experiment(*options); }; });
}

}  // namespace nudipole::jobs
