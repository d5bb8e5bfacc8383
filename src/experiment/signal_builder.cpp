#include "signal_builder.hpp"

#include "nudipole/core/units.hpp"
#include "nudipole/detector/probability_table.hpp"
#include "nudipole/math/linear_interpolation.hpp"
#include "nudipole/physics/coherent_scattering.hpp"
#include "target_factory.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace nudipole::experiment::detail {
namespace {

using config::Key;
using config::Section;

/// What the analysis counts.
struct Signals {
  bool nuclei;
  bool electrons;
  physics::CoherentTerms coherent_terms;
  prediction::DipoleChannels dipole_channels;
};

const config::Words<physics::CoherentTerms> coherent_terms{
    {physics::CoherentTerms::full, "full", "1 - T/E - M T/(2 E^2)"},
    {physics::CoherentTerms::leading, "leading", "without -T/E"}};
const config::Words<prediction::DipoleChannels> dipole_channels{
    {prediction::DipoleChannels::both, "both", "of nuclei and electrons"},
    {prediction::DipoleChannels::nuclear, "nuclear", "of nuclei"},
    {prediction::DipoleChannels::electron, "electron", "of electrons"}};

Signals read_signals(const Section& section) {
  Signals signals{};
  signals.nuclei = section.flag("nuclear_recoils");
  signals.electrons = section.flag("electron_recoils");
  signals.coherent_terms = section.one_of("cevns_terms", coherent_terms);
  signals.dipole_channels = section.one_of("dipole_channels", dipole_channels);
  if (!signals.nuclei && !signals.electrons) {
    section.fail("nuclear_recoils", "nothing recoils: electron_recoils is false too",
                 "true for one of the two");
  }
  if (signals.dipole_channels == prediction::DipoleChannels::nuclear && !signals.nuclei) {
    section.fail("dipole_channels", "nuclear recoils are switched off",
                 "nuclear_recoils: true, or another channel");
  }
  if (signals.dipole_channels == prediction::DipoleChannels::electron && !signals.electrons) {
    section.fail("dipole_channels", "electron recoils are switched off",
                 "electron_recoils: true, or another channel");
  }
  return signals;
}

/// Factor of Standard Model scattering on electrons against the recoil [MeV]; nothing when there is
/// none.
std::optional<math::LinearInterpolation> read_electron_ratio(const Section& signals,
                                                             const Context& context) {
  const auto section = signals.section_if("electron_ratio");
  if (!section) return std::nullopt;
  const config::Table& table = context.shared_table(section->text("table"), "elements");
  config::require_increasing(table, "recoil");
  std::vector<double> recoils_MeV;
  for (const double recoil_keV : table.column("recoil", "keV", config::Range::positive())) {
    recoils_MeV.push_back(units::MeV_per_keV * recoil_keV);
  }
  const auto ratio = table.column(section->text("column"), "-", config::Range::non_negative());
  return math::LinearInterpolation{std::move(recoils_MeV),
                                   {ratio.begin(), ratio.end()},
                                   math::Outside::hold,
                                   math::Outside::hold};
}

/// Response of one kind of recoil: its own quenching with the common smearing and efficiencies.
/// \param smearing  of the same response; null: it is made
detector::EnergyResponse make_response(const Section& response, const std::string& recoil,
                                       const Context& context, const std::string& observed_unit,
                                       std::shared_ptr<const detector::Smearing> smearing) {
  const auto given = response.section_if(recoil);
  if (!given) {
    response.fail(recoil, "the recoils that the signals count have no response",
                  "quenching of recoils of the " + recoil);
  }
  const Section& own = *given;
  auto quenching = make_quenching(own.section("quenching"), context);
  std::vector<detector::AppliedEfficiency> efficiencies;
  for (const Section& efficiency : response.sections("efficiencies")) {
    efficiencies.push_back(make_efficiency(efficiency, context, observed_unit));
  }
  if (!smearing) smearing = make_smearing(response.section("smearing"), context);
  return {std::move(quenching), std::move(smearing), std::move(efficiencies)};
}

/// Versions of one part of the experiment, each once, and which one every version of the file has.
struct PartVersions {
  std::vector<FileVersion> files;
  std::vector<std::size_t> of_file;
};

template <class Changes>
PartVersions versions_of(const VariedFile& files, Changes&& changes) {
  PartVersions part{.files = {files.versions.front()}, .of_file = {0}};
  for (std::size_t i = 1; i < files.versions.size(); ++i) {
    const FileVersion& version = files.versions[i];
    const bool changed = changes(version);
    if (changed) part.files.push_back(version);
    part.of_file.push_back(changed ? part.files.size() - 1 : 0);
  }
  return part;
}

/// Versions of the response to one kind of recoil: what concerns only the other leaves it alone.
PartVersions response_versions(const VariedFile& files, const std::string& other_recoil) {
  const std::string other = "response." + other_recoil;
  return versions_of(files, [&](const FileVersion& version) {
    FileVersion relevant = version;
    std::erase_if(relevant.changes, [&](const std::string& path) {
      return path == other || path.starts_with(other + ".");
    });
    return relevant.changes_in("response");
  });
}

/// Versions whose smearing is the nominal one share it: that is how the detector knows.
detector::ResponseMatrix tabulate_energies(const std::vector<FileVersion>& files,
                                           const std::string& recoil, const Context& context,
                                           const math::BinAxis& energy,
                                           const prediction::RecoilWindow& window,
                                           const std::vector<double>& extra_breaks_MeV,
                                           const math::PanelSettings& panels) {
  const auto nominal =
      make_smearing(files.front().file.section("response").section("smearing"), context);
  std::vector<detector::EnergyResponse> versions;
  versions.reserve(files.size());
  for (const FileVersion& version : files) {
    versions.push_back(make_response(version.file.section("response"), recoil, context, energy.unit,
                                     version.changes_in("response.smearing") ? nullptr : nominal));
  }
  return detector::tabulate(versions, energy, window.lower_MeV, window.upper_MeV, extra_breaks_MeV,
                            panels);
}

/// A response and the nuisances that it shifts with.
struct ShiftedResponse {
  detector::ResponseMatrix response;
  std::vector<Shift> shifts;
};

ShiftedResponse tabulate_probabilities(const std::vector<FileVersion>& files,
                                       const Context& context, const math::Binning& binning,
                                       const math::PanelSettings& panels) {
  std::vector<detector::ProbabilityTable> tables;
  std::vector<Shift> shifts;
  for (const FileVersion& file : files) {
    const Section response = file.file.section("response");
    ShiftedTable version = read_probability_table(response, context, binning);
    if (tables.empty()) shifts = version.shifts;
    if (version.shifts != shifts) {
      response.fail("shifts", "a version of the response has other shifts than the nominal one",
                    "the same nuisances and pulls, with other columns if need be");
    }
    tables.push_back(std::move(version.table));
  }
  return {detector::tabulate(tables, panels), std::move(shifts)};
}

/// What the detector does with recoils of nuclei.
ShiftedResponse nuclear_response(const std::vector<FileVersion>& files, const Context& context,
                                 const Bins& bins, const prediction::RecoilWindow& window,
                                 const math::PanelSettings& panels) {
  if (files.front().file.section("response").kind() == "energy") {
    return {tabulate_energies(files, "nucleus", context, bins.energy, window, {}, panels), {}};
  }
  return tabulate_probabilities(files, context, bins.binning, panels);
}

/// What the detector does with recoils of electrons.
detector::ResponseMatrix electron_response(const std::vector<FileVersion>& files,
                                           const Section& root, const Context& context,
                                           const Bins& bins, const flux::Source& source,
                                           const prediction::TargetMaterial& material,
                                           const math::LinearInterpolation* ratio,
                                           const math::PanelSettings& panels) {
  std::vector<double> breaks_MeV = material.electron_steps_MeV();
  if (ratio != nullptr) {
    breaks_MeV.insert(breaks_MeV.end(), ratio->knots().begin(), ratio->knots().end());
  }
  if (root.has("bins")) {
    root.section("signals").fail("electron_recoils",
                                 "a probability table is about recoils of nuclei only", "false");
  }
  return tabulate_energies(files, "electron", context, bins.energy,
                           prediction::electron_recoils(source), breaks_MeV, panels);
}

/// Shapes of the arrival classes of a source in every version of the other observables.
std::map<std::string, std::vector<prediction::ConditionalShape>> make_shapes(
    const PartVersions& part, const Context& context, const Bins& bins,
    const flux::Source& source) {
  std::map<std::string, std::vector<prediction::ConditionalShape>> shapes;
  for (std::size_t i = 0; i < part.files.size(); ++i) {
    const Section& file = part.files[i].file;
    const Observables observables =
        i == 0 ? bins.observables : read_observables(file, context, bins.energy);
    std::map<std::string, prediction::ConditionalShape> of_version;
    for (const flux::Component& component : source.components) {
      of_version.insert_or_assign(component.arrival, shape_of(observables, component, file));
    }
    for (auto& [arrival, shape] : of_version) shapes[arrival].push_back(std::move(shape));
  }
  return shapes;
}

/// Combinations of the points of the files' splines: the versions that each parabola has.
std::size_t spline_versions(const VariedFile& files) {
  std::size_t count = 1;
  for (const prediction::Variation& variation : files.variations) {
    if (variation.interpolation == prediction::Interpolation::spline) {
      count *= variation.points.size();
    }
  }
  return count;
}

/// All versions of the file and those with sources doubled, and in each all combinations of the
/// shifts' pulls.
/// \param splines  versions of the file that differ by splines alone; those of the file's nominal
///                 parabolas come first
std::vector<prediction::SignalVariant> list_variants(const PartVersions& nuclear,
                                                     const PartVersions& electron,
                                                     const PartVersions& shape, std::size_t splines,
                                                     const std::vector<OriginScaling>& scalings,
                                                     const std::vector<Shift>& shifts) {
  std::size_t combinations = 1;
  for (const Shift& shift : shifts) combinations *= shift.pulls.size();
  std::vector<prediction::SignalVariant> variants;
  const auto add = [&](std::size_t i, const std::vector<std::string>& doubled) {
    for (std::size_t shifted = 0; shifted < combinations; ++shifted) {
      variants.push_back(
          {.nuclear_block = static_cast<Eigen::Index>(nuclear.of_file[i] * combinations + shifted),
           .electron_block = static_cast<Eigen::Index>(electron.of_file[i]),
           .shape = shape.of_file[i],
           .doubled_origins = doubled});
    }
  };
  for (std::size_t i = 0; i < nuclear.of_file.size(); ++i) {
    add(i, {});
  }
  for (const OriginScaling& scaling : scalings) {
    for (std::size_t i = 0; i < splines; ++i) add(i, scaling.origins);
  }
  return variants;
}

}  // namespace

config::Schema signals_schema() {
  const config::Schema ratio{
      .keys = {Key::text("table",
                         "file of the experiment's folder, or elements/<file>, with recoil [keV]"),
               Key::text("column", "its column of the ratio [-]; held beyond its ends")}};
  return {.keys = {Key::flag("nuclear_recoils", "count recoils of nuclei").or_else(true),
                   Key::flag("electron_recoils", "count recoils of electrons"),
                   Key::choice("cevns_terms", "terms of the CEvNS cross section", coherent_terms)
                       .or_else("full"),
                   Key::section("electron_ratio",
                                "factor of Standard Model scattering on electrons, for what bound "
                                "electrons do otherwise than free ones",
                                ratio)
                       .optional(),
                   Key::choice("dipole_channels", "recoils that the dipole signal counts",
                               dipole_channels)
                       .or_else("both")}};
}

config::Schema response_schema() {
  const config::Schema recoil{
      .keys = {Key::section("quenching", "recoil energy -> electron-equivalent energy",
                            quenching_schema())}};
  return {
      .kinds = {{"energy",
                 "quenching, smearing and efficiencies",
                 {Key::section("nucleus", "of recoils of nuclei; required when signals count them",
                               recoil)
                      .optional(),
                  Key::section("electron",
                               "of recoils of electrons; required when signals count them", recoil)
                      .optional(),
                  Key::section("smearing", "electron-equivalent energy -> observable",
                               smearing_schema()),
                  Key::sections("efficiencies", "factors of the selection; may be empty",
                                efficiency_schema())}},
                probability_table_kind()},
      .default_kind = "energy"};
}

BuiltSignal build_signal(const VariedFile& files, const std::vector<OriginScaling>& scalings,
                         const Context& context, const Bins& bins,
                         const math::PanelSettings& panels) {
  const Section& root = files.versions.front().file;
  flux::Source source = make_flux(root.section("flux"), context);
  const Signals signals = read_signals(root.section("signals"));
  const prediction::TargetMaterial material =
      make_target(root.section("target"), *context.data,
                  signals.electrons ? ElectronTargets::free : ElectronTargets::none);
  const PartVersions nuclear = response_versions(files, "electron");
  const PartVersions electron = response_versions(files, "nucleus");
  const PartVersions shape = versions_of(
      files, [](const FileVersion& version) { return version.changes_in("companions"); });
  std::optional<prediction::RecoilChannel> nuclei;
  std::vector<Shift> shifts;
  if (signals.nuclei) {
    ShiftedResponse of_nuclei = nuclear_response(
        nuclear.files, context, bins, prediction::nuclear_recoils(source, material), panels);
    nuclei = prediction::nuclear_channel(material, std::move(of_nuclei.response));
    shifts = std::move(of_nuclei.shifts);
  }
  std::optional<prediction::RecoilChannel> electrons;
  if (signals.electrons) {
    const auto ratio = read_electron_ratio(root.section("signals"), context);
    const math::LinearInterpolation* const factor = ratio ? &*ratio : nullptr;
    electrons = prediction::electron_channel(
        material, source,
        electron_response(electron.files, root, context, bins, source, material, factor, panels),
        factor);
  }
  auto shapes = make_shapes(shape, context, bins, source);
  prediction::SignalModel model{
      {.source = std::move(source),
       .nuclei = std::move(nuclei),
       .electrons = std::move(electrons),
       .shapes = std::move(shapes),
       .variants =
           list_variants(nuclear, electron, shape, spline_versions(files), scalings, shifts),
       .coherent_terms = signals.coherent_terms,
       .dipole_channels = signals.dipole_channels}};
  return {std::move(model), std::move(shifts)};
}

}  // namespace nudipole::experiment::detail
