#pragma once

#include "nudipole/core/error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nudipole::run {

/// The processes of one run, as far as loading the input needs them. Its functions are collective.
class Communicator {
 public:
  virtual ~Communicator() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  [[nodiscard]] bool is_root() const { return rank() == 0; }

  /// Rank 0's texts, which may hold any bytes, on every rank.
  [[nodiscard]] virtual std::vector<std::string> broadcast(
      std::vector<std::string> texts) const = 0;
  /// What went wrong on each rank, on rank 0 [rank]; empty on the others.
  [[nodiscard]] virtual std::vector<std::optional<Error>> gather(
      const std::optional<Error>& mine) const = 0;

 protected:
  Communicator() = default;
  Communicator(const Communicator&) = default;
  Communicator& operator=(const Communicator&) = default;
  Communicator(Communicator&&) = default;
  Communicator& operator=(Communicator&&) = default;
};

}  // namespace nudipole::run
