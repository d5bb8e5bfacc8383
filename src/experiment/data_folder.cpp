#include "nudipole/experiment/data_folder.hpp"

#include "nudipole/config/read_file.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/sha256.hpp"

#include <algorithm>
#include <cstdlib>

namespace nudipole::experiment {

namespace fs = std::filesystem;

DataFolder::DataFolder(fs::path root) : root_(std::move(root)) {
  if (!fs::is_directory(root_)) {
    throw DataError("the data folder does not exist",
                    {.where = root_.string(), .hint = "give it by --data or NUDIPOLE_DATA"});
  }
}

DataFolder::DataFolder(fs::path root, std::map<std::string, std::string> contents)
    : root_(std::move(root)), in_memory_(true), contents_(std::move(contents)) {}

std::vector<std::string> DataFolder::experiments() const {
  std::vector<std::string> names;
  if (in_memory_) {
    for (const auto& entry : contents_) {
      const fs::path file{entry.first};
      if (file.filename() == "experiment.yaml") names.push_back(file.parent_path().string());
    }
    return names;
  }
  for (const fs::directory_entry& entry : fs::directory_iterator{root_}) {
    if (fs::is_regular_file(entry.path() / "experiment.yaml")) {
      names.push_back(entry.path().filename().string());
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

std::string DataFolder::read(const std::string& name) {
  if (in_memory_) {
    const auto found = contents_.find(name);
    if (found == contents_.end()) {
      throw DataError("no such file", {.where = (root_ / name).string()});
    }
    digests_.emplace(name, sha256_hex(found->second));
    return found->second;
  }
  std::string text = config::read_file(root_ / name, ErrorKind::data);
  contents_.emplace(name, text);
  const std::string digest = sha256_hex(text);
  if (digests_.emplace(name, digest).first->second != digest) {
    throw DataError("the file changed while it was in use", {.where = (root_ / name).string()});
  }
  return text;
}

config::Table DataFolder::table(const std::string& name) {
  return config::Table::parse(read(name), (root_ / name).string());
}

config::Section DataFolder::yaml(const std::string& name, const config::Schema& schema) {
  return config::Section::parse(read(name), (root_ / name).string(), schema, ErrorKind::data);
}

std::vector<FileDigest> DataFolder::files_read() const {
  std::vector<FileDigest> files;
  for (const auto& [name, sha256] : digests_) files.push_back({name, sha256});
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
