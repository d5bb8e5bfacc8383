#pragma once

#include "nudipole/config/schema.hpp"

#include <string>

/// What a Schema declares, for people and for editors.
namespace nudipole::config {

/// The schema as JSON Schema, draft 2020-12. It is as strict as the check, except for what JSON
/// Schema cannot say: that lists ascend.
std::string json_schema(const Schema& schema, const std::string& title);

/// The schema as tables in Markdown, one for each map; `whole` is what the outermost map is called.
std::string markdown_reference(const Schema& schema, const std::string& whole);

}  // namespace nudipole::config
