#pragma once

#include "nudipole/config/section.hpp"
#include "nudipole/detector/probability_table.hpp"
#include "nudipole/experiment/factories.hpp"
#include "nudipole/math/binning.hpp"

#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// A nuisance of kind shift: the response is tabulated at several of its pulls, the first is 0.
struct Shift {
  std::string nuisance;
  std::vector<double> pulls;
  bool operator==(const Shift&) const = default;
};

/// A probability table of the file, and the nuisances that its shifts are.
struct ShiftedTable {
  detector::ProbabilityTable table;
  std::vector<Shift> shifts;
};

/// Keys of the response kind `probability_table`.
config::Kind probability_table_kind();

/// Response kind `probability_table`: the probability that a recoil is accepted and falls into a
/// bin, one table row for each bin and recoil energy [keV], straight lines between the energies, 0
/// outside. Shifts of the detector's yields have columns of their own; joint shifts are the product
/// p(0, 0) x [p(t_1, 0)/p(0, 0)] x [p(0, t_2)/p(0, 0)] at every recoil energy. `scale` multiplies
/// the bins of each class, e.g. by the exposure of a run.
///
///     kind: probability_table
///     table: efficiency.csv
///     recoil: recoil                       # column [keV]
///     nominal: e_0_0                       # column [-]
///     shifts:
///       - {nuisance: light_yield, pulls: [-1, 1], columns: [ly_m1, ly_p1]}
///     scale: {column: run, factors: {SR0: 1.2, SR1: 2.3}}
///
/// \param binning  axes of classes; the table has columns of their names
ShiftedTable read_probability_table(const config::Section& section, const Context& context,
                                    const math::Binning& binning);

}  // namespace nudipole::experiment::detail
