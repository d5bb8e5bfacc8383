#pragma once

#include "nudipole/campaign/setup.hpp"
#include "nudipole/labelled/dataset.hpp"

#include <string>

namespace nudipole::jobs {

/// What is to be said of a scan that cannot find a limit, or whose numbers look as if they were in
/// another unit; empty: nothing. It needs the templates of one mass.
std::string warning_before(const campaign::Setup& setup);

/// What is to be said of a scan that is done and found no limit, or none on its grid of couplings;
/// empty: nothing.
std::string warning_after(const campaign::Setup& setup, const labelled::Dataset& dataset);

}  // namespace nudipole::jobs
