#include "nudipole/experiment/factories.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

using namespace nudipole;
using experiment::DataFolder;
using experiment::Experiment;
using experiment::FluxKind;

namespace {

/// Decaying pions 25 m away: the toy's source under another word.
FluxKind own_source() {
  return {{"own", "decaying pions", {config::Key::number("decays", "", config::Range::positive())}},
          [](const config::Section& section, const experiment::Context&) {
            return flux::pion_decay_at_rest({.protons_on_target = section.number("decays"),
                                             .neutrinos_per_proton = 1.0,
                                             .distance_cm = 2500.0});
          }};
}

void use_own_source(const test::DetectorFolder& tree) {
  tree.replace("toy/experiment.yaml",
               "  kind: pion_decay_at_rest\n  protons_on_target: 2.0e23\n"
               "  neutrinos_per_proton: 0.09\n  distance_m: 25\n",
               "  kind: own\n  decays: 1.8e22\n");
}

}  // namespace

TEST_CASE("An experiment may name a kind of flux that the program brings along") {
  const test::DetectorFolder tree;
  const Eigen::ArrayXXd expected =
      tree.load().signal().standard_model(prediction::Scattering::nucleus);
  use_own_source(tree);
  test::check_throws<DataError>([&] { (void)tree.load(); }, {"flux.kind", "own"});

  DataFolder data{tree.root()};
  data.add_flux_kind(std::make_shared<const FluxKind>(own_source()));
  const Experiment experiment = Experiment::load(data, {.name = "toy"});
  const Eigen::ArrayXXd events =
      experiment.signal().standard_model(prediction::Scattering::nucleus);
  // 2.0e23 x 0.09 and 1.8e22 differ in the last bit.
  CHECK((events / expected - 1.0).abs().maxCoeff() < 1.0e-14);
  CHECK(Experiment::summarise(data, {.name = "toy"}).title == "A made-up detector");

  tree.replace("toy/experiment.yaml", "decays: 1.8e22", "decays: -1");
  DataFolder again{tree.root()};
  again.add_flux_kind(std::make_shared<const FluxKind>(own_source()));
  test::check_throws<DataError>([&] { (void)Experiment::load(again, {.name = "toy"}); },
                                {"flux.decays", "> 0"});
}

TEST_CASE("A kind of flux needs a word of its own") {
  const test::DetectorFolder tree;
  DataFolder data{tree.root()};
  data.add_flux_kind(std::make_shared<const FluxKind>(own_source()));
  FluxKind reactor = own_source();
  reactor.kind.word = "reactor";
  for (const FluxKind& taken : {own_source(), reactor}) {
    test::check_throws<ConfigError>(
        [&] { data.add_flux_kind(std::make_shared<const FluxKind>(taken)); },
        {"'" + taken.kind.word + "'", "another word"});
  }
}
