#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/experiment/experiment.hpp"

namespace nudipole::experiment::detail {

/// experiment.yaml of an experiment, its head checked.
/// \throws ConfigError naming the experiments that there are, DataError for a bad file
config::Section open_experiment(DataFolder& data, const Selection& selection);

}  // namespace nudipole::experiment::detail
