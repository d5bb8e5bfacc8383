#pragma once

#include "nudipole/inference/profile.hpp"
#include "support/signals.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace nudipole::test {

/// Profile of data [term][bin] in one parameter of interest.
inline inference::Profile profile_of(const likelihood::Joint& joint, const Templates& per_x,
                                     std::vector<Eigen::ArrayXd> data,
                                     const fit::Settings& settings = {}) {
  return {std::make_shared<likelihood::Joint>(joint), linear_signals(per_x),
          std::make_shared<likelihood::Observation>(joint.observe(std::move(data))), settings};
}

}  // namespace nudipole::test
