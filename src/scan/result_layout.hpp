#pragma once

#include "nudipole/scan/analysis.hpp"
#include "nudipole/scan/dataset.hpp"

namespace nudipole::scan::detail {

/// Axes and fields of an analysis' result (listed at ResultTable) without results: NaN, codes -1.
Dataset make_dataset(const Analysis& analysis);

}  // namespace nudipole::scan::detail
