#pragma once

#include <hdf5.h>

#include <stdexcept>
#include <string>
#include <utility>

/// Owners of HDF5 identifiers and HDF5's errors. Private: no other module sees HDF5.
namespace nudipole::io::hdf5 {

/// A failed HDF5 call with the library's own explanation; becomes a CheckpointError with the path.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws Failure "H5Xcall: <text of HDF5's error stack>".
[[noreturn]] void fail(const char* call);

/// Passes on the result of an HDF5 call; \throws Failure when it is negative.
template <class Result>
Result checked(Result result, const char* call) {
  if (result < 0) fail(call);
  return result;
}

/// Switches HDF5's own printing of errors off while it lives.
class QuietErrors {
 public:
  QuietErrors();
  ~QuietErrors();
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

/// Owner of an HDF5 identifier; one type for each kind, told apart by its closing function.
template <herr_t (*Close)(hid_t)>
class Handle {
 public:
  Handle(hid_t id, const char* call) : id_(checked(id, call)) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle() {
    if (id_ >= 0) Close(id_);
  }

  [[nodiscard]] hid_t id() const noexcept { return id_; }
  void close(const char* call) { checked(Close(std::exchange(id_, H5I_INVALID_HID)), call); }

 private:
  hid_t id_;
};

using File = Handle<H5Fclose>;
using DataSet = Handle<H5Dclose>;
using Space = Handle<H5Sclose>;
using Type = Handle<H5Tclose>;
using Attribute = Handle<H5Aclose>;
using PropertyList = Handle<H5Pclose>;

}  // namespace nudipole::io::hdf5
