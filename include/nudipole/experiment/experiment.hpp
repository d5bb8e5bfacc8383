#pragma once

#include "nudipole/core/flavour.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/experiment/signal_model.hpp"
#include "nudipole/likelihood/term.hpp"
#include "nudipole/math/binning.hpp"
#include "nudipole/math/panel_grid.hpp"

#include <map>
#include <string>
#include <vector>

namespace nudipole::experiment {

/// An experiment as a config asks for it: its folder and the options that differ from the defaults.
struct Selection {
  std::string name;
  std::map<std::string, std::string> options{};  ///< option -> choice
  bool operator==(const Selection&) const = default;
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
  std::vector<likelihood::Nuisance> nuisances;      ///< at default options
  std::map<std::string, std::string> overlaps;      ///< other experiment -> why not both
};

/// One experiment, ready to predict and to be compared with its data. Built once per process; a
/// const object afterwards.
class Experiment {
 public:
  /// Reads data/<name>/experiment.yaml with the chosen options applied.
  /// \param panels  quadrature of the recoil integrals
  /// \throws ConfigError for an unknown experiment, option or choice, DataError for bad files
  static Experiment load(DataFolder& data, const Selection& selection,
                         const math::PanelSettings& panels = {});
  static Summary summarise(DataFolder& data, const std::string& name);

  [[nodiscard]] const std::string& name() const { return term_.name(); }
  [[nodiscard]] const math::Binning& binning() const { return binning_; }
  [[nodiscard]] const SignalModel& signal() const { return signal_; }
  /// Likelihood term; components `cevns`, `eves` (where electrons count), then backgrounds.
  [[nodiscard]] const likelihood::Term& term() const { return term_; }
  [[nodiscard]] const std::map<std::string, std::string>& overlaps() const { return overlaps_; }

 private:
  Experiment(math::Binning binning, SignalModel signal, likelihood::Term term,
             std::map<std::string, std::string> overlaps)
      : binning_(std::move(binning)),
        signal_(std::move(signal)),
        term_(std::move(term)),
        overlaps_(std::move(overlaps)) {}

  math::Binning binning_;
  SignalModel signal_;
  likelihood::Term term_;
  std::map<std::string, std::string> overlaps_;
};

}  // namespace nudipole::experiment
