#include "nudipole/labelled/dataset.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>

namespace nudipole::labelled {
namespace {

template <class Range>
auto find_named(Range& range, std::string_view name) {
  return std::ranges::find_if(range, [name](const auto& item) { return item.name == name; });
}

template <class Range>
auto& at_named(Range& range, std::string_view name, const char* what) {
  const auto found = find_named(range, name);
  if (found == range.end()) {
    throw Error(ErrorKind::unexpected,
                std::string{"the dataset has no "} + what + " '" + std::string{name} + "'");
  }
  return *found;
}

std::size_t size_of(const auto& values) {
  return std::visit([](const auto& list) { return list.size(); }, values);
}

}  // namespace

std::size_t Axis::size() const { return size_of(values); }

void Dataset::add_axis(Axis axis) {
  if (has_axis(axis.name)) {
    throw Error(ErrorKind::unexpected, "axis '" + axis.name + "' added twice");
  }
  axes_.push_back(std::move(axis));
}

void Dataset::add_field(Field field) {
  if (has_field(field.name) || has_axis(field.name)) {
    throw Error(ErrorKind::unexpected, "field '" + field.name + "' added twice");
  }
  std::size_t expected = 1;
  for (const std::string& name : field.axes) expected *= axis(name).size();
  if (size_of(field.values) != expected) {
    throw Error(ErrorKind::unexpected, "field '" + field.name + "' holds " +
                                           std::to_string(size_of(field.values)) +
                                           " values, its axes span " + std::to_string(expected));
  }
  fields_.push_back(std::move(field));
}

bool Dataset::has_axis(std::string_view name) const {
  return find_named(axes_, name) != axes_.end();
}
bool Dataset::has_field(std::string_view name) const {
  return find_named(fields_, name) != fields_.end();
}
const Axis& Dataset::axis(std::string_view name) const { return at_named(axes_, name, "axis"); }
const Field& Dataset::field(std::string_view name) const {
  return at_named(fields_, name, "field");
}
Field& Dataset::field(std::string_view name) { return at_named(fields_, name, "field"); }

}  // namespace nudipole::labelled
