#include "commands.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/goodness_of_fit.hpp"
#include "nudipole/inference/thresholds.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/result.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <sstream>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  FormatOption format;
};

/// The mass with the least -2 ln L among those whose joint best fit converged; the first of equals.
std::size_t best_mass(const labelled::Dataset& data, const std::string& file) {
  if (!data.has_field("best_minus_two_log_l")) {
    const bool has_toys = data.has_axis("point");
    throw CheckpointError(has_toys
                              ? "the file holds toys, which are compared with one point at a time"
                              : "the file holds a bound, which has limits and no fits",
                          {.where = file,
                           .hint = has_toys ? "nudipole points prints what they say; scan the same "
                                              "configuration for the best fit"
                                            : ""});
  }
  const std::size_t joint = position_of(data.axis("experiment"), "joint");
  const std::size_t masses = data.axis("mass").size();
  const auto value = [&](std::size_t m) {
    return data.at<double>("best_minus_two_log_l", {m, joint});
  };
  std::size_t best = masses;
  for (std::size_t m = 0; m < masses; ++m) {
    const auto status =
        static_cast<fit::FitStatus>(data.at<std::int8_t>("best_status", {m, joint}));
    if (fit::is_converged(status) && (best == masses || value(m) < value(best))) best = m;
  }
  if (best == masses) throw CheckpointError("the file holds no best fit yet", {.where = file});
  return best;
}

const std::vector<std::string>& names_of_couplings(const labelled::Dataset& data) {
  return std::get<std::vector<std::string>>(data.axis("parameter").values);
}

std::string level_name(double confidence, int dof) {
  std::ostringstream text;
  text << "delta_chi2." << confidence << ".dof_" << dof;
  return text.str();
}

/// How well the best point describes the data, and how much better than the Standard Model.
void add_goodness(const labelled::Attributes& attributes, double least, double standard_model,
                  TableWriter& table) {
  const auto known = attributes.find(run::attribute::degrees_of_freedom);
  if (known != attributes.end()) {      // older files do not tell
    constexpr std::int64_t fitted = 2;  // mass and coupling
    const std::int64_t degrees = std::get<std::int64_t>(known->second) - fitted;
    table.add_row({"degrees_of_freedom", degrees});
    table.add_row({"p_value", inference::asymptotic_p_value(least, degrees)});
  }
  const inference::Significance local = inference::asymptotic_significance(standard_model - least);
  table.add_row({"local_significance_sigma", local.sigma});
  table.add_row({"local_significance_p_value", local.p_value});
}

int best(const Options& options) {
  const io::ResultFile file = run::read_run(options.file);
  const labelled::Dataset& data = file.dataset;
  const std::size_t m = best_mass(data, options.file);
  const std::size_t joint = position_of(data.axis("experiment"), "joint");
  const double least = data.at<double>("best_minus_two_log_l", {m, joint});
  const double standard_model = data.values<double>("standard_model").front();
  const auto couplings = data.slice<double>("best_coupling", {m, joint});

  TableWriter table{{"quantity", "value"}};
  table.add_row({"mass_MeV", std::get<std::vector<double>>(data.axis("mass").values)[m]});
  for (std::size_t a = 0; a < couplings.size(); ++a) {
    const DipoleCoupling coupling = DipoleCoupling::from_mu_B(couplings[a]);
    const std::string of = couplings.size() == 1 ? "" : "." + names_of_couplings(data)[a];
    table.add_row({"coupling_mu_B" + of, coupling.mu_B()});
    table.add_row({"coupling_per_GeV" + of, coupling.per_GeV()});
  }
  table.add_row({"minus_two_log_l", least});
  table.add_row({"standard_model", standard_model});
  table.add_row({"standard_model_minus_best", standard_model - least});
  // Allowed regions in (mass, coupling) and in the coupling alone, as the PDG tabulates them.
  for (const double confidence : {0.6827, 0.90, 0.99}) {
    for (const int dof : {2, 1}) {
      table.add_row(
          {level_name(confidence, dof),
           inference::delta_chi2_threshold(confidence, dof, inference::Thresholds::tabulated)});
    }
  }
  const auto& nuisances = std::get<std::vector<std::string>>(data.axis("nuisance").values);
  const auto values = data.slice<double>("best_nuisance_value", {m});
  for (std::size_t k = 0; k < nuisances.size(); ++k) {
    table.add_row({"nuisance." + nuisances[k], values[k]});
  }
  add_goodness(file.attributes, least, standard_model, table);
  options.format.print(table);
  return 0;
}

}  // namespace

void add_best(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "best", "Prints the best-fit point over all masses and couplings of a result file");
  command->add_option("file", options->file, "result file (HDF5)")->required();
  options->format.add_to(*command);
  command->footer("Example: nudipole best kdk_fig3.h5 --format table");
  command->callback([&run, options] { run = [options] { return best(*options); }; });
}

}  // namespace nudipole::jobs
