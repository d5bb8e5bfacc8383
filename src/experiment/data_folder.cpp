#include "nudipole/experiment/data_folder.hpp"

#include "nudipole/config/read_file.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/sha256.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/factories.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <system_error>

namespace nudipole::experiment {

namespace fs = std::filesystem;

namespace {

constexpr const char* description_file = "experiment.yaml";
constexpr const char* shared_table = "nuclides.csv";

/// Whether there is such a file; a link that leads nowhere, or a folder that may not be read, has
/// none.
bool is_file(const fs::path& file) {
  std::error_code unknown;
  return fs::is_regular_file(file, unknown);
}

bool is_experiment(const fs::path& folder) { return is_file(folder / description_file); }

/// A name with a slash, or none, would lead to another place of the tree.
bool is_folder_name(const std::string& name) {
  return !name.empty() && fs::path{name}.filename() == name && name != "." && name != "..";
}

[[noreturn]] void fail_empty(const fs::path& root) {
  throw DataError("the data folder holds no experiments",
                  {.where = root.string(),
                   .expected = "folders with an experiment.yaml",
                   .hint = "give the right one by --data or NUDIPOLE_DATA"});
}

void keep_sorted_once(std::vector<std::string>& names) {
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());  // ranges: not with clang 14
}

}  // namespace

DataFolder::DataFolder(fs::path root) : DataFolder(std::vector{std::move(root)}) {}

DataFolder::DataFolder(std::vector<fs::path> roots) : roots_(std::move(roots)) {
  for (const fs::path& root : roots_) {
    if (fs::is_directory(root)) continue;
    throw DataError("the data folder does not exist",
                    {.where = root.string(), .hint = "give it by --data or NUDIPOLE_DATA"});
  }
}

DataFolder::DataFolder(fs::path root, std::map<std::string, std::string> contents)
    : roots_{std::move(root)}, source_(Source::memory), contents_(std::move(contents)) {}

DataFolder DataFolder::unread() const {
  DataFolder tree{*this};
  if (source_ == Source::disk) {
    tree.contents_.clear();
    tree.tables_.clear();
  }
  return tree;
}

void DataFolder::require_contents() const {
  for (const fs::path& root : roots_) {
    const auto has_experiment = [&] {
      return std::ranges::any_of(fs::directory_iterator{root}, is_experiment,
                                 &fs::directory_entry::path);
    };
    if (is_file(root / shared_table) || has_experiment()) continue;
    fail_empty(root);
  }
}

std::vector<std::string> DataFolder::experiments() const {
  std::vector<std::string> names;
  for (const auto& [name, folder] : own_) names.push_back(name);
  if (source_ == Source::memory) {
    for (const auto& [name, bytes] : contents_) {
      const fs::path file{name};
      if (file == file.parent_path().filename() / description_file) {
        names.push_back(file.parent_path().string());
      }
    }
  } else {
    for (const fs::path& root : roots_) {
      for (const fs::directory_entry& entry : fs::directory_iterator{root}) {
        if (is_experiment(entry.path())) names.push_back(entry.path().filename().string());
      }
    }
  }
  if (names.empty()) fail_empty(roots_.front());
  keep_sorted_once(names);
  return names;
}

std::vector<std::string> DataFolder::tables_in(const std::string& folder) const {
  std::vector<std::string> names;
  const auto note = [&](const fs::path& file) {
    if (file.extension() == ".csv") names.push_back(file.stem().string());
  };
  if (source_ == Source::memory) {
    for (const auto& [name, bytes] : contents_) {
      if (fs::path{name}.parent_path() == folder) note(name);
    }
  } else {
    for (const fs::path& root : roots_) {
      if (!fs::is_directory(root / folder)) continue;
      for (const fs::directory_entry& entry : fs::directory_iterator{root / folder}) {
        note(entry.path());
      }
    }
  }
  keep_sorted_once(names);
  return names;
}

bool DataFolder::has_experiment(const std::string& name) const {
  if (!is_folder_name(name)) return false;
  if (source_ == Source::memory) return contents_.contains(name + "/" + description_file);
  return !places_of(name).empty();
}

std::vector<fs::path> DataFolder::places_of(const std::string& name) const {
  std::vector<fs::path> places;
  if (const auto own = own_.find(name); own != own_.end()) places.push_back(own->second);
  for (const fs::path& root : roots_) {
    if (is_experiment(root / name)) places.push_back(root / name);
  }
  return places;
}

void DataFolder::add_experiment(const fs::path& folder, const std::string& where) {
  if (source_ == Source::memory) return;  // its files are among those that were handed over
  const std::string name = folder.filename().string();
  if (!is_experiment(folder)) {
    throw ConfigError("there is no experiment", {.where = where,
                                                 .expected = (folder / description_file).string(),
                                                 .hint = "a path counts from the configuration's "
                                                         "folder"});
  }
  for (const fs::path& root : roots_) {
    if (fs::exists(root / name) && !is_experiment(root / name)) {
      throw ConfigError("an experiment cannot be called '" + name + "' as shared tables are",
                        {.where = where,
                         .expected = "another name than " + (root / name).string(),
                         .hint = "rename the folder"});
    }
  }
  own_.insert_or_assign(name, folder);
}

bool DataFolder::has_file(const std::string& name) const {
  return source_ == Source::memory ? contents_.contains(name) : is_file(path_of(name));
}

fs::path DataFolder::path_of(const std::string& name) const {
  const std::string top = fs::path{name}.begin()->string();
  if (const auto own = own_.find(top); own != own_.end()) {
    return own->second / fs::path{name}.lexically_relative(top);
  }
  if (source_ == Source::disk) {
    const auto has = [&](const fs::path& root) { return is_experiment(root / top); };
    auto root = std::ranges::find_if(roots_, has);
    if (root == roots_.end()) {
      root = std::ranges::find_if(roots_, [&](const fs::path& one) { return is_file(one / name); });
    }
    if (root != roots_.end()) return *root / name;
  }
  return roots_.front() / name;
}

const std::string& DataFolder::read(const std::string& name) {
  const auto known = contents_.find(name);
  if (known != contents_.end()) return known->second;
  if (source_ == Source::memory) {
    throw DataError("the file is not among those that were handed over",
                    {.where = path_of(name).string()});
  }
  return contents_.emplace(name, config::read_file(path_of(name), ErrorKind::data)).first->second;
}

const config::Table& DataFolder::table(const std::string& name) {
  const auto known = tables_.find(name);
  if (known != tables_.end()) return known->second;
  return tables_.emplace(name, config::Table::parse(read(name), path_of(name).string()))
      .first->second;
}

config::Section DataFolder::yaml(const std::string& name, const config::Schema& schema) {
  return config::Section::parse(read(name), path_of(name).string(), schema, ErrorKind::data);
}

void DataFolder::add_flux_kind(std::shared_ptr<const FluxKind> kind) {
  const std::vector<std::string> known = flux_schema(flux_kinds_).kind_words();
  if (std::ranges::find(known, kind->kind.word) != known.end()) {
    throw ConfigError("there is a kind of flux '" + kind->kind.word + "' already",
                      {.expected = "another word than " + join(known)});
  }
  flux_kinds_.push_back(std::move(kind));
}

std::vector<FileDigest> DataFolder::files_read() const {
  std::vector<FileDigest> files;
  for (const auto& [name, bytes] : contents_) files.push_back({name, sha256_hex(bytes)});
  return files;
}

std::vector<fs::path> find_data_roots(const std::vector<fs::path>& asked,
                                      const fs::path& installed) {
  std::vector<fs::path> roots = asked;
  const auto has_tables = [&] {
    return std::ranges::any_of(roots,
                               [](const fs::path& root) { return is_file(root / shared_table); });
  };
  if (const char* environment = std::getenv("NUDIPOLE_DATA"); environment && !has_tables()) {
    std::istringstream list{environment};
    for (std::string root; std::getline(list, root, ':');) {
      if (!root.empty()) roots.emplace_back(root);
    }
  }
  if (!has_tables() && is_file(installed / shared_table)) roots.push_back(installed);
  if (roots.empty()) {
    throw DataError("no data folder found",
                    {.expected = installed.string(), .hint = "give it by --data or NUDIPOLE_DATA"});
  }
  return roots;
}

fs::path installed_data(const fs::path& program) {
  return (program.parent_path() / "../share/nudipole/data").lexically_normal();
}

}  // namespace nudipole::experiment
