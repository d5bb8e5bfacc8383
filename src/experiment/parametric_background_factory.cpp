#include "factory_table.hpp"
#include "nudipole/config/suggestion.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/likelihood/electron_capture_background.hpp"

#include <algorithm>

namespace nudipole::experiment {
namespace {

using config::Range;
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

BackgroundPtr electron_capture(const Section& section, const std::string& name,
                               const math::BinAxis& energy,
                               const std::vector<likelihood::Nuisance>& nuisances) {
  if (energy.unit != "keVee") {
    section.fail("kind", "needs an energy axis in keVee, this one is in " + energy.unit);
  }
  const likelihood::ElectronCaptureShape shape{
      .reference_energy_keV = section.number("reference_energy_keVee", Range::positive()),
      .l2_energy_keV = section.number("l2_energy_keVee", Range::positive()),
      .l2_share = section.number("l2_share", Range::non_negative()),
      .m_energy_keV = section.number("m_energy_keVee", Range::positive()),
      .m_width_keV = section.number("m_width_keVee", Range::positive())};
  // In the order of ElectronCaptureParameter.
  const std::array<const char*, likelihood::electron_capture_parameter_count> keys{
      "constant", "amplitude", "peak", "ln_decay", "l1_energy", "width", "m_ratio"};
  const Section parameters = section.section("parameters");
  std::array<std::size_t, keys.size()> indices{};
  for (std::size_t k = 0; k < keys.size(); ++k) {
    indices[k] = nuisance_index(parameters, keys[k], nuisances);
  }
  parameters.finish();
  std::vector<double> centres;
  for (std::size_t bin = 0; bin < energy.size(); ++bin) {
    centres.push_back(0.5 * (energy.edges[bin] + energy.edges[bin + 1]));
  }
  return likelihood::electron_capture_background(name, centres, shape, indices);
}

using Builder = BackgroundPtr (*)(const Section&, const std::string&, const math::BinAxis&,
                                  const std::vector<likelihood::Nuisance>&);

}  // namespace

BackgroundPtr make_parametric_background(const Section& section, const std::string& name,
                                         const math::Binning& binning,
                                         const std::vector<likelihood::Nuisance>& nuisances) {
  static const detail::FactoryTable<Builder> table{{"electron_capture", electron_capture}};
  const Builder builder = detail::find_builder(table, section);
  if (binning.axes.size() != 1) {
    section.fail("", "a background of free shape needs an experiment with energy bins only");
  }
  BackgroundPtr background = builder(section, name, binning.axes.front(), nuisances);
  section.finish();
  return background;
}

}  // namespace nudipole::experiment
