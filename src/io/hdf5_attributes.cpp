#include "hdf5_calls.hpp"

namespace nudipole::io::hdf5 {
namespace {

Attribute open_attribute(hid_t object, const char* name) {
  return {H5Aopen(object, name, H5P_DEFAULT), "H5Aopen"};
}

Type type_of(const Attribute& attribute) { return {H5Aget_type(attribute.id()), "H5Aget_type"}; }

Shape shape_of(const Attribute& attribute) {
  return hdf5::shape_of(Space{H5Aget_space(attribute.id()), "H5Aget_space"});
}

void read(const Attribute& attribute, hid_t memory, void* values) {
  checked(H5Aread(attribute.id(), memory, values), "H5Aread");
}

bool is_integer(const Type& type) { return H5Tget_class(type.id()) == H5T_INTEGER; }

}  // namespace

void write_attribute(hid_t object, const char* name, hid_t stored, hid_t memory, const Shape& shape,
                     const void* values) {
  const Space space = make_space(shape);
  const Attribute attribute{H5Acreate2(object, name, stored, space.id(), H5P_DEFAULT, H5P_DEFAULT),
                            "H5Acreate2"};
  checked(H5Awrite(attribute.id(), memory, values), "H5Awrite");
}

void write_attribute(hid_t object, const char* name, const std::string& text) {
  const Type type = text_type();
  const char* pointer = text.c_str();
  write_attribute(object, name, type.id(), type.id(), {}, &pointer);
}

bool has_attribute(hid_t object, const char* name) {
  return checked(H5Aexists(object, name), "H5Aexists") > 0;
}

std::vector<std::string> attribute_names(hid_t object) {
  const auto append = [](hid_t, const char* name, const H5A_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  std::vector<std::string> names;
  checked(H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, append, &names), "H5Aiterate2");
  return names;
}

std::optional<std::string> read_text_attribute(hid_t object, const char* name) {
  if (!has_attribute(object, name)) return std::nullopt;
  const Attribute attribute = open_attribute(object, name);
  if (!is_text(type_of(attribute)) || !shape_of(attribute).empty()) return std::nullopt;
  const Type type = text_type();
  char* text = nullptr;
  read(attribute, type.id(), &text);
  std::string copy = text == nullptr ? "" : text;
  checked(H5free_memory(text), "H5free_memory");
  return copy;
}

std::optional<std::int64_t> read_integer_attribute(hid_t object, const char* name) {
  if (!has_attribute(object, name)) return std::nullopt;
  const Attribute attribute = open_attribute(object, name);
  if (!is_integer(type_of(attribute)) || !shape_of(attribute).empty()) return std::nullopt;
  std::int64_t value = 0;
  read(attribute, memory_type<std::int64_t>(), &value);
  return value;
}

std::optional<std::vector<int>> read_integer_list_attribute(hid_t object, const char* name) {
  if (!has_attribute(object, name)) return std::nullopt;
  const Attribute attribute = open_attribute(object, name);
  const Shape shape = shape_of(attribute);
  if (!is_integer(type_of(attribute)) || shape.size() != 1) return std::nullopt;
  std::vector<int> values(shape[0]);
  read(attribute, H5T_NATIVE_INT, values.data());
  return values;
}

}  // namespace nudipole::io::hdf5
