#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/run/communicator.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nudipole::run {

/// Some rank cannot go on, and all ranks know it. What is wrong is known to rank 0, which reports
/// it; MPI works, so that all ranks can end in the usual way.
class InputRefused : public std::exception {
 public:
  explicit InputRefused(std::optional<Error> reason) : reason_(std::move(reason)) {}
  [[nodiscard]] const std::optional<Error>& reason() const noexcept { return reason_; }
  [[nodiscard]] const char* what() const noexcept override { return "the input was refused"; }

 private:
  std::optional<Error> reason_;
};

/// Collective: does something that may fail on each rank. \throws InputRefused on every rank when
/// it failed on any
void agree(const Communicator& communicator, const std::function<void()>& action);

/// Folders `configs` beside the folders of the data, where an installation has the configurations
/// that come with the program; those that there are.
std::vector<std::filesystem::path> config_folders(const experiment::DataFolder& data);

/// The file of a configuration: `name` where there is such a file, else the first configuration of
/// that name, with or without ".yaml", in config_folders.
/// \throws ConfigError for a name of neither that is like one of them
std::filesystem::path find_config(const std::filesystem::path& name,
                                  const experiment::DataFolder& data);

/// A configuration with its experiments from files; `config` is as find_config takes it. What comes
/// of several experiments together, and does not know the file, gets it as context. \throws
/// ConfigError, DataError
std::shared_ptr<const campaign::Setup> load_setup(const std::filesystem::path& config,
                                                  experiment::DataFolder& data);

/// The same for a configuration's text; `name` takes the place of the file in messages.
std::shared_ptr<const campaign::Setup> parse_setup(const std::string& text, const std::string& name,
                                                   experiment::DataFolder& data);

/// The same on all ranks: rank 0 reads the configuration and the data tree, the others get the
/// bytes and open no file. Ranks of another program version are refused. \param open_data  finds
/// the data tree; called on rank 0 alone \throws InputRefused
std::shared_ptr<const campaign::Setup> load_setup(
    const std::filesystem::path& config, const std::function<experiment::DataFolder()>& open_data,
    const Communicator& communicator);

}  // namespace nudipole::run
