#include "nudipole/campaign/spectrum.hpp"

#include "commands.hpp"
#include "coupling_option.hpp"
#include "exit_code.hpp"
#include "messages.hpp"
#include "nudipole/core/error.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

struct Options {
  ConfigOption config;
  FormatOption format;
  MassOption mass;
  CouplingOption coupling;
  bool after_fit = false;
  std::optional<std::string> along;
};

/// Every bin of every process of every experiment; the axes of all experiments have columns.
class SpectrumTable {
 public:
  /// \param squares_mu_B2  of the couplings
  SpectrumTable(const campaign::RunConfig& config, const std::vector<campaign::Spectrum>& spectra,
                double mass_MeV, const std::vector<double>& squares_mu_B2)
      : axes_(axis_names(spectra)), table_(columns(config, axes_)) {
    point_.emplace_back(mass_MeV);
    for (const double square : squares_mu_B2) {
      point_.emplace_back(DipoleCoupling::from_square(square).mu_B());
    }
    for (const campaign::Spectrum& spectrum : spectra) {
      for (const campaign::ProcessEvents& process : spectrum.processes) add(spectrum, process);
    }
  }
  [[nodiscard]] const TableWriter& table() const { return table_; }

 private:
  void add(const campaign::Spectrum& spectrum, const campaign::ProcessEvents& process) {
    const math::Binning& binning = spectrum.binning;
    for (std::size_t bin = 0; bin < binning.size(); ++bin) {
      std::vector<TableWriter::Cell> row{spectrum.experiment, static_cast<std::int64_t>(bin)};
      add_edges(binning, bin, row);
      const auto i = static_cast<Eigen::Index>(bin);
      row.insert(row.end(),
                 {process.name, process.events(i), process.uncertainty(i), process.residual(i)});
      row.insert(row.end(), point_.begin(), point_.end());
      add_units(binning, row);
      table_.add_row(std::move(row));
    }
  }
  void add_edges(const math::Binning& binning, std::size_t bin,
                 std::vector<TableWriter::Cell>& row) const {
    const std::vector<std::size_t> indices = binning.indices(bin);
    for (const std::string& name : axes_) {
      const auto axis = std::ranges::find(binning.axes, name, &math::BinAxis::name);
      if (axis == binning.axes.end()) {
        row.insert(row.end(), {std::string{}, std::string{}});
        continue;
      }
      const std::size_t i = indices[static_cast<std::size_t>(axis - binning.axes.begin())];
      if (!axis->labels.empty()) {
        row.insert(row.end(), {axis->labels[i], axis->labels[i]});
        continue;
      }
      row.insert(row.end(), {axis->edges[i], axis->edges[i + 1]});
    }
  }
  void add_units(const math::Binning& binning, std::vector<TableWriter::Cell>& row) const {
    for (const std::string& name : axes_) {
      const auto axis = std::ranges::find(binning.axes, name, &math::BinAxis::name);
      row.emplace_back(axis == binning.axes.end() ? std::string{} : axis->unit);
    }
  }
  static std::vector<std::string> axis_names(const std::vector<campaign::Spectrum>& spectra) {
    std::vector<std::string> names;
    for (const campaign::Spectrum& spectrum : spectra) {
      for (const math::BinAxis& axis : spectrum.binning.axes) {
        if (std::ranges::find(names, axis.name) == names.end()) names.push_back(axis.name);
      }
    }
    return names;
  }
  static std::vector<std::string> columns(const campaign::RunConfig& config,
                                          const std::vector<std::string>& axes) {
    std::vector<std::string> names{"experiment", "bin"};
    for (const std::string& axis : axes) {
      names.push_back(axis + "_lo");
      names.push_back(axis + "_hi");
    }
    names.insert(names.end(),
                 {"component", "events", "uncertainty_events", "residual_sigma", "mass_MeV"});
    for (std::size_t a = 0; a < config.couplings.size(); ++a) {
      names.push_back(coupling_label(config, a, "coupling_mu_B"));
    }
    for (const std::string& axis : axes) names.push_back(axis + "_unit");
    return names;
  }

  std::vector<std::string> axes_;
  std::vector<TableWriter::Cell> point_;  ///< mass and couplings
  TableWriter table_;
};

int spectrum_before_fit(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const auto* likelihood = std::get_if<campaign::Likelihood>(&setup->constraint());
  const campaign::NuisanceState nuisances =
      likelihood != nullptr ? campaign::before_fit(*likelihood->joint) : campaign::NuisanceState{};
  const double mass_MeV = *options.mass.mass_MeV;
  const std::vector<double> x = options.coupling.squares(setup->config());
  const SpectrumTable table{setup->config(),
                            campaign::spectra(*setup, mass_MeV, x, nuisances, options.along),
                            mass_MeV, x};
  options.format.print(table.table());
  return exit_done;
}

int spectrum_after_fit(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const double mass_MeV = *options.mass.mass_MeV;
  const prediction::Signals signals = setup->signals(mass_MeV);
  const inference::ProfilePoint point = options.coupling.fit(*setup, setup->profile(signals));
  const campaign::Likelihood& likelihood = setup->likelihood();
  const inference::Covariance covariance = inference::covariance(
      {*likelihood.joint, signals, *likelihood.observation}, point, inference::PoiState::given);
  const campaign::NuisanceState nuisances{point.pulls, covariance.of_pulls(point.pulls.size())};
  const SpectrumTable table{
      setup->config(), campaign::spectra(*setup, mass_MeV, point.poi, nuisances, options.along),
      mass_MeV, point.poi};
  options.format.print(table.table());
  if (fit::is_converged(point.status)) return exit_done;
  say("the fit did not converge: its numbers are the best that were found");
  return exit_failed_fits;
}

}  // namespace

void add_spectrum(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "spectrum", "Prints expected events in every bin, before or after a fit, with the data");
  options->config.add_to(*command);
  options->format.add_to(*command);
  options->mass.add_to(*command)->required();
  CLI::Option* const after_fit = command->add_flag(
      "--fit", options->after_fit,
      "nuisances as a fit at the coupling leaves them, with their post-fit uncertainty");
  options->coupling.add_to(*command);
  for (const char* name : {"--best", "--limit"}) command->get_option(name)->needs(after_fit);
  command->add_option(
      "--along", options->along,
      "sums over all axes but this one, e.g. energy; uncertainties are of the sums");
  command->footer(
      "uncertainty_events: of predictions what the nuisances allow (before a fit their priors, "
      "free "
      "ones\ntaken as known; after it their covariance at this coupling), of data the scatter.\n"
      "residual_sigma: of data, the signed root of the bin's part of -2 ln L.\n"
      "Example: nudipole spectrum configs/csi2022_mu.yaml --mass-MeV 10 --coupling-mu-B 2e-9\n"
      "         nudipole spectrum configs/csi2022_mu.yaml --mass-MeV 10 --fit --limit --along "
      "energy");
  command->callback([&run, options] {
    if (!options->after_fit && !options->coupling.is_given()) {
      throw CLI::RequiredError("--coupling-mu-B (or --coupling-per-GeV, or --fit)");
    }
    run = [options] {
      return options->after_fit ? spectrum_after_fit(*options) : spectrum_before_fit(*options);
    };
  });
}

}  // namespace nudipole::jobs
