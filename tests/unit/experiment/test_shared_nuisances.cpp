// A normalisation that declares a part which other experiments share (experiment.yaml `shared`).
#include "nudipole/core/error.hpp"
#include "nudipole/experiment/experiment.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/signals.hpp"
#include "support/throws_like.hpp"

#include <cmath>
#include <string>

using namespace nudipole;
using experiment::Correlation;
using experiment::Experiment;

namespace {

constexpr const char* signal_line =
    "toy_signal: {kind: normalisation, width: 0.1, scales: [signal]}";
constexpr const char* ambient_line =
    "toy_ambient: {kind: normalisation, width: 0.05, scales: [ambient]}";

std::string shared_signal(const std::string& shared, const std::string& more = "") {
  return "toy_signal: {kind: normalisation, width: 0.1, scales: [signal], shared: {" + shared +
         "}" + more + "}";
}

/// The toy with another line for its signal's nuisance, and perhaps for the background's.
Experiment toy_with(const std::string& signal, Correlation correlation,
                    const std::string& ambient = ambient_line) {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", signal_line, signal);
  tree.replace("toy/experiment.yaml", ambient_line, ambient);
  experiment::DataFolder data{tree.root()};
  return Experiment::load(data, {.name = "toy", .correlation = correlation});
}

void check_refused(const std::string& signal, std::initializer_list<std::string> message,
                   const std::string& ambient = ambient_line) {
  INFO(signal);
  test::check_throws<DataError>([&] { (void)toy_with(signal, Correlation::shared, ambient); },
                                message);
}

/// Events of all bins at these pulls.
double events(const Experiment& toy, const std::vector<double>& pulls) {
  const Eigen::ArrayXXd none = Eigen::ArrayXXd::Zero(4, 1);
  return toy.term().expected(test::signal_at(0.0, none), pulls).sum();
}

}  // namespace

TEST_CASE("A shared part that is not split off changes nothing") {
  const Experiment plain = toy_with(signal_line, Correlation::none);
  const Experiment whole = toy_with(shared_signal("name: flux, width: 0.08"), Correlation::none);
  CHECK(whole.term().nuisances() == plain.term().nuisances());
  CHECK(toy_with(signal_line, Correlation::shared).term().nuisances() == plain.term().nuisances());
}

TEST_CASE("A split nuisance is two that add up, in quadrature the whole") {
  const Experiment toy = toy_with(shared_signal("name: flux, width: 0.08"), Correlation::shared);
  const auto& nuisances = toy.term().nuisances();
  REQUIRE(nuisances.size() == 3);
  CHECK(nuisances[0].name == "toy_signal");
  CHECK(nuisances[0].width == Approx(0.06).epsilon(1e-14));  // sqrt(0.1^2 - 0.08^2)
  CHECK(nuisances[1].name == "flux");
  CHECK(nuisances[1].width == 0.08);
  CHECK(nuisances[2].name == "toy_ambient");
  CHECK(toy.term().components()[0].scaled_by == std::vector<std::size_t>{0, 1});
  CHECK(toy.term().components()[2].scaled_by == std::vector<std::size_t>{2});

  const double signal =
      toy.term().components()[0].events.sum() + toy.term().components()[1].events.sum();
  const double nominal = events(toy, {0.0, 0.0, 0.0});
  CHECK(events(toy, {1.0, 2.0, 0.0}) - nominal == Approx((0.06 + 2.0 * 0.08) * signal));
}

TEST_CASE("In the lowest corner a split signal is as positive as the whole") {
  const Experiment toy = toy_with(shared_signal("name: flux, width: 0.08"), Correlation::shared);
  const auto& nuisances = toy.term().nuisances();
  CHECK(nuisances[1].lower == Approx(-5.0 * 0.08));  // five widths
  CHECK(nuisances[0].lower + nuisances[1].lower == Approx(-0.999).epsilon(1e-14));
  const Experiment other =
      toy_with(shared_signal("name: flux, width: 0.08, lower: -0.3, upper: 0.7", ", lower: -0.9"),
               Correlation::shared);
  CHECK(other.term().nuisances()[0].lower == Approx(-0.6).epsilon(1e-14));
  CHECK(other.term().nuisances()[1].lower == -0.3);
  CHECK(other.term().nuisances()[1].upper == 0.7);
}

TEST_CASE("One shared part may belong to several nuisances that scale different processes") {
  const std::string ambient =
      "toy_ambient: {kind: normalisation, width: 0.1, scales: [ambient], "
      "shared: {name: flux, width: 0.08}}";
  const Experiment toy =
      toy_with(shared_signal("name: flux, width: 0.08"), Correlation::shared, ambient);
  REQUIRE(toy.term().nuisances().size() == 3);
  CHECK(toy.term().components()[0].scaled_by == std::vector<std::size_t>{0, 1});
  CHECK(toy.term().components()[2].scaled_by == std::vector<std::size_t>{1, 2});
}

TEST_CASE("Shared parts that make no sense are refused where they stand") {
  check_refused(shared_signal("name: flux, width: 0.1"),
                {"experiment.yaml:", "toy_signal.shared.width", "not smaller than the whole"});
  check_refused(shared_signal("name: flux, width: 0.2"), {"not smaller", "the shared name"});
  check_refused(shared_signal("name: flux"), {"shared.width", "required"});
  check_refused(shared_signal("name: flux, width: 0.08, wdth: 1"), {"unknown key 'wdth'"});
  check_refused(shared_signal("name: flux, width: 0.08, lower: -0.8", ", lower: -0.5"),
                {"lower bound leaves nothing"});
  check_refused(shared_signal("name: toy_ambient, width: 0.08"),
                {"'toy_ambient' is a nuisance of this list"});
  check_refused(shared_signal("name: flux, width: 0.08"),
                {"'flux' has another definition above", "width 0.08"},
                "toy_ambient: {kind: normalisation, width: 0.1, scales: [ambient], "
                "shared: {name: flux, width: 0.07}}");
  check_refused(shared_signal("name: flux, width: 0.08"), {"would scale 'signal' twice"},
                "toy_ambient: {kind: normalisation, width: 0.1, scales: [ambient, signal], "
                "shared: {name: flux, width: 0.08}}");
}

TEST_CASE("A summary shows the part that can be shared beside the whole") {
  const test::DetectorFolder tree;
  tree.replace("toy/experiment.yaml", signal_line, shared_signal("name: flux, width: 0.08"));
  experiment::DataFolder data{tree.root()};
  const experiment::Summary summary = Experiment::summarise(data, {.name = "toy"});
  REQUIRE(summary.nuisances.size() == 2);
  CHECK(summary.nuisances[0].width == 0.1);
  REQUIRE(summary.shared_parts.size() == 1);
  CHECK(summary.shared_parts.at("toy_signal").name == "flux");
  CHECK(summary.shared_parts.at("toy_signal").width == 0.08);
}
