#include "nudipole/run/input.hpp"

#include "nudipole/config/read_file.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/version.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace nudipole::run {
namespace {

namespace fs = std::filesystem;
using campaign::RunConfig;
using campaign::Setup;
using experiment::DataFolder;

/// Texts of a message: name and text of the configuration, root of the data, name and bytes of each
/// file.
std::vector<std::string> packed(const fs::path& config, const std::string& text,
                                const DataFolder& data) {
  std::vector<std::string> texts{config.string(), text, data.roots().front().string()};
  for (const auto& [name, bytes] : data.contents()) {
    texts.push_back(name);
    texts.push_back(bytes);
  }
  return texts;
}

std::shared_ptr<const Setup> unpacked(std::vector<std::string> texts) {
  constexpr std::size_t head = 3;
  std::map<std::string, std::string> files;
  for (std::size_t i = head; i + 1 < texts.size(); i += 2) {
    files.emplace(std::move(texts[i]), std::move(texts[i + 1]));
  }
  DataFolder data{texts[2], std::move(files)};
  return parse_setup(texts[1], texts[0], data);
}

Error seen_on(std::ptrdiff_t rank, const Error& error) {
  ErrorDetails details = error.details();
  details.where =
      "rank " + std::to_string(rank) + (details.where.empty() ? "" : ": ") + details.where;
  return {error.kind(), error.problem(), details};
}

}  // namespace

std::shared_ptr<const Setup> parse_setup(const std::string& text, const std::string& name,
                                         DataFolder& data) {
  RunConfig config = RunConfig::parse(text, name);
  try {
    return std::make_shared<const Setup>(std::move(config), data);
  } catch (const ConfigError& error) {
    if (error.details().where.starts_with(name)) throw;  // says already where
    throw_with_context(error, name + ": experiments");
  }
}

std::vector<fs::path> config_folders(const DataFolder& data) {
  std::vector<fs::path> folders;
  for (const fs::path& root : data.roots()) {
    const fs::path plain = (root / "").lexically_normal().parent_path();  // no slash at its end
    fs::path folder = plain.parent_path() / "configs";
    if (fs::is_directory(folder) && std::ranges::find(folders, folder) == folders.end()) {
      folders.push_back(std::move(folder));
    }
  }
  return folders;
}

fs::path find_config(const fs::path& name, const DataFolder& data) {
  if (name.has_parent_path() || fs::exists(name)) return name;
  const std::string stem = name.extension() == ".yaml" ? name.stem().string() : name.string();
  std::vector<std::string> known;
  for (const fs::path& folder : config_folders(data)) {
    for (const fs::directory_entry& entry : fs::directory_iterator{folder}) {
      if (entry.path().extension() != ".yaml") continue;
      known.push_back(entry.path().stem().string());
      if (known.back() == stem) return entry.path();
    }
  }
  const std::string guess = config::did_you_mean(stem, known);
  if (guess.empty()) return name;  // reading it says what is wrong
  throw ConfigError("no such file, and no configuration of that name came with the program",
                    {.where = name.string(), .hint = guess});
}

std::shared_ptr<const Setup> load_setup(const fs::path& config, DataFolder& data) {
  const fs::path file = find_config(config, data);
  return parse_setup(config::read_file(file, ErrorKind::config), file.string(), data);
}

void agree(const Communicator& communicator, const std::function<void()>& action) {
  std::optional<Error> mine;
  try {
    action();
  } catch (const Error& error) {
    mine = error;
  } catch (const std::exception& error) {
    mine = Error{ErrorKind::unexpected, error.what()};
  }
  const std::vector<std::optional<Error>> all = communicator.gather(mine);
  const auto failed = std::ranges::find_if(all, [](const auto& one) { return one.has_value(); });
  std::optional<Error> reason;
  if (failed != all.end()) {
    const auto rank = failed - all.begin();
    reason = rank == 0 ? *failed : seen_on(rank, **failed);
  }
  if (communicator.broadcast({reason ? "refused" : ""}).front() == "refused") {
    throw InputRefused{std::move(reason)};
  }
}

std::shared_ptr<const Setup> load_setup(const fs::path& config,
                                        const std::function<DataFolder()>& open_data,
                                        const Communicator& communicator) {
  const std::string program = version() + " (" + commit() + ", " + architecture() + ")";
  std::shared_ptr<const Setup> setup;
  std::vector<std::string> texts;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    DataFolder data = open_data();
    const fs::path file = find_config(config, data);
    const std::string text = config::read_file(file, ErrorKind::config);
    setup = parse_setup(text, file.string(), data);
    texts = packed(file, text, data);
    texts.insert(texts.begin(), program);
  });
  texts = communicator.broadcast(std::move(texts));
  agree(communicator, [&] {
    if (communicator.is_root()) return;
    if (texts.front() != program) {
      throw DataError("this is another program version than on rank 0, " + program,
                      {.expected = texts.front(), .hint = "give all nodes the same program"});
    }
    setup = unpacked(
        {std::make_move_iterator(texts.begin() + 1), std::make_move_iterator(texts.end())});
  });
  return setup;
}

}  // namespace nudipole::run
