#include "nudipole/experiment/data_folder.hpp"

#include "nudipole/config/read_file.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/sha256.hpp"
#include "nudipole/core/text.hpp"
#include "nudipole/experiment/factories.hpp"

#include <algorithm>
#include <cstdlib>

namespace nudipole::experiment {

namespace fs = std::filesystem;

namespace {

constexpr const char* description_file = "experiment.yaml";

}  // namespace

DataFolder::DataFolder(fs::path root) : root_(std::move(root)) {
  if (!fs::is_directory(root_)) {
    throw DataError("the data folder does not exist",
                    {.where = root_.string(), .hint = "give it by --data or NUDIPOLE_DATA"});
  }
}

DataFolder::DataFolder(fs::path root, std::map<std::string, std::string> contents)
    : root_(std::move(root)), source_(Source::memory), contents_(std::move(contents)) {}

std::vector<std::string> DataFolder::experiments() const {
  std::vector<std::string> names;
  if (source_ == Source::memory) {
    for (const auto& [name, bytes] : contents_) {
      const fs::path file{name};
      if (file == file.parent_path().filename() / description_file) {
        names.push_back(file.parent_path().string());
      }
    }
  } else {
    for (const fs::directory_entry& entry : fs::directory_iterator{root_}) {
      if (fs::is_regular_file(entry.path() / description_file)) {
        names.push_back(entry.path().filename().string());
      }
    }
  }
  if (names.empty()) {
    throw DataError("the data folder holds no experiments",
                    {.where = root_.string(),
                     .expected = "folders with an experiment.yaml",
                     .hint = "give the right one by --data or NUDIPOLE_DATA"});
  }
  std::ranges::sort(names);
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
  } else if (fs::is_directory(root_ / folder)) {
    for (const fs::directory_entry& entry : fs::directory_iterator{root_ / folder}) {
      note(entry.path());
    }
  }
  std::ranges::sort(names);
  return names;
}

bool DataFolder::has_experiment(const std::string& name) const {
  // A name with a slash, or none, would lead to another place of the tree.
  if (name.empty() || fs::path{name}.filename() != name || name == "." || name == "..") {
    return false;
  }
  if (source_ == Source::memory) return contents_.contains(name + "/" + description_file);
  return fs::is_regular_file(root_ / name / description_file);
}

bool DataFolder::has_file(const std::string& name) const {
  return source_ == Source::memory ? contents_.contains(name) : fs::is_regular_file(root_ / name);
}

const std::string& DataFolder::read(const std::string& name) {
  const auto known = contents_.find(name);
  if (known != contents_.end()) return known->second;
  if (source_ == Source::memory) {
    throw DataError("the file is not among those that were handed over",
                    {.where = (root_ / name).string()});
  }
  return contents_.emplace(name, config::read_file(root_ / name, ErrorKind::data)).first->second;
}

config::Table DataFolder::table(const std::string& name) {
  return config::Table::parse(read(name), (root_ / name).string());
}

config::Section DataFolder::yaml(const std::string& name, const config::Schema& schema) {
  return config::Section::parse(read(name), (root_ / name).string(), schema, ErrorKind::data);
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

fs::path find_data_root(const fs::path& explicit_path, const fs::path& program) {
  if (!explicit_path.empty()) return explicit_path;
  if (const char* environment = std::getenv("NUDIPOLE_DATA");
      environment != nullptr && *environment != '\0') {
    return environment;
  }
  fs::path beside = (program.parent_path() / "../share/nudipole/data").lexically_normal();
  if (fs::is_regular_file(beside / "nuclides.csv")) return beside;
  throw DataError("no data folder found",
                  {.expected = beside.string(), .hint = "give it by --data or NUDIPOLE_DATA"});
}

}  // namespace nudipole::experiment
