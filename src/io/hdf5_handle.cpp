#include "hdf5_handle.hpp"

namespace nudipole::io::hdf5 {
namespace {

/// Keeps the first entry with a text: walking upward, that is the innermost cause.
herr_t keep_cause(unsigned, const H5E_error2_t* entry, void* text) {
  auto& cause = *static_cast<std::string*>(text);
  if (cause.empty() && entry->desc != nullptr) cause = entry->desc;
  return 0;
}

}  // namespace

void fail(const char* call) {
  std::string cause;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_cause, &cause);
  throw Failure(std::string{call} + ": " + (cause.empty() ? "no reason given" : cause));
}

QuietErrors::QuietErrors() {
  H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }

}  // namespace nudipole::io::hdf5
