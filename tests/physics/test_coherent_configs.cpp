// Every configuration of these experiments runs: a few masses and couplings of its own grid.
#include "nudipole/campaign/campaigns.hpp"
#include "nudipole/fit/minimise.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/paths.hpp"

#include <cmath>
#include <filesystem>
#include <string>

using namespace nudipole;

namespace {

std::shared_ptr<const campaign::Setup> small(const std::string& file) {
  campaign::RunConfig config = campaign::RunConfig::load(test::config_dir() / file);
  const auto thin = [](std::vector<double>& grid, std::size_t points) {
    std::vector<double> kept;
    for (std::size_t i = 0; i < points; ++i)
      kept.push_back(grid[i * (grid.size() - 1) / (points - 1)]);
    grid = kept;
  };
  thin(config.mass_MeV, 3);
  thin(config.couplings.front().grid_mu_B, 7);
  config.limits.ceiling = 1.0e30;  // every point is fitted
  experiment::DataFolder data{test::data_dir()};
  return std::make_shared<const campaign::Setup>(std::move(config), data);
}

}  // namespace

TEST_CASE("Configurations of the COHERENT experiments run on a small grid") {
  for (const char* file : {"csi2022_mu_shape.yaml", "kdk_fig2.yaml", "kdk_fig2_lar.yaml",
                           "kdk_fig3.yaml", "kdk_fig3_lar.yaml", "kdk_fig3_lar_3d.yaml"}) {
    INFO(file);
    const auto grid = campaign::make_grid(small(file));
    labelled::Dataset data = grid->begin({});
    const auto worker = grid->worker();
    for (const campaign::Task& task : grid->missing(data)) data.apply((*worker)(task));
    const auto converged = [](std::int8_t code) {
      return fit::is_converged(static_cast<fit::FitStatus>(code));
    };
    for (const std::int8_t code : data.values<std::int8_t>("limit_status")) {
      const auto status = static_cast<inference::LimitStatus>(code);
      CHECK((status == inference::LimitStatus::ok ||
             status == inference::LimitStatus::none_in_range));
    }
    for (std::size_t mass = 0; mass < data.axis("mass").size(); ++mass) {
      CHECK(converged(data.at<std::int8_t>("best_status", {mass, 0})));
      const double best = data.at<double>("best_minus_two_log_l", {mass, 0});
      for (std::size_t i = 0; i < data.axis("coupling").size(); ++i) {
        INFO("mass " << mass << ", coupling " << i);
        CHECK(converged(data.at<std::int8_t>("fit_status", {mass, i})));
        CHECK(data.at<double>("minus_two_log_l", {mass, i}) >= best - 1e-8);
      }
    }
  }
}

TEST_CASE("KDK's scans span their range with one coupling for all flavours") {
  for (const char* file : {"kdk_fig2.yaml", "kdk_fig3.yaml"}) {
    const campaign::RunConfig config = campaign::RunConfig::load(test::config_dir() / file);
    CHECK(config.couplings.front().name == "universal");
    CHECK(config.mass_MeV.front() >= 0.01);
    CHECK(config.mass_MeV.back() <= 40.0);
  }
}
