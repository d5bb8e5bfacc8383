#include "factory_table.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/likelihood/electron_capture_background.hpp"

#include <algorithm>

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Range;
using config::Schema;
using config::Section;
using BackgroundPtr = std::shared_ptr<const likelihood::ParametricBackground>;

/// Index of the nuisance that a key of `parameters` names.
std::size_t nuisance_index(const Section& parameters, const std::string& key,
                           const std::vector<likelihood::Nuisance>& nuisances) {
  const std::string name = parameters.text(key);
  const auto found = std::ranges::find(nuisances, name, &likelihood::Nuisance::name);
  if (found == nuisances.end()) {
    std::vector<std::string> names;
    for (const likelihood::Nuisance& nuisance : nuisances) names.push_back(nuisance.name);
    parameters.fail(key, "no nuisance is called '" + name + "'", "a name under 'nuisances'",
                    config::did_you_mean(name, names));
  }
  return static_cast<std::size_t>(found - nuisances.begin());
}

// In the order of ElectronCaptureParameter.
const std::array<config::Choice, likelihood::electron_capture_parameter_count>
    electron_capture_parameters{{{"constant", "constant part"},
                                 {"amplitude", "exponential at the reference energy"},
                                 {"peak", "area of L1"},
                                 {"ln_decay", "ln of the exponential's decay energy in keV"},
                                 {"l1_energy", "energy of L1"},
                                 {"width", "width of L1 and L2"},
                                 {"m_ratio", "area of M over that of L1"}}};

BackgroundPtr electron_capture(const Section& section, const std::string& name,
                               const math::BinAxis& energy,
                               const std::vector<likelihood::Nuisance>& nuisances) {
  if (energy.unit != "keVee") {
    section.fail("kind", "needs an energy axis in keVee, this one is in " + energy.unit);
  }
  const likelihood::ElectronCaptureShape shape{
      .reference_energy_keV = section.number("reference_energy_keVee"),
      .l2_energy_keV = section.number("l2_energy_keVee"),
      .l2_share = section.number("l2_share"),
      .m_energy_keV = section.number("m_energy_keVee"),
      .m_width_keV = section.number("m_width_keVee")};
  const Section parameters = section.section("parameters");
  std::array<std::size_t, electron_capture_parameters.size()> indices{};
  for (std::size_t k = 0; k < indices.size(); ++k) {
    indices[k] = nuisance_index(parameters, electron_capture_parameters[k].word, nuisances);
  }
  std::vector<double> centres;
  for (std::size_t bin = 0; bin < energy.size(); ++bin) {
    centres.push_back(0.5 * (energy.edges[bin] + energy.edges[bin + 1]));
  }
  return likelihood::electron_capture_background(name, centres, shape, indices);
}

using Builder = BackgroundPtr (*)(const Section&, const std::string&, const math::BinAxis&,
                                  const std::vector<likelihood::Nuisance>&);

std::vector<Key> electron_capture_keys() {
  Schema parameters;
  for (const config::Choice& parameter : electron_capture_parameters) {
    parameters.keys.push_back(Key::text(parameter.word, parameter.what));
  }
  return {Key::number("reference_energy_keVee", "where the exponential has its amplitude",
                      Range::positive()),
          Key::number("l2_energy_keVee", "energy of L2", Range::positive()),
          Key::number("l2_share", "area of L2 over that of L1", Range::non_negative()),
          Key::number("m_energy_keVee", "energy of M", Range::positive()),
          Key::number("m_width_keVee", "width of M", Range::positive()),
          Key::section("parameters", "the nuisances of kind parameter that are its parameters",
                       parameters)};
}

const detail::FactoryTable<Builder>& builders() {
  static const detail::FactoryTable<Builder> table{
      {{"electron_capture", "constant, exponential and the 71Ge lines L1, L2, M at bin centres",
        electron_capture_keys()},
       electron_capture}};
  return table;
}

}  // namespace

config::Schema parametric_background_schema() { return detail::schema_of(builders()); }

BackgroundPtr make_parametric_background(const Section& section, const std::string& name,
                                         const math::Binning& binning,
                                         const std::vector<likelihood::Nuisance>& nuisances) {
  if (binning.axes.size() != 1) {
    section.fail("", "a background of free shape needs an experiment with energy bins only");
  }
  return detail::find_builder(builders(), section)(section, name, binning.axes.front(), nuisances);
}

}  // namespace nudipole::experiment
