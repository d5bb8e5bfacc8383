#pragma once

#include "nudipole/inference/toys.hpp"

#include <cstdint>

namespace nudipole::campaign {

/// What toys are made for; the codes are stored in result files.
enum class ToyMethod : std::int8_t {
  feldman_cousins = 0,
  cls = 1,
  goodness_of_fit = 2,
  coverage = 3,
  significance = 4
};

/// Nuisances at which the toys of a hypothesis are generated.
enum class GenerateAt { profiled, nominal };

/// Over which masses the best fit of a toy runs.
enum class BestFitMass { of_the_point, free };

/// Whether the statistic of each toy is stored.
enum class KeepToys { none, q };

/// Whether a campaign looks for limits between the couplings of its grid.
enum class Refinement { none, around_crossings };

/// Points whose answer is plain from the data alone.
enum class FarPoints { computed, skipped };

/// The block `toys` of a configuration.
struct ToyRequest {
  ToyMethod method = ToyMethod::feldman_cousins;
  std::int64_t least = 1000;  ///< toys of a point before the rule may stop
  std::int64_t most = 100'000;
  std::int64_t batch = 250;
  std::uint32_t seed = 1;
  BestFitMass best_fit_mass = BestFitMass::of_the_point;
  inference::Auxiliary auxiliary = inference::Auxiliary::fluctuated;
  GenerateAt generate_at = GenerateAt::profiled;
  Refinement refine = Refinement::around_crossings;
  double refine_to = 0.02;     ///< relative distance of couplings at which refinement ends
  double errors_away = 3.0;    ///< p this many errors away from 1 - CL needs no more toys
  double wanted_error = 0.03;  ///< nor with this error, relative to 1 - CL
  FarPoints far_points = FarPoints::computed;
  KeepToys keep = KeepToys::none;
};

}  // namespace nudipole::campaign
