#include "nudipole/labelled/dataset.hpp"

#include "nudipole/core/error.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

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

/// Position in an array of these lengths, slowest first; indices left out are 0.
std::size_t row_major(const Field& field, const std::vector<std::size_t>& lengths,
                      std::span<const std::size_t> indices) {
  std::size_t position = 0;
  for (std::size_t i = 0; i < std::max(lengths.size(), indices.size()); ++i) {
    if (i >= lengths.size() || (i < indices.size() && indices[i] >= lengths[i])) {
      throw Error(ErrorKind::unexpected,
                  "index " + std::to_string(indices[i]) + " is beyond field '" + field.name + "'");
    }
    position = position * lengths[i] + (i < indices.size() ? indices[i] : 0);
  }
  return position;
}

std::size_t size_of(const auto& values) {
  return std::visit([](const auto& list) { return list.size(); }, values);
}

}  // namespace

std::string_view to_string(FieldRole role) noexcept {
  switch (role) {
    case FieldRole::progress: return "progress";
    case FieldRole::timing: return "timing";
    case FieldRole::count: return "count";
    case FieldRole::result: break;
  }
  return "result";
}

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

std::vector<std::size_t> Dataset::shape(const Field& field) const {
  std::vector<std::size_t> lengths;
  for (const std::string& name : field.axes) lengths.push_back(axis(name).size());
  return lengths;
}

std::size_t Dataset::block_size(const Field& field) const {
  const std::vector<std::size_t> lengths = shape(field);
  if (lengths.empty()) return 1;
  return std::accumulate(lengths.begin() + 1, lengths.end(), std::size_t{1}, std::multiplies<>{});
}

std::size_t Dataset::position(const Field& field, std::span<const std::size_t> leading) const {
  return row_major(field, shape(field), leading);
}

std::size_t Dataset::offset(const Field& field, std::span<const std::size_t> inner) const {
  std::vector<std::size_t> lengths = shape(field);
  if (!lengths.empty()) lengths.erase(lengths.begin());
  return row_major(field, lengths, inner);
}

void Dataset::apply(const Patch& patch) {
  for (const Piece& piece : patch) {
    const Field& target = field(piece.field);
    const std::size_t size = size_of(piece.values);
    const std::size_t block = block_size(target);
    const bool fits = piece.values.index() == target.values.index() && size <= block &&
                      piece.offset <= block - size &&
                      piece.place < size_of(target.values) / std::max<std::size_t>(block, 1);
    if (!fits && size != 0) {
      throw Error(ErrorKind::unexpected, "a patch does not fit the field '" + piece.field + "'");
    }
  }
  for (const Piece& piece : patch) {
    Field& target = field(piece.field);
    const std::size_t first = piece.place * block_size(target) + piece.offset;
    std::visit(
        [&](const auto& values) {
          auto& all = std::get<std::decay_t<decltype(values)>>(target.values);
          const auto place = all.begin() + static_cast<std::ptrdiff_t>(first);
          if (target.role == FieldRole::count) {
            std::ranges::transform(values, std::span{place, values.size()}, place, std::plus<>{});
          } else {
            std::ranges::copy(values, place);
          }
        },
        piece.values);
  }
}

Dataset Dataset::grown(std::string_view name, std::span<const double> places) const {
  std::vector<double> all = std::get<std::vector<double>>(axis(name).values);
  all.insert(all.end(), places.begin(), places.end());
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return with_places(name, std::move(all));
}

Dataset Dataset::restricted(std::string_view name, std::span<const double> places) const {
  const auto& old = std::get<std::vector<double>>(axis(name).values);
  if (!std::ranges::includes(old, places)) {
    throw Error(ErrorKind::unexpected, "the axis '" + std::string{name} + "' has no such place");
  }
  return with_places(name, {places.begin(), places.end()});
}

Dataset Dataset::with_places(std::string_view name, std::vector<double> places) const {
  const auto& old = std::get<std::vector<double>>(axis(name).values);
  Dataset result;
  for (Axis copy : axes_) {
    if (copy.name == name) copy.values = places;
    result.add_axis(std::move(copy));
  }
  for (Field copy : fields_) {
    if (copy.axes.empty() || copy.axes.front() != name) {
      result.add_field(std::move(copy));
      continue;
    }
    const std::size_t block = block_size(copy);
    std::visit(
        [&]<class T>(std::vector<T>& values) {
          std::vector<T> moved(places.size() * block, empty_value<T>(copy.role));
          for (std::size_t i = 0; i < places.size(); ++i) {
            const auto found = std::ranges::lower_bound(old, places[i]);
            if (found == old.end() || *found != places[i]) continue;
            std::copy_n(values.begin() + (found - old.begin()) * static_cast<std::ptrdiff_t>(block),
                        block, moved.begin() + static_cast<std::ptrdiff_t>(i * block));
          }
          values = std::move(moved);
        },
        copy.values);
    result.add_field(std::move(copy));
  }
  return result;
}

std::size_t position_of(const Axis& axis, std::string_view name) {
  const auto& names = std::get<std::vector<std::string>>(axis.values);
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    throw Error(ErrorKind::unexpected,
                "axis '" + axis.name + "' has no '" + std::string{name} + "'");
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace nudipole::labelled
