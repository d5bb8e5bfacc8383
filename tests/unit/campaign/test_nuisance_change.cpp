// What a configuration may change about nuisances, and `correlate`.
#include "nudipole/campaign/setup.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/detector_folder.hpp"
#include "support/throws_like.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>
#include <array>
#include <cmath>

using namespace nudipole;
using campaign::RunConfig;
using campaign::Setup;
using likelihood::Nuisance;
using likelihood::Prior;

namespace {

/// The toy and a second one like it whose signal and background have names of their own.
class TwoToys {
 public:
  TwoToys() {
    tree_.replace("toy/experiment.yaml", "overlaps:\n  other_toy: it counts the same events\n", "");
    tree_.replace("toy/experiment.yaml", "width: 0.1, scales: [signal]",
                  "width: 0.1, scales: [signal], shared: {name: flux, width: 0.08}");
    tree_.copy_toy("second");
    tree_.replace("second/experiment.yaml", "toy_signal:", "second_signal:");
    tree_.replace("second/experiment.yaml", "toy_ambient:", "second_ambient:");
  }

  /// Experiments on line 3, further keys from line 8 on.
  [[nodiscard]] static RunConfig config(const std::string& experiments,
                                        const std::string& more = "") {
    std::string yaml = test::toy_yaml();
    yaml.replace(yaml.find("[toy]"), 5, experiments);
    return RunConfig::parse(yaml + more, "toy.yaml");
  }

  [[nodiscard]] Setup load(const std::string& experiments, const std::string& more = "") const {
    experiment::DataFolder data{tree_.root()};
    return {config(experiments, more), data};
  }

  void check_refused(const std::string& experiments, const std::string& more,
                     std::initializer_list<std::string> message) const {
    INFO(experiments << " " << more);
    test::check_throws<ConfigError>([&] { (void)load(experiments, more); }, message);
  }

 private:
  test::DetectorFolder tree_;
};

std::vector<std::string> names(const Setup& analysis) {
  std::vector<std::string> list;
  for (const Nuisance& nuisance : analysis.likelihood().joint->nuisances())
    list.push_back(nuisance.name);
  return list;
}

Nuisance find(const Setup& analysis, const std::string& name) {
  const auto& all = analysis.likelihood().joint->nuisances();
  const auto found = std::ranges::find(all, name, &Nuisance::name);
  REQUIRE(found != all.end());
  return *found;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("Several experiments are correlated by default, one alone is not") {
  const TwoToys toys;
  CHECK(names(toys.load("[toy]")) == Names{"toy_signal", "toy_ambient"});
  CHECK(names(toys.load("[toy]", "correlate: true\n")) ==
        Names{"toy_signal", "flux", "toy_ambient"});
  CHECK(names(toys.load("[toy, second]")) ==
        Names{"toy_signal", "flux", "toy_ambient", "second_signal", "second_ambient"});
  CHECK(names(toys.load("[toy, second]", "correlate: false\n")) ==
        Names{"toy_signal", "toy_ambient", "second_signal", "second_ambient"});
}

TEST_CASE("A split nuisance leaves the profile of an experiment alone as it is") {
  const TwoToys toys;
  const Setup whole = toys.load("[toy]");
  const Setup split = toys.load("[toy]", "correlate: true\n");
  for (const double mass : {1.0, 10.0}) {
    const inference::Profile one = whole.profile(whole.signals(mass));
    const inference::Profile two = split.profile(split.signals(mass));
    for (const double x : {0.0, 1e-18, 4e-18}) {
      const auto a = one.at(x);
      const auto b = two.at(x);
      CHECK(b.minus_two_log_l == Approx(a.minus_two_log_l).epsilon(0.0).margin(1e-9));
      // Two pulls of widths 0.06 and 0.08 for one of width 0.1: each takes its share of variance.
      CHECK(b.pulls[0] == Approx(0.6 * a.pulls[0]).margin(1e-4));
      CHECK(b.pulls[1] == Approx(0.8 * a.pulls[0]).margin(1e-4));
    }
  }
}

TEST_CASE("Correlation and changes enter the canonical text when they are used") {
  const std::string plain = TwoToys::config("[toy]").canonical_text();
  CHECK(plain.find("correlate") == std::string::npos);
  CHECK(plain.find("each_experiment") == std::string::npos);
  CHECK(plain.find("nuisances") == std::string::npos);
  CHECK(TwoToys::config("[toy]", "correlate: false\n").canonical_text() == plain);
  CHECK(TwoToys::config("[toy, second]").canonical_text().find("correlate: true\n") !=
        std::string::npos);
  const std::string text =
      TwoToys::config("[{name: toy, nuisances: {toy_signal: {fix: 0.1}}}]",
                      "nuisances:\n  toy_ambient: {rename: a, width: 0.25, prior: gaussian, "
                      "centre: 0.5, lower: -0.1, upper: 1}\n")
          .canonical_text();
  for (const char* line :
       {"experiments.0.nuisances.toy_signal.fix: 0.1\n", "nuisances.toy_ambient.rename: a\n",
        "nuisances.toy_ambient.width: 0.25\n", "nuisances.toy_ambient.prior: gaussian\n",
        "nuisances.toy_ambient.centre: 0.5\n", "nuisances.toy_ambient.lower: -0.1\n",
        "nuisances.toy_ambient.upper: 1\n"}) {
    INFO(line);
    CHECK(text.find(line) != std::string::npos);
  }
}

TEST_CASE("The order of changes does not matter to the hash, their values do") {
  const auto hash = [](const std::string& changes) {
    return TwoToys::config("[toy]", "nuisances: {" + changes + "}\n").hash();
  };
  CHECK(hash("a: {fix: 0}, b: {fix: 1}") == hash("b: {fix: 1}, a: {fix: 0}"));
  CHECK(hash("a: {fix: 0}") != hash("a: {fix: 1}"));
  CHECK(hash("a: {fix: 0}") != hash("a: {centre: 0}"));
}

TEST_CASE("A nuisance is fixed, freed, rescaled and bounded") {
  const TwoToys toys;
  const Nuisance fixed =
      find(toys.load("[toy]", "nuisances: {toy_signal: {fix: 0.2}}\n"), "toy_signal");
  CHECK(fixed.is_fixed());
  CHECK(fixed.value(0.0) == 0.2);
  const Nuisance free =
      find(toys.load("[toy]", "nuisances: {toy_signal: {prior: none}}\n"), "toy_signal");
  CHECK(free.prior == Prior::none);
  CHECK(free.width == 0.1);
  const Nuisance wider =
      find(toys.load("[toy]",
                     "nuisances: {toy_signal: {width: 0.3, centre: 0.1, lower: -0.5, upper: 2}}\n"),
           "toy_signal");
  CHECK(wider == Nuisance{.name = "toy_signal",
                          .centre = 0.1,
                          .width = 0.3,
                          .prior = Prior::gaussian,
                          .lower = -0.5,
                          .upper = 2.0});
}

TEST_CASE("An experiment's own change replaces the one for all") {
  const TwoToys toys;
  const Setup analysis =
      toys.load("[toy, {name: second, nuisances: {second_ambient: {width: 0.3}}}]",
                "nuisances: {second_ambient: {fix: 0.1}, toy_ambient: {fix: 0.1}}\n");
  CHECK(find(analysis, "toy_ambient").is_fixed());
  CHECK(find(analysis, "second_ambient").prior == Prior::gaussian);
  CHECK(find(analysis, "second_ambient").width == 0.3);
}

TEST_CASE("Equal names after renaming are one parameter") {
  const TwoToys toys;
  const Setup analysis =
      toys.load("[toy, second]",
                "nuisances: {toy_ambient: {rename: ambient}, second_ambient: {rename: ambient}}\n");
  CHECK(names(analysis) == Names{"toy_signal", "flux", "ambient", "second_signal"});
  // And the other way round: an experiment leaves what it shares.
  CHECK(names(toys.load("[toy, {name: second, nuisances: {flux: {rename: own_flux}}}]")) ==
        Names{"toy_signal", "flux", "toy_ambient", "second_signal", "own_flux", "second_ambient"});
}

TEST_CASE("Renaming within an experiment joins nuisances that scale different processes") {
  const TwoToys toys;
  const Setup analysis =
      toys.load("[toy]",
                "nuisances: {toy_ambient: {rename: toy_signal, width: 0.1, upper: 5}, "
                "toy_signal: {upper: 5}}\n");
  REQUIRE(names(analysis) == Names{"toy_signal"});
  const auto signals_at = [signal = analysis.signals(10.0)[0]](double x) {
    return std::vector{signal->at(std::array{x})};
  };
  const likelihood::Observation& observation = *analysis.likelihood().observation;
  // Both templates move by 10 % a pull, the prior counts once.
  const std::vector<double> none{0.0};
  const std::vector<double> one{1.0};
  const likelihood::Term& term = analysis.likelihood().joint->terms().front();
  const auto expected = [&](const std::vector<double>& pulls) {
    return term.expected(signals_at(0.0)[0], analysis.likelihood().joint->term_pulls(0, pulls))
        .sum();
  };
  CHECK(expected(one) == Approx(1.1 * expected(none)).epsilon(1e-12));
  CHECK(analysis.likelihood().joint->contributions(signals_at(0.0), one, observation).back() ==
        1.0);
  // The gradient by the joint pull is that of both.
  std::vector<double> gradient(2);
  const auto value = [&](double pull) {
    return analysis.likelihood().joint->evaluate(signals_at(1e-18), std::vector{pull}, observation,
                                                 gradient);
  };
  const double slope = (value(0.5 + 1e-5) - value(0.5 - 1e-5)) / 2e-5;
  (void)value(0.5);
  CHECK(gradient[1] == Approx(slope).epsilon(1e-6));

  toys.check_refused("[toy]",
                     "correlate: true\nnuisances: {toy_signal: {rename: flux, width: 0.08}}\n",
                     {"toy.yaml:", "two nuisances of toy are called 'flux'", "both scale 'cevns'"});
}

TEST_CASE("Different definitions under one name are refused, with both in full") {
  const TwoToys toys;
  toys.check_refused("[toy, second]", "nuisances: {second_ambient: {rename: toy_signal}}\n",
                     {"'toy_signal' is defined differently by toy", "by second", "width 0.06",
                      "width 0.05", "rename one of them"});
  toys.check_refused("[toy, {name: second, nuisances: {flux: {fix: 0.1}}}]", "",
                     {"'flux'", "width 0.08", "fixed at 0.1"});
}

TEST_CASE("Changes that cannot be made are refused where they stand") {
  const TwoToys toys;
  toys.check_refused("[toy, second]", "nuisances:\n  toy_signl: {fix: 0}\n",
                     {"toy.yaml:9: nuisances.toy_signl", "no nuisance 'toy_signl'",
                      "one of: toy_signal, flux, toy_ambient, second_signal, second_ambient",
                      "did you mean 'toy_signal'?"});
  toys.check_refused("[toy, {name: second, nuisances: {toy_signal: {fix: 0}}}]", "",
                     {"toy.yaml:3: experiments[1].nuisances.toy_signal",
                      "experiment second has no nuisance", "one of: second_signal"});
  toys.check_refused(
      "[toy]", "nuisances: {toy_signal: {fix: -1}}\n",
      {"toy.yaml:8", "fix: -1 is outside the bounds of 'toy_signal'", "-0.999 .. 10"});
  toys.check_refused("[toy]", "nuisances: {toy_signal: {lower: -1.5}}\n",
                     {"lower: -1.5", "-0.999"});
  toys.check_refused("[toy]", "nuisances: {toy_signal: {upper: 50}}\n", {"upper: 50", ".. 10"});
  toys.check_refused("[toy]", "nuisances: {toy_signal: {lower: 0.1}}\n",
                     {"centre: 0 is outside the bounds", "0.1 .. 10"});
  toys.check_refused("[toy]", "nuisances: {toy_signal: {lower: 1, upper: 0.5}}\n",
                     {"leave nothing to fit", "hold a nuisance with 'fix'"});
}

TEST_CASE("Mistakes in a change are config errors with their line") {
  const auto check = [](const std::string& change, std::initializer_list<std::string> message) {
    INFO(change);
    test::check_throws<ConfigError>(
        [&] { (void)TwoToys::config("[toy]", "nuisances:\n  toy_signal: " + change + "\n"); },
        message);
  };
  check("{fix: 0.1, width: 0.2}",
        {"toy.yaml:9", "'width' and 'fix' cannot both be given", "keep one"});
  check("{fix: 0.1, prior: none}", {"'prior' and 'fix' cannot both be given"});
  check("{}", {"toy.yaml:9: nuisances.toy_signal", "nothing is changed"});
  check("{widht: 0.2}", {"unknown key 'widht'", "did you mean 'width'?"});
  check("{width: 0}", {"nuisances.toy_signal.width", "> 0"});
  check("{prior: flat}", {"prior", "'gaussian'"});
  check("{rename: \"a: b\"}", {"rename", "cannot be the name of a nuisance"});
  check("0.1", {"toy.yaml:9: nuisances.toy_signal", "a map"});
  test::check_throws<ConfigError>([] { (void)TwoToys::config("[toy]", "correlate: maybe\n"); },
                                  {"toy.yaml:8: correlate", "true"});
}
