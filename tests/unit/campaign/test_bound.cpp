#include "nudipole/campaign/campaigns.hpp"
#include "support/catch2.hpp"
#include "support/paths.hpp"

#include <cmath>

using namespace nudipole;

namespace {

std::shared_ptr<const campaign::Setup> xenon1t() {
  experiment::DataFolder data{test::data_dir()};
  const std::string yaml =
      "format: 1\nexperiments: [xenon1t_8b]\nflavour: tau\nmass: {values_MeV: [1, 10, 100]}\n"
      "coupling: {values_mu_B: [1e-9]}\nlimits: {confidence: [0.90]}\n";
  return std::make_shared<const campaign::Setup>(campaign::RunConfig::parse(yaml, "x.yaml"), data);
}

}  // namespace

TEST_CASE("A bound is a campaign of its own: one limit at each mass, and no fits") {
  const auto bound = campaign::make_scan(xenon1t());
  CHECK(bound->kind() == "bound");
  labelled::Dataset data = bound->begin({});
  CHECK_FALSE(data.has_field("fit_status"));
  const auto tasks = bound->missing(data);
  CHECK(tasks == std::vector<campaign::Task>{{0, 1, 0, 1}, {1, 10, 0, 1}, {2, 100, 0, 1}});
  const auto worker = bound->worker();
  for (const campaign::Task& task : tasks) data.apply((*worker)(task));
  CHECK(bound->missing(data).empty());
  // 8.213e-7 GeV^-1 at 1 MeV by the program of tests/reference/solar_8b_ratio.csv; 296.304 GeV^-1
  // are a Bohr magneton.
  CHECK(data.at<double>("limit", {0, 0, 0, 0}) * 296.304053924 == Approx(8.213e-7).epsilon(1e-3));
  CHECK(data.at<std::int8_t>("limit_status", {2, 0, 0, 0}) == 2);  // closed
  CHECK(std::isnan(data.at<double>("limit", {2, 0, 0, 0})));
}
