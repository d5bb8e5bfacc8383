// Every configuration of these experiments runs: a few masses and couplings of its own grid.
#include "nudipole/campaign/setup.hpp"
#include "nudipole/campaign/unit.hpp"
#include "support/catch2.hpp"

#include <cmath>
#include <filesystem>
#include <string>

using namespace nudipole;

namespace {

campaign::Setup small(const std::string& file) {
  campaign::RunConfig config =
      campaign::RunConfig::load(std::filesystem::path{NUDIPOLE_TEST_CONFIG_DIR} / file);
  const auto thin = [](std::vector<double>& grid, std::size_t points) {
    std::vector<double> kept;
    for (std::size_t i = 0; i < points; ++i)
      kept.push_back(grid[i * (grid.size() - 1) / (points - 1)]);
    grid = kept;
  };
  thin(config.mass_MeV, 3);
  thin(config.coupling_mu_B, 7);
  experiment::DataFolder data{NUDIPOLE_TEST_DATA_DIR};
  return {std::move(config), data};
}

}  // namespace

TEST_CASE("Configurations of the COHERENT experiments run on a small grid") {
  for (const char* file : {"csi2022_mu_shape.yaml", "kdk_fig2.yaml", "kdk_fig2_lar.yaml",
                           "kdk_fig3.yaml", "kdk_fig3_lar.yaml", "kdk_fig3_lar_3d.yaml"}) {
    INFO(file);
    const campaign::Setup analysis = small(file);
    for (std::size_t mass = 0; mass < analysis.config().mass_MeV.size(); ++mass) {
      const campaign::UnitResult result =
          campaign::evaluate(analysis, {.mass = mass,
                                        .last_coupling = analysis.config().coupling_mu_B.size(),
                                        .with_limits = true});
      CHECK(fit::is_converged(result.best.status));
      for (const inference::Limit& limit : result.limits) {
        CHECK((limit.status == inference::LimitStatus::ok ||
               limit.status == inference::LimitStatus::none_in_range));
      }
      for (const campaign::FitRecord& fit : result.grid) {
        INFO("coupling " << fit.coupling_mu_B);
        CHECK(fit::is_converged(fit.status));
        CHECK(fit.minus_two_log_l >= result.best.minus_two_log_l - 1e-8);
      }
    }
  }
}

TEST_CASE("KDK's scans span their range with one coupling for all flavours") {
  for (const char* file : {"kdk_fig2.yaml", "kdk_fig3.yaml"}) {
    const campaign::RunConfig config =
        campaign::RunConfig::load(std::filesystem::path{NUDIPOLE_TEST_CONFIG_DIR} / file);
    CHECK(config.flavour == PortalFlavour::universal);
    CHECK(config.mass_MeV.front() >= 0.01);
    CHECK(config.mass_MeV.back() <= 40.0);
  }
}
