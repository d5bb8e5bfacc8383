#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/detector/efficiency.hpp"
#include "nudipole/detector/quenching.hpp"
#include "nudipole/detector/response.hpp"
#include "nudipole/detector/smearing.hpp"
#include "nudipole/detector/timing.hpp"
#include "nudipole/experiment/data_folder.hpp"
#include "nudipole/flux/source.hpp"
#include "nudipole/likelihood/nuisance.hpp"
#include "nudipole/likelihood/parametric_background.hpp"
#include "nudipole/likelihood/statistic.hpp"
#include "nudipole/math/binning.hpp"

#include <Eigen/Core>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// Builders of an experiment's parts from sections of its experiment.yaml. Every part names its
/// `kind`; an unknown kind is an error that lists the known ones. A new kind is one function and
/// one entry, with its keys, in the table of its factory.
namespace nudipole::experiment {

/// Where a part may find its tables.
struct Context {
  DataFolder* data;
  std::string folder;  ///< the experiment's own folder below the data root

  [[nodiscard]] const config::Table& table(const std::string& file) const {
    return data->table(folder + "/" + file);
  }
  /// A file of this folder, or "<shared>/<file>" of the folder `shared` that experiments share.
  [[nodiscard]] const config::Table& shared_table(const std::string& file,
                                                  const std::string& shared) const {
    return file.starts_with(shared + "/") ? data->table(file) : table(file);
  }
};

/// A kind of neutrino source of a program's own: DataFolder::add_flux_kind.
struct FluxKind {
  config::Kind kind;  ///< its word in experiment.yaml, a line for people, its keys
  std::function<flux::Source(const config::Section&, const Context&)> build;
};

/// Kinds of neutrino source that make_flux knows by itself.
std::vector<std::string> flux_kinds();

// What the section of each part may hold, then the builder that takes it. All keys with unit, range
// and default are in data/README.md, printed from these schemas. Builders throw DataError, which
// names file, line and key, for values that the schema cannot judge, and for bad tables.

/// \param more  kinds of the program's own
config::Schema flux_schema(const std::vector<std::shared_ptr<const FluxKind>>& more = {});
/// Neutrinos at the detector, one component a flavour and process. Reads the number of sources
/// (protons, power or a flux), the distance and the time, and which published spectra to take.
/// Kinds of the context's data folder count as well.
flux::Source make_flux(const config::Section& section, const Context& context);
config::Schema quenching_schema();
/// Recoil energy [MeV] -> electron-equivalent energy [MeV]. Reads numbers (`k`, `factor`,
/// coefficients) or a `table` with columns of energy and factor.
std::shared_ptr<const detector::Quenching> make_quenching(const config::Section& section,
                                                          const Context& context);
config::Schema smearing_schema();
/// Electron-equivalent [MeV] -> distribution of the observed energy. Reads `yield_per_keVee` or a
/// width by noise, pairs and Fano factor, and `truncation`.
std::shared_ptr<const detector::Smearing> make_smearing(const config::Section& section,
                                                        const Context& context);
config::Schema efficiency_schema();
/// A selection and what it is a function of (`variable`). Reads numbers of a curve or a `table`.
/// \param observed_unit  of the observed energy, e.g. "PE"
detector::AppliedEfficiency make_efficiency(const config::Section& section, const Context& context,
                                            const std::string& observed_unit);

/// Time structure of an experiment: bins and selection, with the arrival classes of its source.
struct TimeAxis {
  math::BinAxis axis;
  std::shared_ptr<const detector::Efficiency> efficiency;  ///< may be null
  std::map<std::string, std::vector<double>> arrival;      ///< class -> factor per time bin
};
config::Schema time_schema();
/// Reads `edges_us`, `arrival` (class -> column of a profile or an exponential) and `efficiency`.
TimeAxis make_time_axis(const config::Section& section, const Context& context);

config::Schema background_schema();
/// What a background may depend on beside its own tables.
struct BackgroundSetting {
  const math::Binning* binning;          ///< of the experiment, the energy first
  const TimeAxis* time;                  ///< null when there is no time axis
  const Eigen::ArrayXd* standard_model;  ///< neutrino events of the experiment [bin]
};
/// Expected background events in every bin of the experiment [bin]. Reads `events` (their sum) with
/// shapes along `energy` and `time`, or a `table` and `column` of all bins.
Eigen::ArrayXd make_background(const config::Section& section, const Context& context,
                               const BackgroundSetting& setting);

config::Schema parametric_background_schema();
/// A background whose shape has free parameters, which are nuisances of the experiment. Reads
/// energies [keVee] of its lines and `parameters`: role -> nuisance.
/// \param name       what tables call it
/// \param nuisances  of the experiment, in the order of its likelihood term
std::shared_ptr<const likelihood::ParametricBackground> make_parametric_background(
    const config::Section& section, const std::string& name, const math::Binning& binning,
    const std::vector<likelihood::Nuisance>& nuisances);

config::Schema data_schema();
/// Measured values with the statistic that compares expectations with them.
struct Data {
  std::shared_ptr<const likelihood::Statistic> statistic;
  Eigen::ArrayXd observed;  ///< [bin]
};
/// Reads `table`, `column`, and what the statistic needs (`floor`; `error` or `variance`).
Data make_data(const config::Section& section, const Context& context,
               const math::Binning& binning);

}  // namespace nudipole::experiment
