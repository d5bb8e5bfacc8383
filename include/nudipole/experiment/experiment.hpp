#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/inference/ratio_bound.hpp"
#include "nudipole/likelihood/term.hpp"
#include "nudipole/math/binning.hpp"
#include "nudipole/math/panel_grid.hpp"
#include "nudipole/prediction/signal_model.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace nudipole::experiment {

/// What becomes of a nuisance of which experiment.yaml says that a part of it is `shared` with
/// other experiments.
enum class Correlation {
  none,   ///< one nuisance of this experiment
  shared  ///< two that add up: the shared part under its own name, and the rest
};

/// An experiment as a config asks for it: its folder and the options that differ from the defaults.
struct Selection {
  std::string name;
  /// Where it stands by itself, outside the data tree; ends in `name`. Empty: in the tree.
  std::filesystem::path folder{};
  std::map<std::string, std::string> options{};  ///< option -> choice
  Correlation correlation = Correlation::none;
  std::string where{};  ///< place in the configuration, for messages: "file:line: key"
};

/// An option that experiment.yaml offers.
struct OptionInfo {
  std::string name;
  std::string what;  ///< one line for people
  std::string default_choice;
  std::vector<std::string> choices;
};

/// What experiment.yaml says without building anything.
struct Summary {
  std::string name;
  std::string title;
  std::string reference;
  std::vector<OptionInfo> options;
  std::vector<likelihood::Nuisance> nuisances;               ///< at default options, uncorrelated
  std::map<std::string, likelihood::Nuisance> shared_parts;  ///< nuisance -> part it can share
  std::map<std::string, std::string> overlaps;               ///< other experiment -> why not both
  std::vector<std::string> approximations{};  ///< inputs that are not the published ones
};

/// A likelihood with the data that were measured.
struct Counting {
  likelihood::Term term;
  Eigen::ArrayXd observed;     ///< [bin]
  std::string table_sha256{};  ///< of the table that they are from
};

/// How an experiment constrains the portal: a likelihood of its data, or a bound that someone
/// else's limit implies (experiment.yaml `kind: counting` or `ratio_bound`).
using Constraint = std::variant<Counting, inference::RatioBound>;

/// The keys of experiment.yaml.
const config::Schema& experiment_schema();
/// The same with kinds of flux that the program brings along.
config::Schema experiment_schema(const std::vector<std::shared_ptr<const FluxKind>>& fluxes);

/// One experiment, ready to predict and to be compared with its data. Built once per process; a
/// const object afterwards.
class Experiment {
 public:
  /// Reads <name>/experiment.yaml with the chosen options applied.
  /// \param panels  quadrature of the recoil integrals
  /// \throws ConfigError for an unknown experiment, option or choice, DataError for bad files
  static Experiment load(DataFolder& data, const Selection& selection,
                         const math::PanelSettings& panels = {});
  static Summary summarise(DataFolder& data, const Selection& selection);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const math::Binning& binning() const { return binning_; }
  [[nodiscard]] const prediction::SignalModel& signal() const { return signal_; }
  /// Likelihood term; components `cevns`, `eves` (where electrons count), then backgrounds.
  /// Only where ratio_bound() is null.
  [[nodiscard]] const likelihood::Term& term() const {
    return std::get<Counting>(constraint_).term;
  }
  /// Measured values [bin]. Only where ratio_bound() is null.
  [[nodiscard]] const Eigen::ArrayXd& observed() const {
    return std::get<Counting>(constraint_).observed;
  }
  /// SHA-256 of the table that the measured values are from; empty for a bound.
  [[nodiscard]] std::string data_sha256() const {
    const auto* counting = std::get_if<Counting>(&constraint_);
    return counting == nullptr ? std::string{} : counting->table_sha256;
  }
  /// The bound that this experiment gives instead of a likelihood; null for a likelihood.
  [[nodiscard]] const inference::RatioBound* ratio_bound() const {
    return std::get_if<inference::RatioBound>(&constraint_);
  }
  /// Inputs that stand in for published ones, one text each; they belong into every result.
  [[nodiscard]] const std::vector<std::string>& approximations() const { return approximations_; }
  [[nodiscard]] const std::map<std::string, std::string>& overlaps() const { return overlaps_; }

 private:
  Experiment(std::string name, math::Binning binning, prediction::SignalModel signal,
             Constraint constraint)
      : name_(std::move(name)),
        binning_(std::move(binning)),
        signal_(std::move(signal)),
        constraint_(std::move(constraint)) {}

  std::string name_;
  math::Binning binning_;
  prediction::SignalModel signal_;
  Constraint constraint_;
  std::map<std::string, std::string> overlaps_{};
  std::vector<std::string> approximations_{};
};

}  // namespace nudipole::experiment
