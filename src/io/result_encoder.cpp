#include "hdf5_calls.hpp"
#include "nudipole/core/error.hpp"
#include "result_image.hpp"

#include <algorithm>
#include <limits>

namespace nudipole::io {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& expected) {
  throw Error(ErrorKind::unexpected, what, {.expected = expected});
}

constexpr std::string_view name_characters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

void check_name(const std::string& name) {
  // HDF5 takes "." for the group itself, so a name does not start with it.
  if (name.empty() || name.front() == '.' ||
      name.find_first_not_of(name_characters) != std::string::npos) {
    refuse("the name '" + name + "' cannot stand in a result file", "letters, digits, _ - .");
  }
}

/// HDF5 ends a text at its first NUL byte.
const std::string& check_text(const std::string& text) {
  if (text.find('\0') != std::string::npos) {
    refuse("a text for the result file holds a NUL byte", "UTF-8 text without it");
  }
  return text;
}

template <class Item>
std::string joined_names(const std::vector<Item>& items) {
  std::string names;
  for (const Item& item : items) names += (names.empty() ? "" : " ") + item.name;
  return names;
}

template <class Element>
hdf5::DataSet write_array(const hdf5::File& file, const std::string& name, const hdf5::Shape& shape,
                          const std::vector<Element>& values) {
  if constexpr (std::is_same_v<Element, std::string>) {
    std::ranges::for_each(values, check_text);
    hdf5::DataSet dataset = create_dataset(file, name, hdf5::text_type().id(), shape);
    if (!values.empty()) hdf5::write_texts(dataset, values);
    return dataset;
  } else {
    hdf5::DataSet dataset = create_dataset(file, name, hdf5::stored_type<Element>(), shape);
    if (!values.empty()) {
      hdf5::write_values(dataset, hdf5::memory_type<Element>(), values.data());
    }
    return dataset;
  }
}

void write_description(const hdf5::DataSet& dataset, const auto& item) {
  hdf5::write_attribute(dataset.id(), attribute::units, check_text(item.units));
  hdf5::write_attribute(dataset.id(), attribute::long_name, check_text(item.long_name));
}

void write_axis(const hdf5::File& file, const labelled::Axis& axis) {
  check_name(axis.name);
  const hdf5::DataSet dataset = std::visit(
      [&](const auto& values) { return write_array(file, axis.name, {values.size()}, values); },
      axis.values);
  hdf5::make_scale(dataset, axis.name);
  write_description(dataset, axis);
}

template <class Element>
void write_flags(const hdf5::DataSet& dataset, const labelled::Field& field) {
  std::vector<Element> codes;
  std::string meanings;
  for (const auto& [code, meaning] : field.flags) {
    if (code < std::numeric_limits<Element>::min() || code > std::numeric_limits<Element>::max()) {
      refuse("field '" + field.name + "': the code " + std::to_string(code) + " is out of range",
             "a code that fits the values of the field");
    }
    if (meaning.empty() ||
        meaning.find_first_of(std::string_view{" \t\n\r\0", 5}) != std::string::npos) {
      refuse("field '" + field.name + "': meaning '" + meaning + "'", "a word without spaces");
    }
    codes.push_back(static_cast<Element>(code));
    meanings += (meanings.empty() ? "" : " ") + meaning;
  }
  hdf5::write_attribute(dataset.id(), attribute::flag_values, hdf5::stored_type<Element>(),
                        hdf5::memory_type<Element>(), {codes.size()}, codes.data());
  hdf5::write_attribute(dataset.id(), attribute::flag_meanings, meanings);
}

void write_field(const hdf5::File& file, const labelled::Dataset& contents,
                 const labelled::Field& field) {
  check_name(field.name);
  hdf5::Shape shape;
  for (const std::string& axis : field.axes) shape.push_back(contents.axis(axis).size());
  std::visit(
      [&]<class Element>(const std::vector<Element>& values) {
        const hdf5::DataSet dataset = write_array(file, field.name, shape, values);
        write_description(dataset, field);
        hdf5::write_attribute(dataset.id(), attribute::role, std::string{to_string(field.role)});
        if constexpr (std::is_integral_v<Element>) {
          if (!field.flags.empty()) write_flags<Element>(dataset, field);
        } else if (!field.flags.empty()) {
          refuse("field '" + field.name + "' has flags", "flags on integer fields only");
        }
        for (std::size_t i = 0; i < field.axes.size(); ++i) {
          const hdf5::DataSet scale = hdf5::open_dataset(file, field.axes[i]);
          hdf5::attach_scale(dataset, scale, i, field.axes[i]);
        }
      },
      field.values);
}

void write_integer(const hdf5::File& file, const char* name, std::int64_t value) {
  hdf5::write_attribute(file.id(), name, hdf5::stored_type<std::int64_t>(),
                        hdf5::memory_type<std::int64_t>(), {}, &value);
}

void write_attributes(const hdf5::File& file, const ResultFile& result) {
  hdf5::write_attribute(file.id(), attribute::format, std::string{result_format});
  write_integer(file, attribute::format_version, result_format_version);
  hdf5::write_attribute(file.id(), attribute::axis_order, joined_names(result.dataset.axes()));
  hdf5::write_attribute(file.id(), attribute::field_order, joined_names(result.dataset.fields()));
  hdf5::write_attribute(file.id(), attribute::contents_sha256,
                        labelled::content_digest(result.attributes, result.dataset));
  for (const auto& [name, value] : result.attributes) {
    check_name(name);
    if (std::ranges::find(attribute::reserved, name) != attribute::reserved.end()) {
      refuse("the attribute name '" + name + "' is reserved", "another name");
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
      hdf5::write_attribute(file.id(), name.c_str(), check_text(*text));
    } else {
      write_integer(file, name.c_str(), std::get<std::int64_t>(value));
    }
  }
}

}  // namespace

std::vector<std::byte> encode_result(const ResultFile& result) {
  const hdf5::QuietErrors quiet;
  const hdf5::File file = hdf5::create_image();
  write_attributes(file, result);
  for (const labelled::Axis& axis : result.dataset.axes()) write_axis(file, axis);
  for (const labelled::Field& field : result.dataset.fields()) {
    write_field(file, result.dataset, field);
  }
  return hdf5::image_of(file);
}

}  // namespace nudipole::io
