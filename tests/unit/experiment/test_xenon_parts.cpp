#include "nudipole/core/error.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/detector_folder.hpp"
#include "support/paths.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"

#include <array>
#include <filesystem>

using namespace nudipole;
using experiment::DataFolder;
using experiment::Experiment;

namespace {

namespace fs = std::filesystem;

/// A data tree with a small detector `nt` whose response is a table of probabilities: 2 runs x 2
/// classes, recoils 1, 2 and 4 keV, one shift of 1/2 and 2.
class ClassFolder {
 public:
  ClassFolder() {
    const fs::path data = test::data_dir();
    fs::copy(data / "fluxes", tree.root() / "fluxes", fs::copy_options::recursive);
    tree.write("nt/experiment.yaml", yaml);
    tree.write("nt/bins.csv",
               "run [text],level [-],n [counts],ambient [counts]\n"
               "A,0,3,1.5\nA,1,2,2.5\nB,0,5,3.5\nB,1,1,4.5\n");
    std::string table = "run [text],level [-],recoil [keV],p [-],half [-],double [-]\n";
    for (const char* bin : {"A,0", "A,1", "B,0", "B,1"}) {
      table += std::string{bin} + ",1,0.1,0.05,0.2\n" + bin + ",2,0.3,0.15,0.6\n" + bin +
               ",4,0.2,0.1,0.4\n";
    }
    tree.write("nt/efficiency.csv", table);
  }

  [[nodiscard]] Experiment load() const {
    DataFolder data{tree.root()};
    return Experiment::load(data, {.name = "nt"});
  }
  /// Loading fails with all these texts after a change of a file.
  void check_refused(const std::string& file, const std::string& from, const std::string& to,
                     std::initializer_list<std::string> parts) const {
    const std::string before = tree.read(file);
    tree.replace(file, from, to);
    test::check_throws<DataError>([this] { (void)load(); }, parts);
    tree.write(file, before);
  }

  test::DetectorFolder tree;

 private:
  static constexpr const char* yaml = R"(format: 1
title: Classes
reference: none
approximations: [everything is made up]
flux:
  kind: solar_8b
  shape: winter
  normalisation: SNO-total-active
  exposure_days: 365.25
  flavours: {kind: table, table: solar_8b_oscillation.csv}
target:
  mass_kg: 1000
  atoms: {Cs: 1, I: 1}
signals: {electron_recoils: false, cevns_terms: leading}
bins: {table: bins.csv, classes: [run, level]}
response:
  kind: probability_table
  table: efficiency.csv
  recoil: recoil
  nominal: p
  shifts:
    - {nuisance: yield, pulls: [-1, 1], columns: [half, double]}
  scale: {column: run, factors: {A: 1.0, B: 3.0}}
backgrounds:
  ambient_a: {kind: expected_counts, table: bins.csv, column: ambient, only: {run: A}}
  all: {kind: expected_counts, table: bins.csv, column: ambient}
nuisances:
  signal_norm: {kind: normalisation, width: 0.1, scales: [signal]}
  yield: {kind: shift, width: 1, lower: -1, upper: 1}
data: {kind: poisson, table: bins.csv, column: n}
)";
};

const std::string yaml_file = "nt/experiment.yaml";

}  // namespace

TEST_CASE("Bins of classes: axes, data, backgrounds and scaled shifted responses") {
  const ClassFolder folder;
  const Experiment nt = folder.load();
  REQUIRE(nt.binning().axes.size() == 2);
  CHECK(nt.binning().axes[0].name == "run");
  CHECK(nt.binning().axes[0].labels == std::vector<std::string>{"A", "B"});
  CHECK(nt.binning().axes[1].labels == std::vector<std::string>{"0", "1"});
  CHECK(nt.approximations() == std::vector<std::string>{"everything is made up"});
  CHECK(nt.ratio_bound() == nullptr);
  const auto& components = nt.term().components();
  REQUIRE(components.size() == 3);
  CHECK((components[1].events.col(0) == Eigen::Array4d{1.5, 2.5, 0.0, 0.0}).all());
  CHECK((components[2].events.col(0) == Eigen::Array4d{1.5, 2.5, 3.5, 4.5}).all());
  CHECK((nt.observed() == Eigen::Array4d{3.0, 2.0, 5.0, 1.0}).all());
  // All bins have the same probabilities: run B has 3 times run A, the shifts 1/2 and 2 times.
  const Eigen::ArrayXXd& events = components[0].events;
  REQUIRE(events.cols() == 3);
  CHECK(events(0, 0) > 0.0);
  CHECK(events(1, 0) == events(0, 0));
  CHECK(events(2, 0) == Approx(3.0 * events(0, 0)).epsilon(1e-14));
  CHECK((events.col(1) - 0.5 * events.col(0)).abs().maxCoeff() < 1e-12 * events(2, 0));
  CHECK((events.col(2) - 2.0 * events.col(0)).abs().maxCoeff() < 1e-12 * events(2, 0));
}

TEST_CASE("Constant flavour shares and other normalisations") {
  const ClassFolder folder;
  const Experiment table = folder.load();
  folder.tree.replace(yaml_file, "{kind: table, table: solar_8b_oscillation.csv}",
                      "{kind: constant, e: 0.5, mu: 0.5, tau: 0}");
  folder.tree.replace(yaml_file, "SNO-total-active", "B16-GS98");
  const Experiment constant = folder.load();
  CHECK(table.signal().source().components.size() == 3);
  REQUIRE(constant.signal().source().components.size() == 2);
  // 5.46e6 /cm2/s for a Julian year.
  CHECK(constant.signal().source().components[0].fluence_per_cm2 ==
        Approx(5.46e6 * 365.25 * 86400.0).epsilon(1e-14));
  for (const auto& component : constant.signal().source().components) {
    // The table of the shape adds up to 1 with seven digits.
    CHECK(component.spectrum->moments_above(0.0).phi0 == Approx(0.5).epsilon(1e-6));
  }
  double all = 0.0;
  for (const auto& component : table.signal().source().components) {
    all += component.spectrum->moments_above(0.0).phi0;
  }
  CHECK(all == Approx(1.0).epsilon(2e-5));  // probabilities are printed with five digits
  // Averages over the spectrum that SOURCE.md of the fluxes quotes with four digits.
  CHECK(table.signal().source().components[0].spectrum->moments_above(0.0).phi0 ==
        Approx(0.3729).epsilon(0.0).margin(6e-5));
  CHECK(table.signal().source().components[2].spectrum->moments_above(0.0).phi0 ==
        Approx(0.2641).epsilon(0.0).margin(6e-5));
}

TEST_CASE("Mistakes in solar fluxes, classes and probability tables are told") {
  const ClassFolder folder;
  const auto refused = [&](const std::string& from, const std::string& to,
                           std::initializer_list<std::string> parts) {
    folder.check_refused(yaml_file, from, to, parts);
  };
  refused(
      "SNO-total-active", "SNO-total-activ",
      {"flux.normalisation", "no 8B flux is called", "Bergstrom2016-global", "SNO-total-active"});
  refused("shape: winter", "shape: summer", {"flux.shape", "winter", "bahcall"});
  refused("{kind: table, table: solar_8b_oscillation.csv}",
          "{kind: constant, e: 0.3, mu: 0.3, tau: 0.3}", {"flux.flavours", "add up to 0.9"});
  refused("[run, level]", "[level, run]", {"bins.table", "last class fastest"});
  refused("[run, level]", "[run]", {"bins.table", "4 rows", "expected 2"});
  refused("electron_recoils: false", "electron_recoils: true", {"electron_recoils", "nuclei only"});
  refused("pulls: [-1, 1]", "pulls: [-1]", {"shifts", "2 columns for 1 pulls"});
  refused("pulls: [-1, 1]", "pulls: [0, 1]", {"shifts", "pull occurs twice, or is 0"});
  refused("nuisance: yield", "nuisance: yields", {"response", "no nuisance 'yields'"});
  refused("factors: {A: 1.0, B: 3.0}", "factors: {A: 1.0}", {"response.scale.factors", "B"});
  refused("column: run, factors", "column: runs, factors", {"no class 'runs'"});
  refused("only: {run: A}", "only: {run: C}", {"ambient_a.only.run", "class 'C'"});
  refused("kind: probability_table", "kind: probability", {"response.kind", "probability_table"});
  refused("lower: -1, upper: 1", "lower: 0.5, upper: 1", {"nuisances.yield.lower"});
  folder.check_refused("nt/efficiency.csv", "B,1,4,", "B,1,5,", {"different recoil energies"});
  folder.check_refused("nt/efficiency.csv", "B,1,4,", "B,2,4,", {"is not a bin"});
  folder.check_refused("nt/bins.csv", "B,0,5,3.5\nB,1,1,4.5\n", "B,1,1,4.5\nB,0,5,3.5\n",
                       {"is '1', not '0'"});
}

TEST_CASE("A probability table may have shifts and shape nuisances together") {
  const ClassFolder folder;
  std::string other = "run [text],level [-],recoil [keV],p [-],half [-],double [-]\n";
  for (const char* bin : {"A,0", "A,1", "B,0", "B,1"}) {
    // Other energies than the nominal table, and all probabilities 3/2 of it at its energies.
    other += std::string{bin} + ",1,0.15,0.075,0.3\n" + bin + ",1.5,0.3,0.15,0.6\n" + bin +
             ",2,0.45,0.225,0.9\n" + bin + ",4,0.3,0.15,0.6\n";
  }
  folder.tree.write("nt/other.csv", other);
  folder.tree.replace(yaml_file, "  yield: {kind: shift",
                      "  run_a: {kind: shape, minus: {response.scale.factors.A: 0.5}, "
                      "plus: {response.scale.factors.A: 2}}\n"
                      "  acceptance: {kind: shape, one_sided: mirror, plus: {response.table: "
                      "other.csv}}\n"
                      "  yield: {kind: shift");
  const Experiment nt = folder.load();
  const likelihood::Term& term = nt.term();
  const Eigen::ArrayXXd dipole = nt.signal().dipole(2.0).total(PortalFlavour::tau);
  REQUIRE(dipole.cols() == 4 * 3);
  const double x = 1e-18;
  // Pulls: signal_norm, run_a, acceptance, yield. Backgrounds do not vary.
  const auto signal = [&](double run_a, double acceptance, double yield) -> Eigen::ArrayXd {
    return term.expected(test::signal_at(x, dipole), std::vector{0.0, run_a, acceptance, yield}) -
           Eigen::Array4d{3.0, 5.0, 3.5, 4.5};
  };
  const Eigen::ArrayXd nominal = signal(0.0, 0.0, 0.0);
  REQUIRE((nominal > 1.0).all());
  const auto is = [&](const Eigen::ArrayXd& events, double of_run_a, double of_run_b) {
    const Eigen::Array4d factors{of_run_a, of_run_a, of_run_b, of_run_b};
    // Nodes of the same grid: rounding of the sums and of what is taken off.
    return (events / nominal - factors).abs().maxCoeff() < 1e-12;
  };
  // At the nodes: factor of run A 1/2 or 2, yields 1/2 or 2, acceptance 3/2 and its mirror 1/2.
  CHECK(is(signal(1.0, 0.0, 0.0), 2.0, 1.0));
  CHECK(is(signal(-1.0, 0.0, 1.0), 0.5 * 2.0, 2.0));
  CHECK(is(signal(1.0, 0.0, -1.0), 2.0 * 0.5, 0.5));
  CHECK(is(signal(0.0, 0.0, 1.0), 2.0, 2.0));
  // The line 0.15, 0.3, 0.45 between 1 and 2 keV is 3/2 of 0.1 .. 0.3 at every energy.
  CHECK(is(signal(0.0, 1.0, 0.0), 1.5, 1.5));
  CHECK(is(signal(0.0, -1.0, 1.0), 0.5 * 2.0, 0.5 * 2.0));
  // Shapes add up: 1 + (2 - 1) + (3/2 - 1).
  CHECK(is(signal(1.0, 1.0, -1.0), 0.5 * 2.5, 0.5 * 1.5));

  const std::array pulls{0.3, -0.4, 0.6, 0.7};
  std::array<double, 5> gradient{};
  const likelihood::Observed observed = term.observe(nt.observed());
  (void)term.evaluate(test::signal_at(x, dipole), pulls, observed, gradient);
  constexpr double h = 1e-5;
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const double step = k == 0 ? x * h : h;
    const auto value = [&](double sign) {
      auto moved = pulls;
      if (k > 0) moved[k - 1] += sign * step;
      return term.evaluate(test::signal_at(x + (k == 0 ? sign * step : 0.0), dipole), moved,
                           observed, {});
    };
    // Central differences: h^2 times a third derivative of some 10, and rounding 1e-14/h.
    CHECK(gradient[k] * step / h ==
          Approx(test::central_difference(value, 1.0) / h).epsilon(1e-7).margin(1e-8));
  }
}

TEST_CASE("A version of a probability table has the shifts of the nominal one") {
  const ClassFolder folder;
  folder.check_refused(yaml_file, "  yield: {kind: shift",
                       "  other: {kind: shape, one_sided: mirror, plus: {response.shifts: []}}\n"
                       "  yield: {kind: shift",
                       {"response.shifts", "other shifts than the nominal one"});
}

TEST_CASE("A bound needs a limit above the expected flux, and no nuisances") {
  const ClassFolder folder;
  const std::string file = yaml_file;
  std::string text = folder.tree.read(file);
  text = text.substr(0, text.find("backgrounds:")) +
         "bound: {flux_limit_per_cm2_s: 2.0e7, expected_flux: SNO-total-active, confidence: 0.9}\n";
  text.replace(text.find("title:"), 0, "kind: ratio_bound\n");
  folder.tree.write(file, text);
  const Experiment bound = folder.load();
  REQUIRE(bound.ratio_bound() != nullptr);
  const double events = bound.signal().dipole(2.0).total(PortalFlavour::mu).col(0).sum();
  CHECK(*bound.ratio_bound()->squared_coupling(events) ==
        Approx((2.0e7 / 5.25e6 - 1.0) * bound.ratio_bound()->standard_model_events() / events)
            .epsilon(1e-15));
  CHECK_FALSE(bound.ratio_bound()->squared_coupling(0.0).has_value());
  DataFolder data{folder.tree.root()};
  CHECK(Experiment::summarise(data, {.name = "nt"}).nuisances.empty());
  CHECK(Experiment::summarise(data, {.name = "nt"}).approximations.size() == 1);
  folder.check_refused(file, "2.0e7", "5.0e6", {"bound.flux_limit_per_cm2_s", "not above"});
  folder.check_refused(file, "confidence: 0.9", "confidence: 90", {"bound.confidence"});
  folder.check_refused(file, "kind: ratio_bound", "kind: ratio", {"kind", "ratio_bound"});
  folder.check_refused(file, "kind: ratio_bound\n", "", {"nuisances"});
}
