#include "open_experiment.hpp"

#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/text.hpp"
#include "schema.hpp"

#include <vector>

namespace nudipole::experiment::detail {

config::Section open_experiment(DataFolder& data, const std::string& name,
                                const std::string& where) {
  if (!data.has_experiment(name)) {
    const std::vector<std::string> known = data.experiments();
    throw ConfigError("unknown experiment '" + name + "'",
                      {.where = where,
                       .expected = "one of: " + join(known),
                       .hint = config::did_you_mean(name, known)});
  }
  return data.yaml(name + "/experiment.yaml", head_schema());
}

}  // namespace nudipole::experiment::detail
