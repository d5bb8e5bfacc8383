#include "commands.hpp"
#include "hepdata.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/core/pairs.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "nudipole/physics/sterile_decay.hpp"
#include "nudipole/run/identity.hpp"
#include "nudipole/run/result.hpp"
#include "shared_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>

namespace nudipole::jobs {
namespace {

struct Options {
  std::string file;
  std::optional<double> confidence;
  std::optional<int> dof;
  std::optional<std::string> experiment;
  std::vector<double> masses_MeV;
  double path_cm = default_decay_path_cm;
  std::string format;  ///< empty: as standard output is
  std::string output;
  bool metadata = false;
};

/// Indices of an axis that a request selects: one value, or all without a request.
template <class T>
std::vector<std::size_t> select(const std::vector<T>& available, const std::optional<T>& wanted,
                                const Options& options, const std::string& name) {
  std::vector<std::size_t> indices;
  std::vector<std::string> list;
  for (std::size_t i = 0; i < available.size(); ++i) {
    constexpr double tolerance = 1.0e-12;
    if (!wanted || std::abs(static_cast<double>(available[i] - *wanted)) < tolerance) {
      indices.push_back(i);
    }
    list.push_back(shortest_text(static_cast<double>(available[i])));
  }
  if (indices.empty()) {
    throw ConfigError("the file has no limits for this " + name,
                      {.where = options.file + ": --" + name,
                       .expected = "one of: " + join(list),
                       .hint = "add it to 'limits' in the configuration and scan again"});
  }
  return indices;
}

/// Entries of the axis `experiment` that a request selects: without one the joint limits.
std::vector<std::string> sources_of(const labelled::Dataset& data, const Options& options) {
  if (!options.experiment) return {"joint"};
  const auto& entries = std::get<std::vector<std::string>>(data.axis("experiment").values);
  if (entries.size() == 1 && *options.experiment != entries.front()) {
    throw ConfigError("the file has no limits of single experiments",
                      {.where = options.file + ": --experiment",
                       .hint = "set 'each_experiment: true' under 'limits' in the configuration "
                               "and scan again"});
  }
  if (*options.experiment == "all") return entries;
  if (std::ranges::find(entries, *options.experiment) != entries.end()) {
    return {*options.experiment};
  }
  throw ConfigError("the file has no experiment '" + *options.experiment + "'",
                    {.where = options.file + ": --experiment",
                     .expected = "one of: all, " + join(entries),
                     .hint = config::did_you_mean(*options.experiment, entries)});
}

/// One of the limits that a file has at each mass, experiment, confidence and dof.
struct Kept {
  std::string name;                ///< of the coupling
  std::string others;              ///< what the other couplings do
  std::vector<std::size_t> place;  ///< indices between experiment and confidence
};

std::vector<Kept> kept_couplings(const labelled::Dataset& data) {
  if (!data.has_axis("parameter")) return {{"", "", {}}};
  std::vector<Kept> kept;
  const auto& names = std::get<std::vector<std::string>>(data.axis("parameter").values);
  const auto& others = std::get<std::vector<std::string>>(data.axis("others").values);
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t o = 0; o < others.size(); ++o) kept.push_back({names[a], others[o], {a, o}});
  }
  return kept;
}

/// Limits against mass: of one experiment or the joint ones, one coupling, one level.
struct Curve {
  std::string source;
  Kept coupling;
  double confidence;
  std::int32_t dof;
  std::vector<double> limit_mu_B;  ///< [mass]; NaN unless the status has a value
  std::vector<inference::LimitStatus> status;
  std::vector<double> excluded_to_mu_B;  ///< [mass], of a file in which N that decay are removed
};

/// The curves that are asked for.
std::vector<Curve> curves_of(const labelled::Dataset& data, const Options& options) {
  const auto& confidences = std::get<std::vector<double>>(data.axis("confidence").values);
  const auto& dofs = std::get<std::vector<std::int32_t>>(data.axis("dof").values);
  std::vector<Curve> curves;
  for (const std::string& source : sources_of(data, options)) {
    const std::size_t e = position_of(data.axis("experiment"), source);
    for (const Kept& coupling : kept_couplings(data)) {
      for (const std::size_t c : select(confidences, options.confidence, options, "confidence")) {
        for (const std::size_t n : select(dofs, options.dof, options, "dof")) {
          Curve curve{source, coupling, confidences[c], dofs[n], {}, {}, {}};
          std::vector<std::size_t> place{e};
          place.insert(place.end(), coupling.place.begin(), coupling.place.end());
          place.insert(place.end(), {c, n});
          const std::size_t at = data.offset(data.field("limit"), place);
          for (std::size_t m = 0; m < data.axis("mass").size(); ++m) {
            curve.limit_mu_B.push_back(data.slice<double>("limit", {m})[at]);
            curve.status.push_back(static_cast<inference::LimitStatus>(
                data.slice<std::int8_t>("limit_status", {m})[at]));
            if (data.has_field("excluded_to")) {
              curve.excluded_to_mu_B.push_back(data.slice<double>("excluded_to", {m})[at]);
            }
          }
          curves.push_back(std::move(curve));
        }
      }
    }
  }
  return curves;
}

bool have_several_couplings(const labelled::Dataset& data) {
  return kept_couplings(data).size() > 1;
}

/// Places of the masses that are asked for; all without a request.
std::vector<std::size_t> select_masses(const std::vector<double>& masses_MeV,
                                       const Options& options) {
  std::vector<std::size_t> places;
  for (std::size_t m = 0; m < masses_MeV.size(); ++m) places.push_back(m);
  if (options.masses_MeV.empty()) return places;
  places.clear();
  for (const double wanted_MeV : options.masses_MeV) {
    const auto nearest = std::ranges::min_element(
        masses_MeV, {}, [=](double mass_MeV) { return std::abs(mass_MeV - wanted_MeV); });
    constexpr double rounding = 1.0e-6;  // masses of a grid are typed with the digits that one sees
    if (nearest == masses_MeV.end() || std::abs(*nearest - wanted_MeV) > rounding * wanted_MeV) {
      throw ConfigError(
          "the file has no mass of " + shortest_text(wanted_MeV) + " MeV",
          {.where = options.file + ": --mass-MeV",
           .expected = nearest == masses_MeV.end() ? "a mass of the file"
                                                   : "e.g. " + shortest_text(*nearest),
           .hint = "nudipole limits without --mass-MeV shows all; scan adds masses by also_MeV"});
    }
    places.push_back(static_cast<std::size_t>(nearest - masses_MeV.begin()));
  }
  return places;
}

/// How far N flies at a limit. Files from before the end points were stored do not tell.
class Decay {
 public:
  Decay(const labelled::Attributes& attributes, const Options& options)
      : attributes_(&attributes), path_cm_(options.path_cm) {
    const std::string ratios = run::text_of(attributes, run::attribute::decay_ratio);
    if (!ratios.empty()) squared_ratios_ = std::stod(ratios);
  }

  /// \param source  an experiment or `joint`, which has the most energetic neutrinos of all
  [[nodiscard]] double length_cm(const std::string& source, double mass_MeV,
                                 const DipoleCoupling& coupling) const {
    const double energy_MeV = end_point_MeV(source);
    if (!std::isfinite(coupling.mu_B()) || !(energy_MeV >= mass_MeV)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    return physics::decay_length_cm(energy_MeV, mass_MeV,
                                    squared_ratios_ * coupling.squared_mu_B2(),
                                    physics::SterileNature::dirac);
  }
  [[nodiscard]] double probability(double length_cm) const {
    return physics::decay_probability(path_cm_, length_cm);
  }

 private:
  [[nodiscard]] double end_point_MeV(const std::string& source) const {
    double largest_MeV = std::numeric_limits<double>::quiet_NaN();
    for (const auto& [experiment, energy] :
         pairs_of_lines(run::text_of(*attributes_, run::attribute::source_end_points))) {
      if (source == "joint" || source == experiment) {
        largest_MeV = std::fmax(largest_MeV, std::stod(energy));
      }
    }
    return largest_MeV;
  }

  const labelled::Attributes* attributes_;
  double path_cm_;
  /// Sum of (d_f/d)^2; with several couplings the others have their part, which is not known.
  double squared_ratios_ = std::numeric_limits<double>::quiet_NaN();
};

TableWriter table_of(const std::vector<Curve>& curves, const io::ResultFile& file,
                     const Options& options) {
  const labelled::Dataset& data = file.dataset;
  const Decay decay{file.attributes, options};
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  std::vector<std::string> columns{"mass_MeV",       "confidence",       "dof",
                                   "d_per_GeV",      "d_mu_B",           "status",
                                   "method",         "mc_error",         "asymptotic_d_mu_B",
                                   "decay_length_m", "decay_probability"};
  if (options.experiment) columns.insert(columns.begin(), "experiment");
  const bool several = have_several_couplings(data);
  if (several) columns.insert(columns.end(), {"coupling", "others"});
  const bool with_decays = data.has_field("excluded_to");
  if (with_decays) columns.emplace_back("excluded_to_d_mu_B");
  TableWriter table{columns};
  // A bound is converted, not found by a likelihood; neither has errors of a simulation.
  const std::string method =
      run::text_of(file.attributes, run::attribute::campaign) == "bound" ? "bound" : "delta_chi2";
  for (const Curve& curve : curves) {
    for (const std::size_t m : select_masses(masses, options)) {
      const DipoleCoupling d = DipoleCoupling::from_mu_B(curve.limit_mu_B[m]);
      const double length_cm = decay.length_cm(curve.source, masses[m], d);
      std::vector<TableWriter::Cell> row{masses[m],
                                         curve.confidence,
                                         std::int64_t{curve.dof},
                                         d.per_GeV(),
                                         d.mu_B(),
                                         std::string{to_string(curve.status[m])},
                                         method,
                                         0.0,
                                         d.mu_B(),
                                         length_cm / units::cm_per_m,
                                         decay.probability(length_cm)};
      if (options.experiment) row.insert(row.begin(), curve.source);
      if (several) row.insert(row.end(), {curve.coupling.name, curve.coupling.others});
      if (with_decays) row.emplace_back(curve.excluded_to_mu_B[m]);
      table.add_row(std::move(row));
    }
  }
  return table;
}

/// The variables of a curve: d in both units.
std::vector<HepdataTable::Variable> hepdata_variables(const Curve& curve) {
  HepdataTable::Variable in_mu_B{
      "Upper limit on $d$",
      "$\\mu_B$",
      {},
      {{"Confidence level", shortest_text(100.0 * curve.confidence), "%"},
       {"Degrees of freedom", std::to_string(curve.dof)},
       {"Data", curve.source}}};
  if (!curve.coupling.name.empty()) {
    in_mu_B.qualifiers.push_back({"Coupling", curve.coupling.name});
    in_mu_B.qualifiers.push_back({"Other couplings", curve.coupling.others});
  }
  HepdataTable::Variable per_GeV = in_mu_B;
  per_GeV.units = "GeV$^{-1}$";
  const auto add = [](const std::vector<double>& values_mu_B, HepdataTable::Variable& mu_B,
                      HepdataTable::Variable& GeV) {
    for (const double value : values_mu_B) {
      const DipoleCoupling d = DipoleCoupling::from_mu_B(value);
      mu_B.values.push_back(std::isfinite(value) ? std::optional{d.mu_B()} : std::nullopt);
      GeV.values.push_back(std::isfinite(value) ? std::optional{d.per_GeV()} : std::nullopt);
    }
  };
  std::vector<HepdataTable::Variable> variables{in_mu_B, per_GeV};
  add(curve.limit_mu_B, variables[0], variables[1]);
  if (!curve.excluded_to_mu_B.empty()) {
    in_mu_B.name = per_GeV.name = "Upper end of excluded $d$";
    variables.insert(variables.end(), {in_mu_B, per_GeV});
    add(curve.excluded_to_mu_B, variables[2], variables[3]);
  }
  return variables;
}

/// A table for each confidence level and number of degrees of freedom.
std::vector<HepdataTable> hepdata_tables(const std::vector<Curve>& curves,
                                         const labelled::Dataset& data) {
  const auto& masses = std::get<std::vector<double>>(data.axis("mass").values);
  std::vector<HepdataTable> tables;
  for (const Curve& curve : curves) {
    const std::string level = shortest_text(100.0 * curve.confidence);
    const std::string dof = std::to_string(curve.dof);
    const std::string file = "limits_" + level + "_dof_" + dof + ".yaml";
    auto table = std::ranges::find(tables, file, &HepdataTable::file);
    if (table == tables.end()) {
      table = tables.insert(
          table, {.file = file,
                  .name = "Upper limits at " + level + "% CL, " + dof + " dof",
                  .description = "Upper limits on the coupling d of the neutrino dipole portal, "
                                 "L = (d/2) Nbar sigma nu F, against the mass of N",
                  .observables = {"COUPLING"},
                  .independent = {"$m_N$", "MeV", {masses.begin(), masses.end()}},
                  .dependent = {}});
    }
    for (HepdataTable::Variable& variable : hepdata_variables(curve)) {
      table->dependent.push_back(std::move(variable));
    }
  }
  return tables;
}

/// {"metadata": what the file says of itself, "limits": the rows}.
std::string json_with_metadata(const TableWriter& table, const labelled::Attributes& attributes) {
  std::string text = "{\"metadata\": {";
  bool is_first = true;
  for (const auto& [name, value] : attributes) {
    const auto* number = std::get_if<std::int64_t>(&value);
    text += (is_first ? "\n  " : ",\n  ") + json_text(name) + ": " +
            (number != nullptr ? std::to_string(*number) : json_text(std::get<std::string>(value)));
    is_first = false;
  }
  return text + "},\n\"limits\": " + table.render(TableFormat::json) + "}\n";
}

void print_limits(const TableWriter& table, const labelled::Attributes& attributes,
                  const Options& options) {
  if (options.metadata) {
    std::cout << json_with_metadata(table, attributes) << std::flush;
    if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
  } else {
    FormatOption{.name = options.format}.print(table);
  }
}

/// The ends that toys found, in the columns of other limits and with their own after them.
int limits_by_toys(const io::ResultFile& file, const Options& options) {
  const labelled::Dataset& data = file.dataset;
  const int dof = campaign::given_parameters(data);
  if (options.experiment || (options.dof && *options.dof != dof)) {
    throw ConfigError(
        "limits by toys are joint ones; those of this file have dof " + std::to_string(dof),
        {.where = options.file});
  }
  const auto& levels = std::get<std::vector<double>>(data.axis("confidence").values);
  const auto chosen = select(levels, options.confidence, options, "confidence");
  const std::string method{to_string(campaign::toy_method(data))};
  TableWriter table{{"mass_MeV", "confidence", "dof", "d_per_GeV", "d_mu_B", "status", "method",
                     "mc_error", "asymptotic_d_mu_B", "end", "differs"}};
  const std::vector<campaign::ToyLimit> found = campaign::toy_limits(data);
  if (found.empty()) {
    throw ConfigError("toys of the method " + method + " give no limits",
                      {.where = options.file, .hint = "nudipole points prints what they give"});
  }
  for (const campaign::ToyLimit& limit : found) {
    const auto is_this = [&](std::size_t i) { return levels[i] == limit.confidence; };
    if (std::ranges::none_of(chosen, is_this)) continue;
    const DipoleCoupling coupling = DipoleCoupling::from_mu_B(limit.coupling_mu_B);
    table.add_row({limit.mass_MeV, limit.confidence, std::int64_t{dof}, coupling.per_GeV(),
                   coupling.mu_B(), std::string{to_string(limit.status)}, method, limit.mc_error,
                   limit.asymptotic_mu_B,
                   limit.end == campaign::ToyLimit::End::upper ? "upper" : "lower",
                   limit.differs() ? "yes" : "no"});
  }
  print_limits(table, file.attributes, options);
  return 0;
}

int limits(const Options& options) {
  const io::ResultFile file = run::read_run(options.file);
  if (run::text_of(file.attributes, run::attribute::campaign) == campaign::toys_kind) {
    return limits_by_toys(file, options);
  }
  const std::vector<Curve> curves = curves_of(file.dataset, options);
  if (options.format == "hepdata") {
    const auto fact = [&file](const char* name) { return run::text_of(file.attributes, name); };
    write_hepdata(options.output,
                  fact(run::attribute::title) + "; nudipole " + fact(run::attribute::version) +
                      ", configuration " + fact(run::attribute::config_sha256),
                  hepdata_tables(curves, file.dataset));
    return 0;
  }
  const TableWriter table = table_of(curves, file, options);
  if (options.metadata) {
    std::cout << json_with_metadata(table, file.attributes) << std::flush;
    if (!std::cout) throw Error(ErrorKind::unexpected, "standard output cannot be written");
  } else {
    FormatOption{.name = options.format}.print(table);
  }
  return 0;
}

}  // namespace

void add_limits(CLI::App& program, Action& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("limits", "Prints the upper limits that a result file holds");
  command->add_option("file", options->file, "result file (HDF5)")->required();
  command->add_option("--confidence", options->confidence, "only this confidence level, e.g. .90");
  command->add_option("--dof", options->dof, "only this number of degrees of freedom");
  command->add_option("--experiment", options->experiment,
                      "limits of this experiment by itself, or `all` for every one and the joint "
                      "limits; adds the column experiment");
  command
      ->add_option("--mass-MeV", options->masses_MeV,
                   "only this mass of the file [MeV]; may be given more than once")
      ->expected(1)
      ->take_all()
      ->check(non_negative_number());
  command
      ->add_option("--path-cm", options->path_cm,
                   "path in the detector [cm] within which N may decay, for decay_probability")
      ->check(non_negative_number())
      ->capture_default_str();
  command
      ->add_option("--format", options->format,
                   "csv, json or table (aligned, for people; default on a terminal, else csv), to "
                   "standard output; hepdata: a submission to HEPData in the folder --output")
      ->check(CLI::IsMember({"csv", "json", "table", "hepdata"}));
  command->add_option("-o,--output", options->output, "folder of --format hepdata")
      ->check(not_empty());
  command->add_flag("--metadata", options->metadata,
                    "with --format json: an object with what the file says of itself, and the "
                    "limits");
  command->footer(
      "decay_length_m: mean path before N -> nu gamma at the limit, of the most energetic N that "
      "the "
      "source\nmakes (Dirac N); decay_probability: to decay within --path-cm. Where it is not "
      "small "
      "the limit, which\nlets every N escape, does not hold as it stands, unless the configuration "
      "removes N that decay: then\nexcluded_to_d_mu_B is where excluded couplings end "
      "(status closed_from_above).\n"
      "Example: nudipole limits csi2022_mu.h5 --confidence .90 --dof 1\n"
      "         nudipole limits combined_mu.h5 --experiment all\n"
      "         nudipole limits csi2022_mu.h5 --format hepdata -o submission");
  command->callback([&run, options] {
    if (options->output.empty() == (options->format == "hepdata")) {
      throw CLI::ValidationError("--output", "belongs to --format hepdata, which needs it");
    }
    if (options->metadata && options->format != "json") {
      throw CLI::ValidationError("--metadata", "belongs to --format json");
    }
    run = [options] { return limits(*options); };
  });
}

}  // namespace nudipole::jobs
