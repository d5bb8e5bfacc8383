#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

/// One function a subcommand: it adds the subcommand to the program and sets `run` when the user
/// chooses it. `run` returns the exit code and may throw nudipole::Error.
namespace nudipole::jobs {

using Action = std::function<int()>;

void add_list(CLI::App& program, Action& run);
void add_new_experiment(CLI::App& program, Action& run);
void add_check(CLI::App& program, Action& run);
void add_cite(CLI::App& program, Action& run);
void add_compare(CLI::App& program, Action& run);
void add_completion(CLI::App& program, Action& run);
void add_convert(CLI::App& program, Action& run);
void add_explain(CLI::App& program, Action& run);
void add_man(CLI::App& program, Action& run);
void add_spectrum(CLI::App& program, Action& run);
void add_fit(CLI::App& program, Action& run);
void add_impacts(CLI::App& program, Action& run);
void add_rate(CLI::App& program, Action& run);
void add_scan(CLI::App& program, Action& run);
void add_toys(CLI::App& program, Action& run);
void add_points(CLI::App& program, Action& run);
void add_bands(CLI::App& program, Action& run);
void add_schema(CLI::App& program, Action& run);
void add_plan(CLI::App& program, Action& run);
void add_merge(CLI::App& program, Action& run);
void add_status(CLI::App& program, Action& run);
void add_best(CLI::App& program, Action& run);
void add_limits(CLI::App& program, Action& run);
void add_plot(CLI::App& program, Action& run);

}  // namespace nudipole::jobs
