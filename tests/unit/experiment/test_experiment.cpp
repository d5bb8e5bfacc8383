// A made-up detector of known kinds is a folder of files: loading and predicting need no C++.
#include "nudipole/experiment/experiment.hpp"

#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/signals.hpp"

#include <cmath>

using namespace nudipole;
using experiment::Experiment;
using prediction::Scattering;

TEST_CASE("A made-up detector loads as its file says") {
  const test::DetectorFolder tree;
  const Experiment toy = tree.load();
  CHECK(toy.name() == "toy");
  REQUIRE(toy.binning().axes.size() == 1);
  CHECK(toy.binning().axes[0].name == "energy");
  CHECK(toy.binning().axes[0].unit == "PE");
  CHECK(toy.binning().axes[0].edges == std::vector<double>{4.0, 8.0, 12.0, 20.0, 40.0});
  CHECK(toy.overlaps() ==
        std::map<std::string, std::string>{{"other_toy", "it counts the same events"}});

  const likelihood::Term& term = toy.term();
  REQUIRE(term.components().size() == 3);
  CHECK(term.components()[0].name == "cevns");
  CHECK(term.components()[1].name == "eves");
  CHECK(term.components()[2].name == "ambient");
  CHECK(term.components()[0].scaled_by == std::vector<std::size_t>{0});
  CHECK(term.components()[1].scaled_by == std::vector<std::size_t>{0});
  CHECK(term.components()[2].scaled_by == std::vector<std::size_t>{1});
  CHECK(toy.observed()(2) == 125.0);
}

TEST_CASE("Nuisances are wide, but never make events negative, unless the file narrows them") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "width: 0.05, scales",
               "width: 0.5, lower: -0.3, upper: 0.7, scales");
  const Experiment toy = tree.load();
  const auto& nuisances = toy.term().nuisances();
  REQUIRE(nuisances.size() == 2);
  CHECK(nuisances[0].name == "toy_signal");
  CHECK(nuisances[0].centre == 0.0);
  CHECK(nuisances[0].width == 0.1);
  CHECK(nuisances[0].prior == likelihood::Prior::gaussian);
  CHECK(nuisances[0].lower > -1.0);
  CHECK(nuisances[0].lower <= -0.5);
  CHECK(nuisances[0].upper >= 0.5);
  CHECK(nuisances[1].lower == -0.3);
  CHECK(nuisances[1].upper == 0.7);
}

TEST_CASE("A background table has its shape and the events of its key") {
  const test::DetectorFolder tree;
  const Eigen::ArrayXd ambient = tree.load().term().components()[2].events;
  CHECK(ambient.sum() == Approx(60.0).epsilon(1.0e-14));
  CHECK(ambient(0) == Approx(60.0 * 0.4).epsilon(1.0e-14));
  CHECK(ambient(3) == Approx(60.0 * 0.1).epsilon(1.0e-14));

  // Empty bins below a floor count as the floor: 40 30 20 10 become 40 30 25 25.
  tree.replace("toy/experiment.yaml", "events: 60}", "events: 60, floor: 25}");
  CHECK(tree.load().term().components()[2].events(3) == Approx(60.0 * 25.0 / 120.0));
}

TEST_CASE("A factorised background of a detector without time axis has its energy shape") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", "{kind: table, table: bins.csv, column: ambient, events: 60}",
               "{kind: factorised, events: 60, energy: {kind: histogram, table: fine.csv, "
               "column: p}}");
  // Two fine bins inside 4..8, one in 8..12, none in 12..20, rows outside do not count.
  tree.write("toy/fine.csv",
             "energy_lo [PE],energy_hi [PE],p [1/bin]\n"
             "0,4,9\n4,6,0.1\n6,8,0.2\n8,12,0.6\n20,30,0.3\n40,41,7\n");
  const Eigen::ArrayXd ambient = tree.load().term().components()[2].events;
  CHECK(ambient(0) == Approx(60.0 * 0.3 / 1.2));
  CHECK(ambient(1) == Approx(60.0 * 0.6 / 1.2));
  CHECK(ambient(2) == 0.0);
  CHECK(ambient(3) == Approx(60.0 * 0.3 / 1.2));
}

TEST_CASE("Twice the mass gives twice the signal and the same background") {
  const test::DetectorFolder tree;
  const Experiment single = tree.load();
  const Experiment twice = tree.load({{"mass", "double"}});
  for (const std::size_t component : {0U, 1U}) {
    const Eigen::ArrayXd ratio =
        twice.term().components()[component].events / single.term().components()[component].events;
    CHECK((ratio - 2.0).abs().maxCoeff() < 1.0e-12);
  }
  CHECK((twice.term().components()[2].events == single.term().components()[2].events).all());
  const auto portal = single.signal().dipole(10.0).total(PortalFlavour::universal);
  const auto portal_twice = twice.signal().dipole(10.0).total(PortalFlavour::universal);
  CHECK((portal_twice / portal - 2.0).abs().maxCoeff() < 1.0e-12);
}

TEST_CASE("Signals scale with protons, yield and the inverse square of the distance") {
  const test::DetectorFolder tree;
  const double before = tree.load().signal().standard_model(Scattering::nucleus).sum();
  const auto after = [&](const std::string& from, const std::string& to) {
    tree.replace("toy/experiment.yaml", from, to);
    const double events = tree.load().signal().standard_model(Scattering::nucleus).sum();
    tree.replace("toy/experiment.yaml", to, from);
    return events;
  };
  CHECK(after("protons_on_target: 2.0e23", "protons_on_target: 6.0e23") / before ==
        Approx(3.0).epsilon(1.0e-12));
  CHECK(after("neutrinos_per_proton: 0.09", "neutrinos_per_proton: 0.18") / before ==
        Approx(2.0).epsilon(1.0e-12));
  CHECK(after("distance_m: 25", "distance_m: 50") / before == Approx(0.25).epsilon(1.0e-12));
}

TEST_CASE("The likelihood is the Poisson deviance of signal, backgrounds and portal") {
  const test::DetectorFolder tree;
  const Experiment toy = tree.load();
  const auto portal = toy.signal().dipole(10.0).total(PortalFlavour::mu);
  const likelihood::Observed observed = toy.term().observe(toy.observed());
  const Eigen::Array4d counts{150.0, 104.0, 125.0, 90.0};
  Eigen::ArrayXd signal_and_background = 60.0 * Eigen::Array4d{0.4, 0.3, 0.2, 0.1};
  for (const Scattering scattering : {Scattering::nucleus, Scattering::electron}) {
    signal_and_background += toy.signal().standard_model(scattering).col(0);
  }
  const std::vector<double> no_pulls(2);
  for (const double x_mu_B2 : {0.0, 1.0e-18, 1.0e-14}) {
    const Eigen::ArrayXd expected = signal_and_background + x_mu_B2 * portal.col(0);
    const double deviance = 2.0 * (expected - counts + counts * (counts / expected).log()).sum();
    CHECK(toy.term().evaluate(test::signal_at(x_mu_B2, portal), no_pulls, observed, {}) ==
          Approx(deviance).epsilon(1.0e-12));  // rounding
  }
}

TEST_CASE("A time axis divides the events of each arrival class") {
  const test::DetectorFolder tree;
  const Experiment without = tree.load();
  tree.replace("toy/experiment.yaml", "backgrounds:\n",
               "time:\n  edges_us: [0, 1, 6]\n"
               "  arrival: {table: arrival.csv, classes: [prompt, delayed]}\nbackgrounds:\n");
  tree.replace("toy/experiment.yaml", "kind: table, table: bins.csv, column: ambient, events: 60",
               "kind: factorised, events: 60, energy: {kind: counts, table: bins.csv, column: "
               "ambient}, time: {kind: exponential, rate_per_us: 0.1}");
  tree.write("toy/arrival.csv",
             "time_lo [us],time_hi [us],prompt [1/bin],delayed [1/bin]\n"
             "0,1,0.75,0.25\n1,3,0.25,0.25\n3,6,0,0.125\n");
  std::string counts = "energy_lo [PE],energy_hi [PE],time_lo [us],time_hi [us],n [counts]\n";
  for (const char* energy : {"4,8", "8,12", "12,20", "20,40"}) {
    for (const char* time : {",0,1,10\n", ",1,6,20\n"}) counts += energy + std::string{time};
  }
  tree.write("toy/counts.csv", counts);
  tree.replace("toy/experiment.yaml", "data: {kind: poisson, table: bins.csv",
               "data: {kind: poisson, table: counts.csv");
  const Experiment with = tree.load();
  REQUIRE(with.binning().size() == 8);
  for (const flux::Component& component : without.signal().source().components) {
    INFO(component.name);
    const auto whole = without.signal().standard_model(Scattering::nucleus, component);
    const auto parts = with.signal().standard_model(Scattering::nucleus, component);
    const bool prompt = component.arrival == "prompt";
    for (Eigen::Index energy = 0; energy < 4; ++energy) {
      // Shares of the table: prompt .75 and .25, delayed .25 and .375.
      CHECK(parts(2 * energy) == Approx((prompt ? 0.75 : 0.25) * whole(energy)));
      CHECK(parts(2 * energy + 1) == Approx((prompt ? 0.25 : 0.375) * whole(energy)));
    }
  }
  // exp(-0.1 t): shares 1 - e^-.1 and e^-.1 - e^-.6, normalised.
  const Eigen::ArrayXd ambient = with.term().components()[2].events;
  CHECK(ambient.sum() == Approx(60.0));
  CHECK(ambient(0) == Approx(60.0 * 0.4 * (1.0 - std::exp(-0.1)) / (1.0 - std::exp(-0.6))));
}
