#include "nudipole/run/input.hpp"

#include "nudipole/config/read_file.hpp"
#include "nudipole/core/version.hpp"

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

/// Texts of a message: name and text of the configuration, root of the data, name and bytes of each
/// file.
std::vector<std::string> packed(const fs::path& config, const std::string& text,
                                const DataFolder& data) {
  std::vector<std::string> texts{config.string(), text, data.root().string()};
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

/// Separates the parts of a problem that is sent; no text of an error holds it.
constexpr char separator = '\x1f';

std::string problem_text(const Error& error) {
  return std::to_string(static_cast<int>(error.kind())) + separator + error.problem() + separator +
         error.details().where + separator + error.details().expected + separator +
         error.details().hint;
}

Error parsed_problem(const std::string& text, std::size_t rank) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  parts.resize(5);
  if (rank > 0) {
    parts[2] = "rank " + std::to_string(rank) + (parts[2].empty() ? "" : ": ") + parts[2];
  }
  return {static_cast<ErrorKind>(std::stoi(parts[0])),
          parts[1],
          {.where = parts[2], .expected = parts[3], .hint = parts[4]}};
}

}  // namespace

std::shared_ptr<const Setup> load_setup(const fs::path& config, DataFolder& data) {
  return parse_setup(config::read_file(config, ErrorKind::config), config.string(), data);
}

void agree(const Communicator& communicator, const std::function<void()>& action) {
  std::string mine;
  try {
    action();
  } catch (const Error& error) {
    mine = problem_text(error);
  } catch (const std::exception& error) {
    mine = problem_text(Error{ErrorKind::unexpected, error.what()});
  }
  const std::vector<std::string> all = communicator.gather(mine);
  std::optional<Error> reason;
  for (std::size_t rank = 0; rank < all.size() && !reason; ++rank) {
    if (!all[rank].empty()) reason = parsed_problem(all[rank], rank);
  }
  if (communicator.broadcast({reason ? "refused" : ""}).front() == "refused") {
    throw InputRefused{std::move(reason)};
  }
}

std::shared_ptr<const Setup> load_setup(const fs::path& config,
                                        const std::function<DataFolder()>& open_data,
                                        const Communicator& communicator) {
  const std::string program = version() + " (" + commit() + ")";
  std::shared_ptr<const Setup> setup;
  std::vector<std::string> texts;
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    DataFolder data = open_data();
    const std::string text = config::read_file(config, ErrorKind::config);
    setup = parse_setup(text, config.string(), data);
    texts = packed(config, text, data);
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
