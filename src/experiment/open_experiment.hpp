#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/data_folder.hpp"

#include <string>

namespace nudipole::experiment::detail {

/// experiment.yaml of an experiment, its head checked.
/// \param where  of the name, for messages
/// \throws ConfigError naming the experiments that there are, DataError for a bad file
config::Section open_experiment(DataFolder& data, const std::string& name,
                                const std::string& where);

}  // namespace nudipole::experiment::detail
