#pragma once

#include "nudipole/campaign/campaign.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/run/cost.hpp"

#include <boost/serialization/split_free.hpp>
#include <boost/serialization/string.hpp>
#include <boost/serialization/vector.hpp>

namespace nudipole::mpi {

/// An error as it travels between ranks; what other programs throw has no details.
struct Problem {
  int kind = static_cast<int>(ErrorKind::unexpected);
  std::string problem;
  ErrorDetails details{};

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& kind& problem& details.where& details.expected& details.hint;
  }
};

inline Problem problem_of(const Error& error) {
  return {static_cast<int>(error.kind()), error.problem(), error.details()};
}

inline Error error_of(const Problem& problem) {
  return {static_cast<ErrorKind>(problem.kind), problem.problem, problem.details};
}

}  // namespace nudipole::mpi

/// How tasks and what they find out travel between ranks (Boost.Serialization, non-intrusive).
namespace boost::serialization {

template <class Archive>
void serialize(Archive& archive, nudipole::campaign::Task& task, unsigned /*version*/) {
  archive& task.place& task.coordinate& task.first& task.last;
}

template <class Archive>
void serialize(Archive& archive, nudipole::run::PlaceCost& cost, unsigned /*version*/) {
  archive& cost.setup_s& cost.first_item_s& cost.per_item_s;
}

/// The index of the vector's type, then the vector.
template <class Archive>
void save(Archive& archive, const nudipole::labelled::Field::Values& values, unsigned /*version*/) {
  const auto index = static_cast<int>(values.index());
  archive << index;
  std::visit([&archive](const auto& list) { archive << list; }, values);
}

template <class Archive>
void load(Archive& archive, nudipole::labelled::Field::Values& values, unsigned /*version*/) {
  int index = 0;
  archive >> index;
  if (index == 0) values = std::vector<double>{};
  if (index == 1) values = std::vector<std::int32_t>{};
  if (index == 2) values = std::vector<std::int8_t>{};
  std::visit([&archive](auto& list) { archive >> list; }, values);
}

template <class Archive>
void serialize(Archive& archive, nudipole::labelled::Field::Values& values, unsigned version) {
  split_free(archive, values, version);
}

template <class Archive>
void serialize(Archive& archive, nudipole::labelled::Piece& piece, unsigned /*version*/) {
  archive& piece.field& piece.place& piece.offset& piece.values;
}

}  // namespace boost::serialization
