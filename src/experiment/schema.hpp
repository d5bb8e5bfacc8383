#pragma once

#include "nudipole/config/schema.hpp"

namespace nudipole::experiment::detail {

/// The keys of experiment.yaml that can be read before options are applied; others are not looked
/// at.
const config::Schema& head_schema();

}  // namespace nudipole::experiment::detail
