#pragma once

#include "nudipole/scan/unit.hpp"

#include <boost/serialization/vector.hpp>

/// How units and their results travel between ranks (Boost.Serialization, non-intrusive).
namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, nudipole::scan::Unit& unit, unsigned /*version*/) {
  archive& unit.mass& unit.first_coupling& unit.last_coupling& unit.with_limits;
}

template <class Archive>
void serialize(Archive& archive, nudipole::inference::Limit& limit, unsigned /*version*/) {
  archive& limit.x_mu_B2& limit.status;
}

template <class Archive>
void serialize(Archive& archive, nudipole::scan::FitRecord& record, unsigned /*version*/) {
  archive& record.coupling_mu_B& record.minus_two_log_l& record.status& record.evaluations;
  archive& record.nuisances& record.contributions;
}

template <class Archive>
void serialize(Archive& archive, nudipole::scan::PartResult& part, unsigned /*version*/) {
  archive& part.best_coupling_mu_B& part.best_minus_two_log_l& part.best_status& part.limits;
}

template <class Archive>
void serialize(Archive& archive, nudipole::scan::UnitResult& result, unsigned /*version*/) {
  archive& result.unit& result.best& result.limits& result.parts& result.grid& result.seconds;
}

}  // namespace boost::serialization
