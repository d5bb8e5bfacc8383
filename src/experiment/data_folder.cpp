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

std::vector<std::string> DataFolder::experiments() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator{root_}) {
    if (fs::is_regular_file(entry.path() / "experiment.yaml")) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

fs::path DataFolder::remember(const std::string& name) {
  const fs::path path = root_ / name;
  if (!digests_.contains(name)) {
    digests_.emplace(name, sha256_hex(config::read_file(path, ErrorKind::data)));
  }
  return path;
}

config::Table DataFolder::table(const std::string& name) {
  return config::Table::load(remember(name));
}

config::Section DataFolder::yaml(const std::string& name) {
  return config::Section::load(remember(name), ErrorKind::data);
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
  const fs::path folder = program.parent_path();
  std::string tried;
  // Installed: <prefix>/bin; built: <source>/build/<preset>/jobs.
  for (const char* relative : {"../share/nudipole/data", "../../../data", "../../data"}) {
    const fs::path normal = (folder / relative).lexically_normal();
    if (fs::is_regular_file(normal / "nuclides.csv")) return normal;
    tried += (tried.empty() ? "" : ", ") + normal.string();
  }
  throw DataError("no data folder found",
                  {.expected = "one of " + tried, .hint = "give it by --data or NUDIPOLE_DATA"});
}

}  // namespace nudipole::experiment
