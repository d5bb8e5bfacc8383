#pragma once

#include <cstddef>
#include <cstdint>
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
enum class FieldRole { result, timing };

/// A labelled array over some axes, row-major in the order of `axes`.
struct Field {
  using Values =
      std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::int8_t>>;

  std::string name;
  std::string units;
  std::string long_name;
  std::vector<std::string> axes;  ///< names of axes, slowest first; empty for a scalar
  Values values;
  /// For fields that hold codes: (code, meaning). Written as flag_values and flag_meanings.
  std::vector<std::pair<int, std::string>> flags{};
  FieldRole role = FieldRole::result;

  bool operator==(const Field&) const = default;
};

/// Axes and fields of one result, in a fixed order; what a result file holds.
class Dataset {
 public:
  /// Adds an axis; its name must be new.
  void add_axis(Axis axis);
  /// Adds a field whose axes exist and whose number of values is the product of their sizes.
  void add_field(Field field);

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

  bool operator==(const Dataset&) const = default;

 private:
  std::vector<Axis> axes_;
  std::vector<Field> fields_;
};

}  // namespace nudipole::labelled
