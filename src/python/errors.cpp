#include "bindings.hpp"
#include "nudipole/core/error.hpp"

#include <exception>
#include <utility>

namespace nudipole::python {
namespace {

namespace py = pybind11;

const char* class_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::config: return "ConfigError";
    case ErrorKind::data: return "DataError";
    case ErrorKind::checkpoint: return "CheckpointError";
    case ErrorKind::numerical: return "NumericalError";
    case ErrorKind::unexpected: break;
  }
  return "Error";
}

void raise(const Error& error) {
  const py::object type = py::module_::import("nudipole._errors").attr(class_of(error.kind()));
  const py::object value = type(error.what(), error.problem(), error.details().where,
                                error.details().expected, error.details().hint);
  PyErr_SetObject(type.ptr(), value.ptr());
}

}  // namespace

void translate_errors() {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(std::move(pointer));
    } catch (const Error& error) {
      raise(error);
    }
  });
}

}  // namespace nudipole::python
