#pragma once

#include "nudipole/labelled/dataset.hpp"
#include "nudipole/scan/analysis.hpp"

namespace nudipole::scan::detail {

/// Axes and fields of an analysis' result (listed at ResultTable) without results: NaN, codes -1.
labelled::Dataset make_dataset(const Analysis& analysis);

}  // namespace nudipole::scan::detail
