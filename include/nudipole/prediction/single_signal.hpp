#pragma once

#include "nudipole/prediction/signal.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace nudipole::prediction {

/// A signal along one of its parameters of interest, all others at 0.
class SingleSignal final : public Signal {
 public:
  /// \param poi  below whole->poi_count()
  SingleSignal(std::shared_ptr<const Signal> whole, std::size_t poi);

  [[nodiscard]] std::size_t poi_count() const override { return 1; }
  [[nodiscard]] SignalPoint at(std::span<const double> poi) const override;
  [[nodiscard]] bool is_closed() const override { return closed_; }

 private:
  std::shared_ptr<const Signal> whole_;
  std::size_t poi_;
  bool closed_;
};

/// The same for each of several data sets.
Signals along(const Signals& signals, std::size_t poi);

}  // namespace nudipole::prediction
