#pragma once

#include "nudipole/inference/limit.hpp"
#include "nudipole/inference/profile.hpp"

#include <array>

namespace nudipole::inference {

/// Quantiles of an expected limit, in standard deviations of a Gaussian: the median and the edges
/// of the bands that hold 68 and 95 % of experiments without signal.
inline constexpr std::array<double, 5> band_sigmas{-2.0, -1.0, 0.0, 1.0, 2.0};

/// One limit for each of band_sigmas.
using ExpectedLimits = std::array<Limit, band_sigmas.size()>;

/// Upper limits that data without signal give, by the Asimov data set (Cowan, Cranmer, Gross,
/// Vitells, 1007.1727, sections 3.2 and 4): with the standard error sigma(x) = x/sqrt(Delta
/// chi2_A(x)), an experiment that fluctuates by N sigma would fit x^ = N sigma, and the limit
/// "Delta chi2 = c above the best fit with x^ >= 0" lies at x = t_N sigma(x), which means
///   Delta chi2_A(x) = t_N^2,  t_N = N + sqrt(c) for N >= 0, N + sqrt(N^2 + c) for N < 0.
/// \param asimov      the profile of the Asimov data set without signal
/// \param delta_chi2  c, > 0
/// \param largest     where searches end
ExpectedLimits expected_limits(const Profile& asimov, double delta_chi2, double largest);

/// The same for CL_s at a confidence level: t_N = Phi^-1(1 - alpha Phi(N)) + N with alpha = 1 -
/// confidence (1007.1727, eq. 88 and 89 with CL_s for p).
ExpectedLimits expected_cls_limits(const Profile& asimov, double confidence, double largest);

/// Upper limit by CL_s from observed data with the formulae of large samples: where
/// [1 - Phi(sqrt(q))]/Phi(sqrt(q_A) - sqrt(q)) = 1 - confidence, with the one-sided q~ of the data
/// and q_A of the Asimov data set; for q~ > q_A eq. 65 of 1007.1727 takes the place of eq. 60.
/// \param best  of the data
Limit asymptotic_cls_limit(const Profile& data, const ProfilePoint& best, const Profile& asimov,
                           double confidence, double largest);

}  // namespace nudipole::inference
