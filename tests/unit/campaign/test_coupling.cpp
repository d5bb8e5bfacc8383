#include "nudipole/campaign/coupling.hpp"

#include "nudipole/campaign/campaigns.hpp"
#include "support/catch2.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

using namespace nudipole;
using namespace nudipole::campaign;

namespace {

/// The toy with `couplings` in the place of its flavour and its grid.
std::string plane_yaml(const std::string& couplings) {
  std::string yaml = test::toy_yaml("{values_MeV: [10, 60]}");
  const auto replace = [&yaml](const std::string& key, const std::string& line) {
    const std::size_t begin = yaml.find(key);
    REQUIRE(begin != std::string::npos);
    yaml.replace(begin, yaml.find('\n', begin) + 1 - begin, line);
  };
  replace("flavour:", "couplings: " + couplings + "\n");
  replace("coupling:", "");
  return yaml;
}

constexpr const char* two_grids =
    "{mu: {values_mu_B: [1e-10, 1e-9, 1e-8]}, e: {values_mu_B: [5e-10, 5e-9]}}";

}  // namespace

TEST_CASE("Events of a coupling are those of its flavours by the squares of the ratios") {
  prediction::DipoleEvents events;
  for (std::size_t f = 0; f < flavour_count; ++f) {
    events.nucleus[f] = Eigen::ArrayXXd::Constant(2, 1, 1.0 + static_cast<double>(f));
    events.electron[f] = Eigen::ArrayXXd::Constant(2, 1, 0.5);
  }
  const Coupling coupling = coupling_of({1.0, 0.5, 0.0}, {1e-9});
  CHECK(coupling.name == "e+0.5*mu");
  // 1.5 + 0.25 x 2.5
  CHECK(coupling.events(events)(1, 0) == 2.125);
  CHECK(coupling_of(PortalFlavour::universal, {}).events(events)(0, 0) == 7.5);
}

TEST_CASE("Equal ratios are the universal coupling, one flavour is that flavour") {
  CHECK(coupling_of({1.0, 1.0, 1.0}, {}).name == "universal");
  CHECK(coupling_of({0.0, 1.0, 0.0}, {}).name == "mu");
  CHECK(coupling_of({0.0, 2.0, 0.0}, {}).name == "2*mu");
}

TEST_CASE("Couplings are the pairs of the canonical configuration") {
  CHECK(canonical_pairs({coupling_of(PortalFlavour::mu, {1e-9})}) == Pairs{{"flavour", "mu"}});
  CHECK(canonical_pairs({coupling_of({1.0, 2.0, 0.0}, {1e-9})}) ==
        Pairs{{"couplings.e", "1"}, {"couplings.mu", "2"}, {"couplings.tau", "0"}});
  CHECK(canonical_pairs(
            {coupling_of(PortalFlavour::mu, {1e-9, 2e-9}), coupling_of(PortalFlavour::e, {})}) ==
        Pairs{{"couplings.mu.values_mu_B", "[1e-09, 2e-09]"}, {"couplings.e.profiled", "true"}});
}

TEST_CASE("A plane maps the product of its grids, in the order e, mu, tau") {
  const auto setup = test::toy_setup(plane_yaml(two_grids));
  CHECK(setup->config().points() == 6);
  const auto plane = make_scan(setup);
  CHECK(plane->kind() == "plane");
  CHECK(plane->items() == 7);
  const labelled::Dataset begin = plane->begin({});
  CHECK(begin.field("minus_two_log_l").axes ==
        std::vector<std::string>{"mass", "coupling_e", "coupling_mu"});
  CHECK(begin.field("limit").axes ==
        std::vector<std::string>{"mass", "experiment", "parameter", "others", "confidence", "dof"});
  CHECK(std::get<std::vector<std::string>>(begin.axis("parameter").values) ==
        std::vector<std::string>{"e", "mu"});
}

TEST_CASE("Every point of a plane is the fit of its couplings, however tasks are cut") {
  const auto setup = test::toy_setup(plane_yaml(two_grids));
  const auto plane = make_scan(setup);
  labelled::Dataset data = plane->begin({});
  const auto worker = plane->worker();
  for (const Task& task : {Task{0, 10.0, 4, 7}, Task{0, 10.0, 0, 1}, Task{0, 10.0, 1, 4}}) {
    data.apply((*worker)(task));
  }
  const inference::Profile profile = setup->profile(setup->signals(10.0));
  const std::vector<double> e{5e-10, 5e-9};
  const std::vector<double> mu{1e-10, 1e-9, 1e-8};
  for (std::size_t i = 0; i < e.size(); ++i) {
    for (std::size_t j = 0; j < mu.size(); ++j) {
      CHECK(data.at<double>("minus_two_log_l", {0, i, j}) ==
            profile.at(std::array{e[i] * e[i], mu[j] * mu[j]}).minus_two_log_l);
      CHECK(data.at<std::int8_t>("fit_status", {0, i, j}) == 0);
    }
  }
  const auto best = data.slice<double>("best_coupling", {0, 0});
  const inference::ProfilePoint wanted = profile.best_fit().best;
  CHECK(best[0] == std::sqrt(wanted.poi[0]));
  CHECK(best[1] == std::sqrt(wanted.poi[1]));
  CHECK(data.at<double>("best_minus_two_log_l", {0, 0}) == wanted.minus_two_log_l);
}

TEST_CASE("A coupling that is profiled has its best value at every point") {
  const auto setup =
      test::toy_setup(plane_yaml("{e: {profiled: true}, mu: {values_mu_B: [1e-10, 3e-9]}}"));
  const auto plane = make_scan(setup);
  labelled::Dataset data = plane->begin({});
  for (const Task& task : plane->missing(data)) data.apply((*plane->worker())(task));
  CHECK(data.field("minus_two_log_l").axes == std::vector<std::string>{"mass", "coupling_mu"});
  CHECK(std::get<std::vector<std::string>>(data.axis("parameter").values) ==
        std::vector<std::string>{"mu", "e"});
  const inference::Profile profile = setup->profile(setup->signals(10.0));
  for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
    const double x = i == 0 ? 1e-20 : 3e-9 * 3e-9;
    const double found = data.at<double>("minus_two_log_l", {0, i});
    CHECK(found == profile.minimum(std::array<std::optional<double>, 2>{x, {}}).minus_two_log_l);
    CHECK(found <= profile.at(std::array{x, 0.0}).minus_two_log_l);
  }
}
