#pragma once

#include "nudipole/campaign/run_config.hpp"

namespace nudipole::campaign::detail {

/// How the points of a grid lie.
enum class Spacing { linear, logarithmic, adaptive };

/// What becomes of N that decay inside.
enum class DecayInside { counted, removed };

// Words of a configuration for its enumerations.
const config::Words<Spacing>& spacings();
/// Those of what a scan may also place itself.
const config::Words<Spacing>& adaptive_spacings();
const config::Words<DecayInside>& decay_words();
const config::Words<inference::Thresholds>& threshold_words();
const config::Words<PortalFlavour>& flavours();
const config::Words<fit::Algorithm>& algorithms();
const config::Words<ToyMethod>& toy_methods();
const config::Words<inference::Auxiliary>& auxiliary_words();
const config::Words<GenerateAt>& generate_at_words();
const config::Words<KeepToys>& keep_words();

}  // namespace nudipole::campaign::detail
