#include "open_experiment.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "schema.hpp"

#include <vector>

namespace nudipole::experiment::detail {

config::Section open_experiment(DataFolder& data, const Selection& selection) {
  const std::string& name = selection.name;
  if (!selection.folder.empty()) data.add_experiment(selection.folder, selection.where);
  if (!data.has_experiment(name)) {
    const std::vector<std::string> known = data.experiments();
    throw ConfigError("unknown experiment '" + name + "'",
                      {.where = selection.where,
                       .expected = "one of: " + join(known),
                       .hint = config::did_you_mean(name, known)});
  }
  return data.yaml(name + "/experiment.yaml", head_schema());
}

}  // namespace nudipole::experiment::detail
