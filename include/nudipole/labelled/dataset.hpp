#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace nudipole::labelled {

/// A named dimension with its coordinate values, e.g. `mass` in MeV.
struct Axis {
  using Values =
      std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::string>>;

  std::string name;
  std::string units;  ///< "1" for a pure number, "" for names
  std::string long_name;
  Values values;

  [[nodiscard]] std::size_t size() const;
  bool operator==(const Axis&) const = default;
};

/// What a field is for: results must be equal between equal runs, timings cannot be.
enum class FieldRole {
  result,
  progress,  ///< a result whose codes say how far the work is: one code an item (see progress.hpp)
  timing,
  count  ///< a result that pieces of work add to, in whatever order: whole numbers from 0
};

/// "result", "progress", "timing" or "count".
std::string_view to_string(FieldRole role) noexcept;

/// Code of everything that has not been computed yet; its meaning is "not_done".
inline constexpr std::int8_t not_done = -1;

/// A labelled array over some axes, row-major in the order of `axes`.
struct Field {
  using Values =
      std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::int8_t>>;

  std::string name;
  std::string units;
  std::string long_name;
  std::vector<std::string> axes;  ///< names of axes, slowest first; empty for a scalar
  Values values{};
  /// For fields that hold codes: (code, meaning). Written as flag_values and flag_meanings.
  std::vector<std::pair<int, std::string>> flags{};
  FieldRole role = FieldRole::result;

  bool operator==(const Field&) const = default;
};

/// Values for a part of one field: consecutive entries within one block, which is what belongs to
/// one place on the field's first axis (of a scalar: the field itself). Their place does not depend
/// on the length of that axis, so that it can grow.
struct Piece {
  std::string field;
  std::uint64_t place = 0;   ///< on the first axis
  std::uint64_t offset = 0;  ///< of the first value within the block (see Dataset::offset)
  Field::Values values;

  bool operator==(const Piece&) const = default;
};

/// What a piece of work has found out.
using Patch = std::vector<Piece>;

/// What an entry holds before it is computed.
template <class T>
constexpr T empty_value(FieldRole role) {
  if (role == FieldRole::timing || role == FieldRole::count) return T{0};
  return std::numeric_limits<T>::has_quiet_NaN ? std::numeric_limits<T>::quiet_NaN() : T{-1};
}

/// Axes and fields of one result, in a fixed order; what a result file holds.
class Dataset {
 public:
  /// Adds an axis; its name must be new.
  void add_axis(Axis axis);
  /// Adds a field whose axes exist and whose number of values is the product of their sizes.
  void add_field(Field field);
  /// The same with all values "not there yet": NaN, code or number -1; times and counts 0.
  /// \tparam T  double, std::int32_t or std::int8_t
  template <class T>
  void add_empty_field(Field field);

  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }
  [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
  [[nodiscard]] bool has_axis(std::string_view name) const;
  [[nodiscard]] bool has_field(std::string_view name) const;
  /// \throws Error when there is no such axis or field.
  [[nodiscard]] const Axis& axis(std::string_view name) const;
  [[nodiscard]] const Field& field(std::string_view name) const;
  [[nodiscard]] Field& field(std::string_view name);

  /// Values of a field; \throws std::bad_variant_access when it holds another type.
  template <class T>
  [[nodiscard]] const std::vector<T>& values(std::string_view name) const {
    return std::get<std::vector<T>>(field(name).values);
  }
  template <class T>
  [[nodiscard]] std::vector<T>& values(std::string_view name) {
    return std::get<std::vector<T>>(field(name).values);
  }

  /// Numbers of entries along the axes of a field, slowest first; none for a scalar.
  [[nodiscard]] std::vector<std::size_t> shape(const Field& field) const;
  /// Number of values that belong to one place on a field's first axis; 1 for a scalar.
  [[nodiscard]] std::size_t block_size(const Field& field) const;
  /// Where an entry lies within its block: its indices on all axes but the first, slowest first;
  /// those left out are 0. \throws Error (unexpected) for too many, or one beyond its axis
  [[nodiscard]] std::size_t offset(const Field& field, std::span<const std::size_t> inner) const;
  [[nodiscard]] std::size_t offset(std::string_view name,
                                   std::initializer_list<std::size_t> inner) const {
    return offset(field(name), inner);
  }

  /// Values of a field at leading indices, over its remaining axes. \throws as values, offset
  template <class T>
  [[nodiscard]] std::span<const T> slice(std::string_view name,
                                         std::initializer_list<std::size_t> leading) const;
  /// One value. \param indices  one for each axis
  template <class T>
  [[nodiscard]] T at(std::string_view name, std::initializer_list<std::size_t> indices) const {
    return slice<T>(name, indices).front();
  }

  /// Takes over what a piece of work has found out; to fields of role `count` it is added.
  /// \throws Error (unexpected), with nothing changed, when a piece does not fit
  void apply(const Patch& patch);

  /// This dataset with more places on an axis of numbers, in ascending order; fields that have it
  /// have it first. Their entries at new places are "not there yet".
  [[nodiscard]] Dataset grown(std::string_view axis, std::span<const double> places) const;

  /// This dataset with some of the places on an axis of numbers only; fields that have it have it
  /// first. \param places  ascending, all on the axis
  [[nodiscard]] Dataset restricted(std::string_view axis, std::span<const double> places) const;

  bool operator==(const Dataset&) const = default;

 private:
  /// Blocks of the places that are kept move along; those of others are "not there yet".
  [[nodiscard]] Dataset with_places(std::string_view axis, std::vector<double> places) const;
  [[nodiscard]] std::size_t position(const Field& field,
                                     std::span<const std::size_t> leading) const;

  std::vector<Axis> axes_;
  std::vector<Field> fields_;
};

/// Position of a name on an axis of names. \throws Error when it is not there
std::size_t position_of(const Axis& axis, std::string_view name);

template <class T>
void Dataset::add_empty_field(Field field) {
  std::size_t size = 1;
  for (const std::string& name : field.axes) size *= axis(name).size();
  field.values = std::vector<T>(size, empty_value<T>(field.role));
  add_field(std::move(field));
}

template <class T>
std::span<const T> Dataset::slice(std::string_view name,
                                  std::initializer_list<std::size_t> leading) const {
  const Field& f = field(name);
  std::size_t size = 1;
  const std::vector<std::size_t> lengths = shape(f);
  for (std::size_t i = leading.size(); i < lengths.size(); ++i) size *= lengths[i];
  return std::span{values<T>(name)}.subspan(position(f, leading), size);
}

}  // namespace nudipole::labelled
