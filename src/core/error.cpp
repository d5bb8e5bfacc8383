#include "nudipole/core/error.hpp"

namespace nudipole {
namespace {

std::string compose(const std::string& what, const ErrorDetails& details) {
  std::string text;
  if (!details.where.empty()) text.append(details.where).append(": ");
  text.append(what);
  if (!details.expected.empty()) text.append("; expected ").append(details.expected);
  if (!details.hint.empty()) text.append("; ").append(details.hint);
  return text;
}

}  // namespace

std::string_view to_string(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::config: return "config error";
    case ErrorKind::data: return "data error";
    case ErrorKind::checkpoint: return "result file error";
    case ErrorKind::numerical: return "numerical error";
    case ErrorKind::unexpected: break;
  }
  return "unexpected error";
}

Error::Error(ErrorKind kind, const std::string& problem, const ErrorDetails& details)
    : std::runtime_error(compose(problem, details)),
      kind_(kind),
      problem_(problem),
      details_(details) {}

void throw_error(ErrorKind kind, const std::string& what, const ErrorDetails& details) {
  switch (kind) {
    case ErrorKind::config: throw ConfigError(what, details);
    case ErrorKind::data: throw DataError(what, details);
    case ErrorKind::checkpoint: throw CheckpointError(what, details);
    case ErrorKind::numerical: throw NumericalError(what, details);
    case ErrorKind::unexpected: break;
  }
  throw Error(ErrorKind::unexpected, what, details);
}

void throw_with_context(const Error& error, const std::string& context) {
  ErrorDetails details = error.details();
  details.where = details.where.empty() ? context : context + ": " + details.where;
  throw_error(error.kind(), error.problem(), details);
}

}  // namespace nudipole
