#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/campaign/mass_likelihood.hpp"
#include "nudipole/campaign/toy_results.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/labelled/digest.hpp"
#include "support/catch2.hpp"
#include "unit/campaign/toy_setup.hpp"

#include <algorithm>
#include <cmath>

using namespace nudipole;
using campaign::ExpectedLimit;
using campaign::MassLikelihood;
using campaign::Setup;
using campaign::Task;
using labelled::Dataset;

namespace {

constexpr const char* usual_couplings = "{from_mu_B: 1e-11, to_mu_B: 1e-7, points: 8}";

/// The toy at 10 MeV and, out of reach, 60 MeV.
std::shared_ptr<const Setup> toy_with(const std::string& limits,
                                      const std::string& couplings = usual_couplings) {
  std::string yaml = test::toy_yaml("{values_MeV: [10, 60]}", couplings);
  yaml.replace(yaml.find("dof: [1, 2]"), 11, "dof: [1, 2]" + limits);
  return test::toy_setup(yaml);
}

Dataset after(const std::shared_ptr<const Setup>& setup, const std::vector<Task>& tasks) {
  const auto grid = campaign::make_grid(setup);
  Dataset data = grid->begin({});
  const auto worker = grid->worker();
  for (const Task& task : tasks) data.apply((*worker)(task));
  return data;
}

Dataset whole(const std::shared_ptr<const Setup>& setup) {
  const auto grid = campaign::make_grid(setup);
  return after(setup, grid->missing(grid->begin({})));
}

/// t_N of the bands of a fit with d >= 0 (1007.1727, section 4.4; below the median the fit of the
/// fluctuated data stops at d = 0).
double root_of_rise(double sigma, double delta_chi2) {
  return sigma + std::sqrt(sigma < 0.0 ? sigma * sigma + delta_chi2 : delta_chi2);
}

}  // namespace

TEST_CASE("Expected limits of a scan are where the Asimov data set has risen by t_N squared") {
  const auto setup = toy_with(", expected: true");
  const Dataset data = whole(setup);
  CHECK(data.field("expected_limit").axes ==
        std::vector<std::string>{"mass", "confidence", "dof", "sigma"});
  CHECK(data.field("expected_limit").units == "mu_B");
  // The Asimov data set by hand: what the fit of the data at d = 0 expects, priors centred there.
  const MassLikelihood likelihood{setup, 10.0};
  const std::vector<double> pulls = likelihood.profile(0.0).pulls;
  const MassLikelihood asimov = likelihood.with_data(likelihood.expected(0.0, pulls), pulls);
  const double least = asimov.profile(0.0).minus_two_log_l;
  const double thresholds[2][2] = {{2.71, 4.61}, {3.84, 5.99}};  // PDG: [.90, .95][1, 2]
  const std::vector<double> sigmas{-2.0, -1.0, 0.0, 1.0, 2.0};
  CHECK(std::get<std::vector<double>>(data.axis("sigma").values) == sigmas);
  const std::vector<ExpectedLimit> listed = campaign::expected_limits(data);
  REQUIRE(listed.size() == std::size_t{2 * 2 * 2 * 5});
  std::size_t seen = 0;
  for (const ExpectedLimit& limit : listed) {
    CHECK(limit.kind == ExpectedLimit::Kind::asimov);
    if (limit.mass_MeV != 10.0) {
      CHECK(limit.mass_MeV == 60.0);  // closed
      CHECK(std::isnan(limit.coupling_mu_B));
      continue;
    }
    const std::size_t level = limit.confidence == 0.90 ? 0 : 1;
    const auto dof = static_cast<std::size_t>(limit.dof - 1);
    const auto place =
        static_cast<std::size_t>(std::ranges::find(sigmas, limit.sigma) - sigmas.begin());
    CHECK(data.at<double>("expected_limit", {0, level, dof, place}) == limit.coupling_mu_B);
    INFO(limit.confidence << ' ' << limit.dof << ' ' << limit.sigma);
    // Limits are exact to 1e-6 of Delta chi2 and better.
    const double rise = asimov.profile(limit.coupling_mu_B).minus_two_log_l - least;
    CHECK(std::sqrt(rise) ==
          Approx(root_of_rise(limit.sigma, thresholds[level][dof])).margin(1.0e-6));
    ++seen;
  }
  CHECK(seen == 20);
}

TEST_CASE("Without the key a scan holds what it held, with it all of that as well") {
  const Dataset plain = whole(toy_with(""));
  const Dataset more = whole(toy_with(", expected: true"));
  CHECK_FALSE(plain.has_field("expected_limit"));
  CHECK_FALSE(plain.has_axis("sigma"));
  CHECK(campaign::expected_limits(plain).empty());
  CHECK(more.fields().size() == plain.fields().size() + 1);
  for (const char* field : {"limit", "best_coupling", "minus_two_log_l", "standard_model"}) {
    INFO(field);
    CHECK(std::ranges::equal(plain.values<double>(field), more.values<double>(field),
                             [](double one, double other) {
                               return one == other || (std::isnan(one) && std::isnan(other));
                             }));
  }
}

TEST_CASE("Expected limits do not depend on how a mass is cut") {
  const auto setup = toy_with(", expected: true");
  const Dataset cut = after(setup, {{1, 60, 0, 9}, {0, 10, 4, 9}, {0, 10, 1, 4}, {0, 10, 0, 1}});
  CHECK(labelled::content_digest(cut) == labelled::content_digest(whole(setup)));
}

TEST_CASE("An expected limit above the largest coupling does not exist") {
  const Dataset data = whole(toy_with(", expected: true", "{values_mu_B: [1e-12, 2e-12]}"));
  for (const double limit : data.values<double>("expected_limit")) CHECK(std::isnan(limit));
}

TEST_CASE("Several couplings have no expected limits, and the configuration says so") {
  std::string yaml = test::toy_yaml("{values_MeV: [10]}", usual_couplings);
  const std::size_t flavour = yaml.find("flavour: mu\n");
  yaml.erase(flavour, std::string{"flavour: mu\n"}.size());
  const std::size_t begin = yaml.find("coupling: ");
  yaml.replace(begin, yaml.find('\n', begin) - begin,
               "couplings: {e: {values_mu_B: [1e-9, 1e-8]}, mu: {values_mu_B: [1e-9, 1e-8]}}");
  CHECK_NOTHROW(campaign::RunConfig::parse(yaml, "toy.yaml"));
  yaml.replace(yaml.find("dof: [1, 2]"), 11, "dof: [1, 2], expected: true");
  try {
    (void)campaign::RunConfig::parse(yaml, "toy.yaml");
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(std::string{error.what()}.find("limits.expected") != std::string::npos);
  }
}
