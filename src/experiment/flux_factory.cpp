#include "factory_table.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/experiment/factories.hpp"
#include "reactor_flux.hpp"
#include "solar_factory.hpp"
#include "table_flux.hpp"

namespace nudipole::experiment {
namespace {

using config::Key;
using config::Range;
using config::Section;

flux::Source pion_decay_at_rest(const Section& section, const Context&) {
  return flux::pion_decay_at_rest({.protons_on_target = section.number("protons_on_target"),
                                   .neutrinos_per_proton = section.number("neutrinos_per_proton"),
                                   .distance_cm = units::cm_per_m * section.number("distance_m")});
}

using Builder = flux::Source (*)(const Section&, const Context&);

const detail::FactoryTable<Builder>& builders() {
  static const detail::FactoryTable<Builder> table{
      {{"pion_decay_at_rest",
        "nu_mu, nu_e and nubar_mu of stopped pions and muons, one of each for a pion; arrival "
        "classes prompt and delayed",
        {Key::number("protons_on_target", "protons in the exposure", Range::positive()),
         Key::number("neutrinos_per_proton", "of each flavour", Range::positive()),
         Key::number("distance_m", "from target to detector", Range::positive())}},
       pion_decay_at_rest},
      {{"reactor", "nubar_e of fission and neutron capture; arrival class steady",
        detail::reactor_keys()},
       detail::make_reactor},
      {{"solar", "neutrinos of the Sun's sources; arrival class steady", detail::solar_keys()},
       detail::solar},
      {{"solar_8b", "8B neutrinos; arrival class steady", detail::solar_8b_keys()},
       detail::solar_8b},
      {{"table", "spectra and lines from tables", detail::table_flux_keys()}, detail::table_flux}};
  return table;
}

}  // namespace

std::vector<std::string> flux_kinds() {
  std::vector<std::string> kinds;
  for (const auto& factory : builders()) kinds.push_back(factory.kind.word);
  return kinds;
}

config::Schema flux_schema(const std::vector<std::shared_ptr<const FluxKind>>& more) {
  config::Schema schema = detail::schema_of(builders());
  for (const auto& own : more) schema.kinds.push_back(own->kind);
  return schema;
}

flux::Source make_flux(const Section& section, const Context& context) {
  if (context.data != nullptr) {
    for (const auto& own : context.data->flux_kinds()) {
      if (own->kind.word == section.kind()) return own->build(section, context);
    }
  }
  return detail::find_builder(builders(), section)(section, context);
}

}  // namespace nudipole::experiment
