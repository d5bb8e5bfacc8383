#pragma once

#include "nudipole/experiment/factories.hpp"
#include "nudipole/prediction/signal_model.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nudipole::experiment::detail {

/// The observables beside the energy, and how signal events of an energy bin spread over their
/// bins.
struct Companions {
  std::vector<math::BinAxis> axes{};  ///< none: the energy alone is binned
  std::optional<TimeAxis> time{};     ///< set when one of the axes is the time
  std::map<std::string, prediction::Spread>
      spreads{};                                  ///< arrival class -> [energy bin, companion bin]
  std::optional<prediction::Spread> any_class{};  ///< the same for every class; replaces `spreads`

  /// \throws DataError when there is none for this class of `component`
  [[nodiscard]] const prediction::Spread& spread(const std::string& arrival,
                                                 const std::string& component,
                                                 const config::Section& root) const;
};

config::Schema companions_schema();

/// Reads the section `time` or the section `companions`; without either, only the energy is binned.
///
/// time, kind:
///   axis    (default) bins edges_us, arrival profiles and a timing efficiency
///   window  no bins: a selection between the two edges_us that each arrival class passes in part
///   none    no bins, no selection
/// companions: axes and a spread, kind:
///   table   a column [counts] in the experiment's binning, the same for all arrival classes
///   pulse   that column over all axes but the time; in time a Gaussian pulse, convolved for each
///           arrival class with an exponential of its lifetime (0: none). What falls outside the
///           time axis is lost.
/// Both divide the column by the sum of `normaliser` over the energy bin; energy bins in which that
/// is empty take the shape of the next lower one that is not.
Companions make_companions(const config::Section& root, const Context& context,
                           const math::BinAxis& energy);

}  // namespace nudipole::experiment::detail
