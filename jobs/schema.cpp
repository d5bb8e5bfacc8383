#include "commands.hpp"
#include "nudipole/campaign/run_config.hpp"
#include "nudipole/config/reference.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/experiment.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string of;
  std::string format = "json";
};

int schema(const Options& options) {
  const bool run = options.of == "config";
  const config::Schema& keys =
      run ? campaign::run_config_schema() : experiment::experiment_schema();
  const std::string name = run ? "a configuration" : "experiment.yaml";
  std::cout << (options.format == "json" ? config::json_schema(keys, "nudipole: " + name)
                                         : config::markdown_reference(keys, name))
            << std::flush;
  if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
  return 0;
}

}  // namespace

void add_schema(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "schema", "Prints every key of configurations or of experiment.yaml, for editors or people");
  command->add_option("of", options->of, "config or experiment")
      ->required()
      ->check(CLI::IsMember({"config", "experiment"}));
  command
      ->add_option("--format", options->format,
                   "json (JSON Schema, draft 2020-12) or markdown (a page of tables)")
      ->check(CLI::IsMember({"json", "markdown"}))
      ->capture_default_str();
  command->footer("Example: nudipole schema config > nudipole.schema.json");
  command->callback([&run, options] { run = [options] { return schema(*options); }; });
}

}  // namespace nudipole::jobs
