#include "commands.hpp"
#include "nudipole/core/units.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace nudipole::jobs {
namespace {

struct Options {
  ConfigOption config;
  FormatOption format;
  double mass_MeV = 0.0;
  double coupling_mu_B = 0.0;
};

/// Writes rows of one experiment: every bin of every component.
class SpectrumTable {
 public:
  explicit SpectrumTable(const std::vector<experiment::Experiment>& experiments)
      : axes_(axis_names(experiments)), table_(columns(axes_)) {}

  void add(const experiment::Experiment& experiment, const std::string& component,
           const Eigen::ArrayXd& events) {
    const math::Binning& binning = experiment.binning();
    for (std::size_t bin = 0; bin < binning.size(); ++bin) {
      const std::vector<std::size_t> indices = binning.indices(bin);
      std::vector<TableWriter::Cell> row{experiment.name(), static_cast<std::int64_t>(bin)};
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
      row.insert(row.end(), {component, events(static_cast<Eigen::Index>(bin))});
      table_.add_row(std::move(row));
    }
  }
  [[nodiscard]] const TableWriter& table() const { return table_; }

 private:
  static std::vector<std::string> axis_names(
      const std::vector<experiment::Experiment>& experiments) {
    std::vector<std::string> names;
    for (const experiment::Experiment& experiment : experiments) {
      for (const math::BinAxis& axis : experiment.binning().axes) {
        if (std::ranges::find(names, axis.name) == names.end()) names.push_back(axis.name);
      }
    }
    return names;
  }
  static std::vector<std::string> columns(const std::vector<std::string>& axes) {
    std::vector<std::string> names{"experiment", "bin"};
    for (const std::string& axis : axes) {
      names.push_back(axis + "_lo");
      names.push_back(axis + "_hi");
    }
    names.insert(names.end(), {"component", "events"});
    return names;
  }

  std::vector<std::string> axes_;
  TableWriter table_;
};

/// Sum over the flavours that take part.
Eigen::ArrayXd sum_over_flavours(const std::array<Eigen::ArrayXXd, flavour_count>& by_flavour,
                                 PortalFlavour portal) {
  Eigen::ArrayXd sum = Eigen::ArrayXd::Zero(by_flavour.front().rows());
  for (const Flavour flavour : all_flavours) {
    if (couples_to(portal, flavour)) sum += by_flavour[index_of(flavour)].col(0);
  }
  return sum;
}

/// What an experiment expects without the portal; a bound knows neither backgrounds nor data.
std::vector<likelihood::Component> components_of(const experiment::Experiment& experiment) {
  if (experiment.ratio_bound() == nullptr) return experiment.term().components();
  return {{.name = "cevns",
           .events = experiment.signal().standard_model(prediction::Scattering::nucleus),
           .role = likelihood::Role::signal}};
}

int spectrum(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.config.load();
  const double x = DipoleCoupling::from_mu_B(options.coupling_mu_B).squared_mu_B2();
  SpectrumTable table{setup->experiments()};
  for (const experiment::Experiment& experiment : setup->experiments()) {
    const prediction::DipoleEvents dipole = experiment.signal().dipole(options.mass_MeV);
    const PortalFlavour flavour = setup->config().flavour;
    const Eigen::ArrayXd nucleus = x * sum_over_flavours(dipole.nucleus, flavour);
    const Eigen::ArrayXd electron = x * sum_over_flavours(dipole.electron, flavour);
    Eigen::ArrayXd total = nucleus + electron;
    const std::vector<likelihood::Component> components = components_of(experiment);
    const auto is_signal = [](const likelihood::Component& component) {
      return component.role == likelihood::Role::signal;
    };
    for (const likelihood::Component& component : components) {
      total += component.events.col(0);
      if (is_signal(component)) table.add(experiment, component.name, component.events.col(0));
    }
    table.add(experiment, "dipole_nucleus", nucleus);
    if (experiment.signal().has_electrons()) table.add(experiment, "dipole_electron", electron);
    for (const likelihood::Component& component : components) {
      if (!is_signal(component)) table.add(experiment, component.name, component.events.col(0));
    }
    if (experiment.ratio_bound() != nullptr) {
      table.add(experiment, "total", total);
      continue;
    }
    const likelihood::Term& term = experiment.term();
    const std::vector<double> no_pulls(term.nuisances().size());
    for (const auto& background : term.parametric()) {
      const Eigen::ArrayXd events = term.parametric_events(*background, no_pulls);
      total += events;
      table.add(experiment, background->name(), events);
    }
    table.add(experiment, "total", total);
    table.add(experiment, "data", experiment.observed());
  }
  options.format.print(table.table());
  return 0;
}

}  // namespace

void add_spectrum(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "spectrum", "Prints expected events in every bin, before any fit, with the data");
  options->config.add_to(*command);
  options->format.add_to(*command);
  command->add_option("--mass-MeV", options->mass_MeV, "mass of the sterile neutrino [MeV]")
      ->required()
      ->check(positive_number());
  command->add_option("--coupling-mu-B", options->coupling_mu_B, "coupling d [mu_B]")
      ->required()
      ->check(non_negative_number());
  command->footer(
      "Example: nudipole spectrum configs/csi2022_mu.yaml --mass-MeV 10 --coupling-mu-B 2e-9");
  command->callback([&run, options] { run = [options] { return spectrum(*options); }; });
}

}  // namespace nudipole::jobs
