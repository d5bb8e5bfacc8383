#pragma once

#include "hdf5_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// The few HDF5 calls the module needs, each checked: they throw Failure.
namespace nudipole::io::hdf5 {

/// How a value type is stored and held in memory.
template <class Element>
hid_t stored_type();
template <class Element>
hid_t memory_type();
template <>
inline hid_t stored_type<double>() {
  return H5T_IEEE_F64LE;
}
template <>
inline hid_t memory_type<double>() {
  return H5T_NATIVE_DOUBLE;
}
template <>
inline hid_t stored_type<std::int64_t>() {
  return H5T_STD_I64LE;
}
template <>
inline hid_t memory_type<std::int64_t>() {
  return H5T_NATIVE_INT64;
}
template <>
inline hid_t stored_type<std::int32_t>() {
  return H5T_STD_I32LE;
}
template <>
inline hid_t memory_type<std::int32_t>() {
  return H5T_NATIVE_INT32;
}
template <>
inline hid_t stored_type<std::int8_t>() {
  return H5T_STD_I8LE;
}
template <>
inline hid_t memory_type<std::int8_t>() {
  return H5T_NATIVE_INT8;
}

using Shape = std::vector<hsize_t>;

// Files in memory.
File create_image();
File open_image(std::span<const std::byte> image);
std::vector<std::byte> image_of(const File& file);  ///< with all other handles closed

// Types, spaces and shapes.
Type text_type();                      ///< variable-length UTF-8
Space make_space(const Shape& shape);  ///< a scalar for an empty shape
Shape shape_of(const Space& space);
bool same_type(const Type& type, hid_t expected);
bool is_text(const Type& type);

// labelled::Attributes of a file's root or of a dataset.
void write_attribute(hid_t object, const char* name, const std::string& text);
void write_attribute(hid_t object, const char* name, hid_t stored, hid_t memory, const Shape& shape,
                     const void* values);
bool has_attribute(hid_t object, const char* name);
std::vector<std::string> attribute_names(hid_t object);
/// Nothing when the attribute is missing or of another type.
std::optional<std::string> read_text_attribute(hid_t object, const char* name);
std::optional<std::int64_t> read_integer_attribute(hid_t object, const char* name);
std::optional<std::vector<int>> read_integer_list_attribute(hid_t object, const char* name);

// Datasets.
DataSet create_dataset(const File& file, const std::string& name, hid_t stored, const Shape& shape);
bool has_dataset(const File& file, const std::string& name);
DataSet open_dataset(const File& file, const std::string& name);
Shape shape_of(const DataSet& dataset);
Type type_of(const DataSet& dataset);
void write_values(const DataSet& dataset, hid_t memory, const void* values);
void read_values(const DataSet& dataset, hid_t memory, void* values);
void write_texts(const DataSet& dataset, const std::vector<std::string>& texts);
std::vector<std::string> read_texts(const DataSet& dataset);

// Dimension scales.
void make_scale(const DataSet& dataset, const std::string& name);
void attach_scale(const DataSet& dataset, const DataSet& scale, std::size_t dimension,
                  const std::string& label);
/// Name of the scale attached to a dimension; empty when there is none.
std::string scale_of(const DataSet& dataset, std::size_t dimension);

}  // namespace nudipole::io::hdf5
