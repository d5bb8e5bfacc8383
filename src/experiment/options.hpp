#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/experiment/experiment.hpp"

#include <vector>

namespace nudipole::experiment::detail {

/// Declares the section `options`.
config::Key options_key();

/// Options that a file offers.
std::vector<OptionInfo> read_options(const config::Section& root);

/// The file with the chosen options applied: every path of a choice (dotted, from the root) is set
/// to the choice's value.
/// \throws ConfigError for an option or choice that the file does not offer
config::Section apply_options(const config::Section& root, const Selection& selection);

}  // namespace nudipole::experiment::detail
