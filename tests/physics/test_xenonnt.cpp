#include "nudipole/campaign/signal_strength.hpp"
#include "nudipole/core/units.hpp"
#include "nudipole/inference/profile.hpp"
#include "support/catch2.hpp"
#include "support/central_difference.hpp"
#include "support/experiment_profile.hpp"
#include "xenon_reference.hpp"

#include <array>
#include <cmath>
#include <random>

using namespace nudipole;
using namespace nudipole::test;
using namespace nudipole::test::xenon;
using inference::LimitStatus;

namespace {

/// With the year of the reference tables.
const experiment::Experiment& release(int year) {
  return load("xenonnt_8b_" + std::to_string(year), {{"year", "julian"}});
}

/// Events at nominal strength and at the reference coupling (10 MeV, tau) [bin, variant].
using NamedTemplates = std::map<std::string, Eigen::ArrayXXd>;

NamedTemplates templates(const experiment::Experiment& nt) {
  return {{"cevns", nt.signal().standard_model(prediction::Scattering::nucleus)},
          {"dipole", nt.signal().dipole(10.0).total(PortalFlavour::tau) * reference_x_mu_B2()}};
}

int year_of(const config::Table& table, std::size_t row) {
  return static_cast<int>(table.column("year", "-")[row]);
}

}  // namespace

TEST_CASE("XENONnT: templates in every bin at shifts of one yield and of both") {
  const config::Table table = reference_table("xenonnt_templates.csv");
  REQUIRE(table.rows() == (18 + 27) * 21 * 2);
  std::map<int, NamedTemplates> events;
  std::map<int, NamedTemplates> finer;
  for (const int year : {2024, 2026}) {
    events[year] = templates(release(year));
    finer[year] = templates(load("xenonnt_8b_" + std::to_string(year), {{"year", "julian"}},
                                 {.max_width_ln = 0.02, .order = 16}));
    REQUIRE(events[year]["cevns"].cols() == 49);
  }
  // Variants are ordered 0, -3, -2, -1, 1, 2, 3, the charge yield fastest.
  const std::array order{0, -3, -2, -1, 1, 2, 3};
  const std::map<std::string, Eigen::Index> stride{{"t_ly", 7}, {"t_qy", 1}, {"both", 8}};
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const int year = year_of(table, row);
    const std::string& run = table.text_column("run")[row];
    const int shift = static_cast<int>(table.column("t", "-")[row]);
    const auto position =
        static_cast<Eigen::Index>(std::ranges::find(order, shift) - order.begin());
    const Eigen::Index variant = stride.at(table.text_column("axis")[row]) * position;
    const auto bin = static_cast<Eigen::Index>(9.0 * (run.back() - '0') +
                                               3.0 * table.column("cs2_bin", "-")[row] +
                                               table.column("purity", "-")[row]);
    INFO(table.where(row, "events"));
    const std::string& component = table.text_column("component")[row];
    const double expected = table.column("events", "counts")[row];
    // The independent program is good to 1e-11. A joint shift multiplies two lines by the inverse
    // of a third, which is near 0 at the threshold in the release of 2026: eight points a panel
    // leave up to 3.3e-7.
    const double tolerance = table.text_column("axis")[row] == "both" ? 5e-7 : 1e-9;
    CHECK(events[year][component](bin, variant) == Approx(expected).epsilon(tolerance));
    CHECK(finer[year][component](bin, variant) == Approx(expected).epsilon(1e-9));
  }
}

TEST_CASE("XENONnT: templates stay positive for all yield shifts") {
  for (const int year : {2024, 2026}) {
    const experiment::Experiment& nt = release(year);
    const auto& component = nt.term().components().front();
    const Eigen::ArrayXXd portal = nt.signal().dipole(14.0).total(PortalFlavour::tau);
    std::vector<double> pulls(nt.term().nuisances().size());
    for (double light = -3.0; light <= 3.0; light += 0.25) {
      for (double charge = -3.0; charge <= 3.0; charge += 0.25) {
        pulls[2] = light;
        pulls[3] = charge;
        const Eigen::VectorXd weights = component.variations->weights(pulls).weights;
        CHECK((component.events.matrix() * weights).minCoeff() > 0.0);
        CHECK((portal.matrix() * weights).minCoeff() > 0.0);
      }
    }
  }
}

TEST_CASE("XENONnT: gradient of the likelihood against finite differences") {
  for (const int year : {2024, 2026}) {
    const likelihood::Term& term = release(year).term();
    const likelihood::Observed observed = term.observe(release(year).observed());
    const Eigen::ArrayXXd portal = release(year).signal().dipole(5.0).total(PortalFlavour::tau);
    const std::size_t n = term.nuisances().size();
    std::mt19937 random{static_cast<unsigned>(year)};
    std::uniform_real_distribution<double> spread{-1.0, 1.0};
    for (int point = 0; point < 5; ++point) {
      std::vector<double> pulls(n);
      for (double& pull : pulls) pull = spread(random) * 0.8;
      pulls[2] *= 3.5;  // light yield within -2.8 .. 2.8
      pulls[3] *= 3.5;
      const double x = 0.7 * reference_x_mu_B2();
      std::vector<double> gradient(1 + n);
      (void)term.evaluate(test::signal_at(x, portal), pulls, observed, gradient);
      for (std::size_t k = 0; k <= n; ++k) {
        const auto value = [&](double step) {
          std::vector<double> shifted = pulls;
          if (k > 0) shifted[k - 1] += step;
          return term.evaluate(test::signal_at(k == 0 ? x + step : x, portal), shifted, observed,
                               {});
        };
        const double difference = central_difference(value, k == 0 ? 1e-5 * x : 1e-5);
        // Rounding 1e-14 x 50/h = 5e-8; truncation is smaller.
        const double scale = k == 0 ? 1.0 / x : 1.0;
        CHECK(gradient[k] == Approx(difference).epsilon(1e-6).margin(2e-7 * scale));
      }
    }
  }
}

TEST_CASE("XENONnT: fits and limits at all masses and flavours") {
  const config::Table table = reference_table("xenonnt_limits.csv");
  REQUIRE(table.rows() == 24);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& flavour = table.text_column("flavour")[row];
    const double mass_MeV = table.column("mass", "MeV")[row];
    INFO(year_of(table, row) << ", flavour " << flavour << ", m_N " << mass_MeV << " MeV");
    const experiment::Experiment& nt = release(year_of(table, row));
    // The independent fits are good to 1e-10, ours stop at 1e-9 of -2 ln L. A flat minimum: the
    // root of a slope.
    check_fits(table, row, test::profile_of(nt, mass_MeV, *parse_portal_flavour(flavour)),
               {.chi2 = 1e-8, .best = 1e-5, .limit = 1e-8});
  }
}

TEST_CASE("XENONnT: masses beyond the solar spectrum are closed") {
  for (const int year : {2024, 2026}) {
    const experiment::Experiment& nt = release(year);
    for (const double mass_MeV : {16.5, 20.0}) {
      const inference::Profile profile = test::profile_of(nt, mass_MeV, PortalFlavour::tau);
      CHECK(profile.is_closed());
      CHECK(profile.upper_limit(profile.best_fit().best, 2.71, 1.0).status == LimitStatus::closed);
    }
  }
}

TEST_CASE("XENONnT: strength of the Standard Model signal") {
  const config::Table table = reference_table("xenonnt_strength.csv");
  REQUIRE(table.rows() == 4);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& shape = table.text_column("shape")[row];
    INFO(year_of(table, row) << ", " << shape);
    const campaign::Setup analysis =
        analyse("[{name: xenonnt_8b_" + std::to_string(year_of(table, row)) +
                ", options: {year: julian, shape: " + shape + "}}]");
    const inference::SignalStrength strength = campaign::fit_signal_strength(analysis, 1.0);
    const auto number = [&](const char* column) { return table.column(column, "-")[row]; };
    CHECK(strength.standard_model_events ==
          Approx(table.column("sm_events", "counts")[row]).epsilon(1e-9));
    // The minimum is flat: 1e-9 of -2 ln L is 2e-5 of the strength.
    CHECK(strength.best == Approx(number("best")).epsilon(2e-5));
    CHECK(strength.best_fit.minus_two_log_l ==
          Approx(number("chi2_min")).epsilon(0.0).margin(1e-8));
    CHECK(strength.standard_model.minus_two_log_l ==
          Approx(number("chi2_sm")).epsilon(0.0).margin(1e-8));
    CHECK(strength.lower == Approx(number("lower")).epsilon(1e-8));
    CHECK(strength.upper == Approx(number("upper")).epsilon(1e-8));
  }
}

TEST_CASE("XENONnT 2024: strength and flux against the collaboration") {
  const campaign::Setup analysis = analyse("[{name: xenonnt_8b_2024, options: {shape: bahcall}}]");
  const inference::SignalStrength strength = campaign::fit_signal_strength(analysis, 1.0);
  // .887 x Standard Model and 10.7 events, from a fit whose interpolation between yields is not
  // known; interpolations tried by the independent program give .882 to .891.
  CHECK(strength.best == Approx(0.887).epsilon(0.01));
  CHECK(strength.best * strength.standard_model_events == Approx(10.7).epsilon(0.01));
  // arXiv:2408.02877: flux 4.7 +3.6 -2.3 e6 /cm2/s, two digits; ours has the 9 bins a run of the
  // grouped release instead of 81.
  const double flux = 5.25;
  // Expected events of another calculation with a year of 365 days and the term -T/E, which is
  // worth 7e-4 here: 12.07. With Julian years it would be 12.09.
  CHECK(strength.standard_model_events == Approx(12.07).epsilon(1e-3));
  CHECK(strength.best * flux == Approx(4.7).epsilon(0.0).margin(0.1));
  CHECK((strength.upper - strength.best) * flux == Approx(3.6).epsilon(0.0).margin(0.2));
  CHECK((strength.best - strength.lower) * flux == Approx(2.3).epsilon(0.0).margin(0.2));
}
