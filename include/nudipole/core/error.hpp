#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace nudipole {

/// What went wrong, as far as the caller can act on it. Selects the exit code of the program.
enum class ErrorKind {
  config,      ///< the user's configuration or command line
  data,        ///< files in an experiment's data folder
  checkpoint,  ///< a result file: unreadable, foreign, locked, not writable
  numerical,   ///< a computation that cannot give a trustworthy number
  unexpected   ///< anything else
};

/// Name of an error kind as used in messages, e.g. "config error".
std::string_view to_string(ErrorKind kind) noexcept;

/// Where a problem lies, what was expected there and how to mend it; empty parts are left out.
struct ErrorDetails {
  std::string where{};     ///< file:line and key, or experiment, mass and coupling
  std::string expected{};  ///< the valid range, form or set of names
  std::string hint{};      ///< the remedy
};

/// Base of all errors the library throws. The text reads "where: problem; expected ...; hint".
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& problem, const ErrorDetails& details = {});

  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  /// What is wrong, without the details.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] const ErrorDetails& details() const noexcept { return details_; }

 private:
  ErrorKind kind_;
  std::string problem_;
  ErrorDetails details_;
};

class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& what, const ErrorDetails& details = {})
      : Error(ErrorKind::config, what, details) {}
};

class DataError : public Error {
 public:
  explicit DataError(const std::string& what, const ErrorDetails& details = {})
      : Error(ErrorKind::data, what, details) {}
};

class CheckpointError : public Error {
 public:
  explicit CheckpointError(const std::string& what, const ErrorDetails& details = {})
      : Error(ErrorKind::checkpoint, what, details) {}
};

class NumericalError : public Error {
 public:
  explicit NumericalError(const std::string& what, const ErrorDetails& details = {})
      : Error(ErrorKind::numerical, what, details) {}
};

/// Throws the class that belongs to `kind`; used where the kind is known only at run time.
[[noreturn]] void throw_error(ErrorKind kind, const std::string& what,
                              const ErrorDetails& details = {});

/// Throws an error again as it is seen from further out: `context` stands before its place.
[[noreturn]] void throw_with_context(const Error& error, const std::string& context);

}  // namespace nudipole
