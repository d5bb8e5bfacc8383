#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"

#include <cmath>
#include <memory>
#include <string>

using namespace nudipole;
using experiment::Experiment;
using prediction::Scattering;

namespace {

/// The toy with further sections and, for two or more dimensions, its own table of cells.
struct Folder {
  std::unique_ptr<test::DetectorFolder> tree = std::make_unique<test::DetectorFolder>();

  explicit Folder(const std::string& sections) {
    tree->replace("toy/experiment.yaml", "backgrounds:\n", sections + "backgrounds:\n");
    tree->write("toy/arrival.csv",
                "time_lo [us],time_hi [us],prompt [1/bin],delayed [1/bin]\n0,1,0.75,0.25\n"
                "1,6,0.25,0.5\n6,12,0,0.25\n");
  }
};

constexpr const char* arrival = "arrival: {table: arrival.csv, classes: [prompt, delayed]}";

/// Four energy bins x two classes x two times; the third energy bin is empty.
constexpr const char* cells =
    "energy_lo [PE],energy_hi [PE],class_lo [-],class_hi [-],time_lo [us],time_hi [us],n "
    "[counts],shape "
    "[counts]\n"
    "4,8,0,1,0,1,40,1\n4,8,0,1,1,3,41,3\n4,8,1,2,0,1,42,2\n4,8,1,2,1,3,43,2\n"
    "8,12,0,1,0,1,40,4\n8,12,0,1,1,3,41,0\n8,12,1,2,0,1,42,0\n8,12,1,2,1,3,43,12\n"
    "12,20,0,1,0,1,40,0\n12,20,0,1,1,3,41,0\n12,20,1,2,0,1,42,0\n12,20,1,2,1,3,43,0\n"
    "20,40,0,1,0,1,40,1\n20,40,0,1,1,3,41,1\n20,40,1,2,0,1,42,1\n20,40,1,2,1,3,43,1\n";

Folder three_dimensions(const std::string& spread) {
  Folder folder{
      "companions:\n  axes:\n    - {name: class, unit: \"-\", edges: [0, 1, 2]}\n"
      "    - {name: time, unit: us, edges: [0, 1, 3]}\n  spread: " +
      spread + "\n"};
  folder.tree->write("toy/cells.csv", cells);
  folder.tree->replace("toy/experiment.yaml",
                       "{kind: table, table: bins.csv, column: ambient, events: 60}",
                       "{kind: table, table: cells.csv, column: n}");
  folder.tree->replace("toy/experiment.yaml", "data: {kind: poisson, table: bins.csv",
                       "data: {kind: poisson, table: cells.csv");
  return folder;
}

Eigen::ArrayXd cevns(const Experiment& toy) {
  return toy.signal().standard_model(Scattering::nucleus).col(0);
}

}  // namespace

TEST_CASE("A time window without bins keeps the share of each arrival class") {
  const test::DetectorFolder plain;
  const Experiment all = plain.load();
  std::map<std::string, double> expected{{"nu_mu", 1.0}, {"nubar_mu", 0.75}, {"nu_e", 0.75}};
  std::map<std::string, Eigen::ArrayXd> before;
  for (const flux::Component& component : all.signal().source().components) {
    before[component.name] = all.signal().standard_model(Scattering::nucleus, component).col(0);
  }
  const Folder folder{"time: {kind: window, edges_us: [0, 6], " + std::string{arrival} + "}\n"};
  const Experiment toy = folder.tree->load();
  CHECK(toy.binning().axes.size() == 1);
  for (const flux::Component& component : toy.signal().source().components) {
    const Eigen::ArrayXd after = toy.signal().standard_model(Scattering::nucleus, component).col(0);
    CHECK((after - expected.at(component.name) * before.at(component.name)).abs().maxCoeff() <
          1e-12);
  }
}

TEST_CASE("Time may be switched off or be wrong") {
  CHECK(Folder{"time: {kind: none}\n"}.tree->load().binning().axes.size() == 1);
  const auto refused = [](const std::string& section, std::initializer_list<std::string> message) {
    const Folder folder{section + "\n"};
    test::check_throws<DataError>([&] { (void)folder.tree->load(); }, message);
  };
  refused("time: {kind: windw}", {"time.kind", "did you mean 'window'?"});
  refused("time: {kind: none, edges_us: [0, 6]}", {"time.edges_us", "unknown key"});
  refused("time: {kind: window, edges_us: [0, 1, 6], " + std::string{arrival} + "}",
          {"time.edges_us", "two edges"});
  refused(
      "time: {kind: window, edges_us: [0, 6], arrival: {table: arrival.csv, classes: [prompt]}}",
      {"time.arrival", "no arrival class 'delayed'"});
}

TEST_CASE("Signal events spread over cells as the table says, for each energy bin") {
  Eigen::ArrayXd energies;
  {
    const test::DetectorFolder plain;
    energies = cevns(plain.load());
  }
  const Folder folder = three_dimensions(
      "{kind: table, table: cells.csv, column: shape, normaliser: {table: cells.csv, column: "
      "shape}}");
  const Experiment toy = folder.tree->load();
  REQUIRE(toy.binning().size() == 16);
  const Eigen::ArrayXd events = cevns(toy);
  const double shares[4][4] = {{0.125, 0.375, 0.25, 0.25},
                               {0.25, 0.0, 0.0, 0.75},
                               {0.25, 0.0, 0.0, 0.75},  // empty: as the bin below
                               {0.25, 0.25, 0.25, 0.25}};
  for (Eigen::Index e = 0; e < 4; ++e) {
    for (Eigen::Index c = 0; c < 4; ++c) {
      CHECK(events(4 * e + c) == Approx(shares[e][c] * energies(e)).epsilon(1e-13));
    }
  }
}

TEST_CASE("A pulse puts prompt and delayed neutrinos at their times") {
  const Folder folder = three_dimensions(
      "{kind: pulse, table: cells.csv, column: shape, normaliser: {table: cells.csv, column: "
      "shape}, "
      "mean_us: 0.5, width_us: 0.2, lifetimes_us: {prompt: 0, delayed: 2.2}}");
  const Experiment toy = folder.tree->load();
  // Shares by a sum over 20000 start times of the pulse: error below 1e-8.
  double shares[2][2] = {};
  constexpr int steps = 20000;
  for (int i = 0; i < steps; ++i) {
    const double z = -8.0 + 16.0 * (i + 0.5) / steps;
    const double weight =
        std::exp(-0.5 * z * z) * 16.0 / steps / std::sqrt(2.0 * 3.14159265358979324);
    const double start = 0.5 + 0.2 * z;
    const auto arrived = [&](double t) {
      return t > start ? 1.0 - std::exp((start - t) / 2.2) : 0.0;
    };
    const double edges[] = {0.0, 1.0, 3.0};
    for (int bin = 0; bin < 2; ++bin) {
      if (start >= edges[bin] && start < edges[bin + 1]) shares[0][bin] += weight;
      shares[1][bin] += weight * (arrived(edges[bin + 1]) - arrived(edges[bin]));
    }
  }
  const double classes[4] = {0.5, 0.5, 0.25, 0.75};  // of the first two energy bins
  for (const flux::Component& component : toy.signal().source().components) {
    const Eigen::ArrayXd events =
        toy.signal().standard_model(Scattering::nucleus, component).col(0);
    const int kind = component.arrival == "prompt" ? 0 : 1;
    const double kept = shares[kind][0] + shares[kind][1];
    for (Eigen::Index e = 0; e < 2; ++e) {
      const double sum = events.segment(4 * e, 4).sum();
      if (sum == 0.0) continue;
      for (Eigen::Index c = 0; c < 2; ++c) {
        for (Eigen::Index t = 0; t < 2; ++t) {
          CHECK(events(4 * e + 2 * c + t) / sum ==
                Approx(classes[2 * e + c] * shares[kind][t] / kept).epsilon(2e-4));
        }
      }
    }
  }
}

TEST_CASE("Companions that are not well defined are refused with their place") {
  const auto refused = [](const std::string& spread, std::initializer_list<std::string> message) {
    INFO(spread);
    const Folder folder = three_dimensions(spread);
    test::check_throws<DataError>([&] { (void)folder.tree->load(); }, message);
  };
  const std::string normaliser = "normaliser: {table: cells.csv, column: shape}";
  refused("{kind: tabel}", {"companions.spread.kind", "did you mean 'table'?"});
  refused("{kind: table, table: bins.csv, column: n, " + normaliser + "}",
          {"companions.spread.table", "16, one a bin"});
  refused("{kind: pulse, table: cells.csv, column: shape, " + normaliser +
              ", mean_us: 0.5, width_us: 0.2, lifetimes_us: {prompt: 0}}",
          {"companions.spread", "no arrival class 'delayed'"});
  refused("{kind: pulse, table: cells.csv, column: shape, " + normaliser +
              ", mean_us: 0.5, width_us: 0, lifetimes_us: {prompt: 0}}",
          {"companions.spread.width_us"});
  const Folder both = three_dimensions("{kind: table}");
  both.tree->replace("toy/experiment.yaml", "companions:\n", "time: {kind: none}\ncompanions:\n");
  test::check_throws<DataError>([&] { (void)both.tree->load(); },
                                {"companions", "'companions' and 'time' cannot both be given"});
}

TEST_CASE("Gaussian errors may be a sum of counts and grow by a share of predictions") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml",
               "{data: {kind: gaussian, table: bins.csv, column: n, error: error}}",
               "{data: {kind: gaussian, table: bins.csv, column: n, variance: [n, ambient], "
               "relative_error: {fraction: 0.5, columns: [ambient, error]}}}");
  const Experiment toy = tree.load({{"data", "gaussian"}});
  Eigen::ArrayXd moved = toy.observed();
  moved(1) += 1.0;
  Eigen::ArrayXd slope;
  // Bin 2 by hand: 104 + 30 + (0.5 (30 + 10.5))^2.
  CHECK(toy.term().statistic().deviance(moved, toy.term().observe(toy.observed()), slope) ==
        Approx(1.0 / (134.0 + 20.25 * 20.25)).epsilon(1e-13));
}
