#include "nudipole/math/binning.hpp"

namespace nudipole::math {

std::size_t Binning::size() const {
  std::size_t count = 1;
  for (const BinAxis& axis : axes) count *= axis.size();
  return count;
}

std::vector<std::size_t> Binning::indices(std::size_t bin) const {
  std::vector<std::size_t> result(axes.size());
  for (std::size_t i = axes.size(); i-- > 0;) {
    result[i] = bin % axes[i].size();
    bin /= axes[i].size();
  }
  return result;
}

}  // namespace nudipole::math
