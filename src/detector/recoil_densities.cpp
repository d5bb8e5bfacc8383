#include "recoil_densities.hpp"

namespace nudipole::detector::detail {

std::vector<double> RecoilDensities::at(const Smearing& smearing, double e_ee_MeV,
                                        std::span<const double> observed) {
  std::vector<double> densities(observed.size());
  if (smearing_ != &smearing || e_ee_MeV_ != e_ee_MeV) {
    smearing.densities(observed, e_ee_MeV, densities);
    if (smearing_ == nullptr) {
      smearing_ = &smearing;
      e_ee_MeV_ = e_ee_MeV;
      observed_.assign(observed.begin(), observed.end());
      densities_ = densities;
    }
    return densities;
  }
  std::size_t known = 0;
  for (std::size_t i = 0; i < observed.size();) {
    while (known < observed_.size() && observed_[known] < observed[i]) ++known;
    if (known < observed_.size() && observed_[known] == observed[i]) {
      densities[i++] = densities_[known++];
      continue;
    }
    std::size_t end = i;  // of the points that are new
    while (end < observed.size() &&
           (known == observed_.size() || observed[end] < observed_[known])) {
      ++end;
    }
    smearing.densities(observed.subspan(i, end - i), e_ee_MeV,
                       std::span{densities}.subspan(i, end - i));
    i = end;
  }
  return densities;
}

}  // namespace nudipole::detector::detail
