#include "campaign_run.hpp"
#include "commands.hpp"
#include "nudipole/campaign/single_toy.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/units.hpp"

#include <CLI/CLI.hpp>

#include <memory>
#include <numeric>
#include <optional>

namespace nudipole::jobs {
namespace {

struct Options {
  CampaignOptions campaign;
  FormatOption format;
  std::optional<double> mass_MeV;
  std::vector<double> couplings_mu_B;
  std::optional<std::uint32_t> toy;
};

/// Toys with a fit that is not verified, and points at which the data themselves have one.
Failures failed_toys(const run::ResultTable& table) {
  const auto sum = [&table](const char* field) {
    const auto& values = table.dataset().values<std::int32_t>(field);
    return std::accumulate(values.begin(), values.end(), std::size_t{0});
  };
  const std::size_t failed = sum("failed") + table.progress().failed;
  return {.failed = failed, .total = sum("toys") + failed, .noun = "toys"};
}

class ToyTable {
 public:
  ToyTable(const campaign::RunConfig& config, const likelihood::Joint& joint)
      : config_(&config), joint_(&joint), table_{{"quantity", "of", "index", "value"}} {}

  void add(const std::string& quantity, const std::string& of, std::int64_t index, double value) {
    table_.add_row({quantity, of, index, value});
  }
  void add_bins(const std::string& quantity, const std::vector<Eigen::ArrayXd>& values) {
    for (std::size_t t = 0; t < values.size(); ++t) {
      for (Eigen::Index bin = 0; bin < values[t].size(); ++bin) {
        add(quantity, joint_->terms()[t].name(), bin, values[t](bin));
      }
    }
  }
  /// Nuisances, given as pulls.
  void add_nuisances(const std::string& quantity, const std::vector<double>& pulls) {
    for (std::size_t k = 0; k < pulls.size(); ++k) {
      const likelihood::Nuisance& nuisance = joint_->nuisances()[k];
      add(quantity, nuisance.name, static_cast<std::int64_t>(k), nuisance.value(pulls[k]));
    }
  }
  void add_fit(const std::string& name, const inference::ProfilePoint& fit) {
    const std::string status{to_string(fit.status)};
    add(name + "_minus_two_log_l", status, 0, fit.minus_two_log_l);
    for (std::size_t a = 0; a < fit.poi.size(); ++a) {
      add(coupling_label(*config_, a, name + "_d_mu_B"), status, static_cast<std::int64_t>(a),
          std::sqrt(fit.poi[a]));
    }
    add(name + "_evaluations", status, 0, fit.evaluations);
    add_nuisances(name + "_nuisance", fit.pulls);
  }
  [[nodiscard]] const TableWriter& table() const { return table_; }

 private:
  const campaign::RunConfig* config_;
  const likelihood::Joint* joint_;
  TableWriter table_;
};

int print_single(const Options& options) {
  const std::shared_ptr<const campaign::Setup> setup = options.campaign.config.load();
  const campaign::SingleToy toy =
      campaign::make_single_toy(setup, *options.mass_MeV, options.couplings_mu_B, *options.toy);
  const likelihood::Joint& joint = *setup->likelihood().joint;
  ToyTable table{setup->config(), joint};
  table.add("q", "toy", 0, toy.q);
  table.add("q", "data", 0, toy.q_observed);
  table.add_fit("tested", toy.fits.tested);
  table.add_fit("best", toy.fits.best);
  table.add_nuisances("prior_centre", toy.observation.centres);
  std::vector<Eigen::ArrayXd> drawn;
  for (const likelihood::Observed& term : toy.observation.terms) drawn.push_back(term.values);
  table.add_bins("expected", toy.expected);
  table.add_bins("drawn", drawn);
  options.format.print(table.table());
  return 0;
}

int toys(const Options& options) {
  const bool has_coupling = !options.couplings_mu_B.empty();
  const bool single = options.mass_MeV || has_coupling || options.toy;
  if (!single) {
    if (options.campaign.output.empty()) {
      throw ConfigError("nowhere to write to", {.where = "--output", .hint = "give -o FILE"});
    }
    return run_campaign_command(options.campaign,
                                {.make = campaign::make_toys, .failures = failed_toys});
  }
  if (!options.mass_MeV || !has_coupling || !options.toy) {
    throw ConfigError("a single toy has a mass, a coupling and a number",
                      {.expected = "--mass-MeV, --coupling-mu-B and --toy together"});
  }
  return print_single(options);
}

}  // namespace

void add_toys(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "toys",
      "Simulates experiments: limits, goodness of fit, coverage, significance without Wilks' "
      "theorem; alone or under mpirun");
  options->campaign.add_to(*command);
  command->add_option("--mass-MeV", options->mass_MeV, "print one toy: of this mass")
      ->check(non_negative_number());
  CLI::Option* const in_mu_B =
      command
          ->add_option("--coupling-mu-B", options->couplings_mu_B,
                       "of this coupling, or of several: 1,2; 0: of the Standard Model, tested at "
                       "the mass")
          ->delimiter(',')
          ->allow_extra_args(false)
          ->check(non_negative_number());
  command
      ->add_option_function<std::vector<double>>(
          "--coupling-per-GeV",
          [options](const std::vector<double>& values) {
            for (const double value : values) {
              options->couplings_mu_B.push_back(DipoleCoupling::from_per_GeV(value).mu_B());
            }
          },
          "the same in 1/GeV")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->excludes(in_mu_B)
      ->check(non_negative_number());
  command->add_option("--toy", options->toy, "of this number, from 0");
  options->format.add_to(*command);
  command->footer(
      "Example: mpirun -n 4 nudipole toys configs/fc_csi2022_mu.yaml -o fc.h5\n"
      "         nudipole toys configs/fc_csi2022_mu.yaml --mass-MeV 1 --coupling-mu-B 2e-9 --toy "
      "17");
  command->callback([&run, options] { run = [options] { return toys(*options); }; });
}

}  // namespace nudipole::jobs
