#include "factory_table.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/experiment/factories.hpp"
#include "reactor_flux.hpp"
#include "solar_factory.hpp"

namespace nudipole::experiment {
namespace {

using config::Range;
using config::Section;

flux::Source pion_decay_at_rest(const Section& section, const Context&) {
  return flux::pion_decay_at_rest(
      {.protons_on_target = section.number("protons_on_target", Range::positive()),
       .neutrinos_per_proton = section.number("neutrinos_per_proton", Range::positive()),
       .distance_cm = units::cm_per_m * section.number("distance_m", Range::positive())});
}

using Builder = flux::Source (*)(const Section&, const Context&);

const detail::FactoryTable<Builder>& builders() {
  static const detail::FactoryTable<Builder> table{{"pion_decay_at_rest", pion_decay_at_rest},
                                                   {"reactor", detail::make_reactor},
                                                   {"solar_8b", detail::solar_8b}};
  return table;
}

}  // namespace

std::vector<std::string> flux_kinds() {
  std::vector<std::string> kinds;
  for (const auto& entry : builders()) kinds.push_back(entry.first);
  return kinds;
}

flux::Source make_flux(const Section& section, const Context& context) {
  flux::Source source = detail::find_builder(builders(), section)(section, context);
  section.finish();
  return source;
}

}  // namespace nudipole::experiment
