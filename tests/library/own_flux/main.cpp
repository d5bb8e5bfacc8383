// A program outside the tree: own_flux DATA CONFIG evaluates a likelihood whose experiment names a
// kind of flux that only this program knows.
#include <nudipole/campaign/mass_likelihood.hpp>
#include <nudipole/experiment/factories.hpp>
#include <nudipole/run/input.hpp>

#include <iostream>

using namespace nudipole;

int main(int, char* argv[]) {
  experiment::DataFolder data{argv[1]};
  const auto build = [](const config::Section& section, const experiment::Context&) {
    return flux::pion_decay_at_rest({.protons_on_target = section.number("decays"),
                                     .neutrinos_per_proton = 1.0,
                                     .distance_cm = 1930.0});
  };
  const config::Key decays = config::Key::number("decays", "pions", config::Range::positive());
  data.add_flux_kind(std::make_shared<const experiment::FluxKind>(
      experiment::FluxKind{{"my_source", "pions that decay 19.3 m away", {decays}}, build}));
  const campaign::MassLikelihood likelihood{run::load_setup(argv[2], data), 10.0};
  std::cout.precision(17);
  std::cout << likelihood(2e-9) << "\n" << likelihood.limit(0.90, 1).poi << "\n";
}
