#pragma once

#include "child_process.hpp"
#include "nudipole/inference/thresholds.hpp"
#include "shared_options.hpp"

#include <list>
#include <string>
#include <vector>

namespace nudipole::jobs {

/// A figure, and where its numbers come from.
struct Figure {
  const char* name;
  const char* is;
  std::vector<std::string> command;  ///< that gives its table; none: it is drawn from result files
};

const std::vector<Figure>& figures();

/// What is to be drawn.
struct PlotRequest {
  std::vector<std::string> files;  ///< result files, tables, configurations
  std::string figure = "limits";
  std::string with;  ///< words for the subcommand that a configuration is given to
  DataOption data;
};

/// The files of a figure as the Python package reads them: result files checked, configurations
/// replaced by the table that a subcommand makes of them.
class PlotInputs {
 public:
  /// \throws ConfigError, CheckpointError
  explicit PlotInputs(const PlotRequest& request);
  [[nodiscard]] const std::vector<std::string>& paths() const { return paths_; }
  /// As the files' configurations chose them.
  [[nodiscard]] inference::Thresholds thresholds() const { return thresholds_; }

 private:
  void add(const std::string& file);
  void add_configuration(const std::string& file);

  const PlotRequest* request_;
  std::vector<std::string> paths_;
  std::list<TemporaryFile> tables_;
  inference::Thresholds thresholds_ = inference::Thresholds::tabulated;
};

}  // namespace nudipole::jobs
