// Two experiments of one Gaussian bin each whose backgrounds share a nuisance: everything is known
// in closed form. With measured n_i +- s_i, background B_i (1 + a + b_i), portal template D_i and
// priors a ~ N(0, w), b_i ~ N(0, w_i), the minimum over a, b_1, b_2 is
//   chi2(x) = r^T V^-1 r,   r = n - B - x D,
//   V = [[s_1^2 + B_1^2 (w^2 + w_1^2),  B_1 B_2 w^2], [B_1 B_2 w^2,  s_2^2 + B_2^2 (w^2 + w_2^2)]],
// the minimum over x lies at x_0 = D^T V^-1 r_0 / D^T V^-1 D and chi2 rises by D at
// x_0 + sqrt(D / D^T V^-1 D); the pull of a is w B^T V^-1 r.
#include "nudipole/inference/profile.hpp"

#include "support/catch2.hpp"
#include "support/profiles.hpp"
#include "unit/likelihood/toy_term.hpp"

#include <Eigen/LU>

#include <cmath>

using namespace nudipole;
using namespace nudipole::inference;
using likelihood::Joint;
using likelihood::Term;
using test::toy_definition;
using test::toy_portal;
using test::toy_x;

namespace {

constexpr double common_width = 0.1;
constexpr double unit = 1e-18;  ///< of x [mu_B^2]

struct Bin {
  double measured;
  double error;
  double background;
  double own_width;
  double portal;  ///< events at x = unit
};
constexpr Bin bins[] = {{113.0, 4.0, 90.0, 0.07, 5.0}, {61.0, 3.0, 55.0, 0.12, 9.0}};

Eigen::ArrayXd one_bin(double value) { return Eigen::ArrayXd::Constant(1, value); }

Term one_bin_term(const Bin& bin, const std::string& name, const std::string& common) {
  return Term{
      {.name = name,
       .bin_count = 1,
       .statistic = likelihood::gaussian_chi2(one_bin(bin.error)),
       .nuisances = {{.name = common, .width = common_width, .lower = -0.5, .upper = 5.0},
                     {.name = name + "_own", .width = bin.own_width, .lower = -0.49, .upper = 5.0}},
       .components = {{"background", one_bin(bin.background), {0, 1}}},
       .signal_scaled_by = {}}};
}

Joint two_bins(const std::string& common_of_second) {
  return Joint{{one_bin_term(bins[0], "first", "common"),
                one_bin_term(bins[1], "second", common_of_second)}};
}

enum class Common { one, two };

Eigen::Matrix2d inverse_covariance(Common common) {
  Eigen::Matrix2d covariance;
  for (Eigen::Index i = 0; i < 2; ++i) {
    const Bin& bin = bins[i];
    covariance(i, i) =
        bin.error * bin.error + bin.background * bin.background *
                                    (common_width * common_width + bin.own_width * bin.own_width);
  }
  covariance(0, 1) = covariance(1, 0) =
      common == Common::one ? bins[0].background * bins[1].background * common_width * common_width
                            : 0.0;
  return covariance.inverse();
}

Eigen::Vector2d residual(double x) {
  return {bins[0].measured - bins[0].background - x * bins[0].portal,
          bins[1].measured - bins[1].background - x * bins[1].portal};
}

}  // namespace

TEST_CASE("Two correlated experiments have the profile of the closed form") {
  for (const Common common : {Common::one, Common::two}) {
    const Joint joint = two_bins(common == Common::one ? "common" : "another");
    REQUIRE(joint.nuisances().size() == (common == Common::one ? 3 : 4));
    const Profile profile =
        test::profile_of(joint, {one_bin(bins[0].portal / unit), one_bin(bins[1].portal / unit)},
                         {one_bin(bins[0].measured), one_bin(bins[1].measured)});
    const Eigen::Matrix2d weight = inverse_covariance(common);
    for (const double x : {0.0, 0.5, 1.0, 3.0}) {
      const Eigen::Vector2d r = residual(x);
      const ProfilePoint point = profile.at(x * unit);
      CHECK(point.minus_two_log_l == Approx(r.dot(weight * r)).epsilon(1e-9));
      const Eigen::Vector2d background{bins[0].background, bins[1].background};
      if (common == Common::one) {
        CHECK(point.pulls[0] ==
              Approx(common_width * background.dot(weight * r)).epsilon(1e-7).margin(1e-7));
      }
    }
    const Eigen::Vector2d portal{bins[0].portal, bins[1].portal};
    const double curvature = portal.dot(weight * portal);
    const double best_x = portal.dot(weight * residual(0.0)) / curvature;
    REQUIRE(best_x > 0.0);
    const ProfilePoint best = profile.best_fit().best;
    CHECK(best.minus_two_log_l ==
          Approx(residual(best_x).dot(weight * residual(best_x))).epsilon(1e-9));
    CHECK(best.poi.front() / unit == Approx(best_x).epsilon(1e-5));
    for (const double threshold : {2.71, 4.61}) {
      const Limit limit = profile.upper_limit(best, threshold, 1e3 * unit);
      REQUIRE(limit.status == LimitStatus::ok);
      CHECK(limit.poi / unit == Approx(best_x + std::sqrt(threshold / curvature)).epsilon(1e-9));
    }
  }
}

TEST_CASE("Profiles of independent experiments add up") {
  Term::Definition other = toy_definition("other", 0.3);
  for (likelihood::Nuisance& nuisance : other.nuisances) nuisance.name += "_2";
  const Joint one{{Term{toy_definition("one")}}};
  const Joint two{{Term{other}}};
  const Joint both{{Term{toy_definition("one")}, Term{other}}};
  const Eigen::ArrayXXd second = 0.3 * toy_portal();
  const Eigen::ArrayXd data = test::toy_data();
  const Profile of_one = test::profile_of(one, {toy_portal()}, {data});
  const Profile of_two = test::profile_of(two, {second}, {test::toy_data(0.3)});
  const Profile of_both =
      test::profile_of(both, {toy_portal(), second}, {data, test::toy_data(0.3)});
  for (const double x : {0.0, toy_x, 4.0 * toy_x, 30.0 * toy_x}) {
    CHECK(of_both.at(x).minus_two_log_l ==
          Approx(of_one.at(x).minus_two_log_l + of_two.at(x).minus_two_log_l).margin(1e-8));
  }
}

TEST_CASE(
    "With data as expected, independent experiments limit more together than the best alone") {
  Term::Definition other = toy_definition("other", 0.4);
  for (likelihood::Nuisance& nuisance : other.nuisances) nuisance.name += "_2";
  const Joint both{{Term{toy_definition("one")}, Term{other}}};
  const std::vector<double> no_pulls(both.nuisances().size());
  const test::Templates portals{toy_portal(), 0.4 * toy_portal()};
  const std::vector<Eigen::ArrayXd> expected =
      both.expected(test::signals_at(0.0, portals), no_pulls);
  const Profile together = test::profile_of(both, portals, expected);
  const auto limit_of = [](const Profile& profile) {
    const Limit limit = profile.upper_limit(profile.best_fit().best, 2.71, 1e6 * toy_x);
    REQUIRE(limit.status == LimitStatus::ok);
    return limit.poi;
  };
  const double limit = limit_of(together);
  for (const std::size_t i : {0U, 1U}) {
    const Profile profile = test::profile_of(Joint{{both.terms()[i]}}, {portals[i]}, {expected[i]});
    CHECK(limit < limit_of(profile));
    // At the level of Delta chi2: none of the parts rules out more than all of them.
    CHECK(together.at(limit).minus_two_log_l - together.best_fit().best.minus_two_log_l >=
          profile.at(limit).minus_two_log_l - profile.best_fit().best.minus_two_log_l);
  }
}
