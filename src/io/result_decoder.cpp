#include "hdf5_calls.hpp"
#include "nudipole/core/error.hpp"
#include "result_image.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace nudipole::io {
namespace {

[[noreturn]] void damaged(const std::string& what) { throw BadContents(what, restore_hint); }

std::vector<std::string> words(const std::string& text) {
  std::istringstream stream{text};
  std::vector<std::string> list;
  for (std::string word; stream >> word;) list.push_back(word);
  return list;
}

std::string text_of(hid_t object, const char* name, const std::string& owner) {
  auto text = hdf5::read_text_attribute(object, name);
  if (!text) damaged(owner + " has no text attribute '" + name + "'");
  return *std::move(text);
}

/// \return the format's version
std::int64_t check_format(const hdf5::File& file) {
  const auto format = hdf5::read_text_attribute(file.id(), attribute::format);
  if (format != result_format) {
    throw BadContents("is an HDF5 file, but no nudipole result (its attribute 'format' is not '" +
                          std::string{result_format} + "')",
                      "give a file written by nudipole scan or merge");
  }
  const auto version = hdf5::read_integer_attribute(file.id(), attribute::format_version);
  if (!version) damaged("has no attribute 'format_version'");
  if (*version >= oldest_readable_version && *version <= result_format_version) return *version;
  const std::string age = *version > result_format_version ? "a newer" : "an older";
  throw BadContents("was written by " + age + " program: format " + std::to_string(*version) +
                        ", this program reads format " + std::to_string(oldest_readable_version) +
                        " to " + std::to_string(result_format_version),
                    "use " + age + " nudipole, or start a new file");
}

labelled::Attributes caller_attributes(const hdf5::File& file) {
  labelled::Attributes attributes;
  for (const std::string& name : hdf5::attribute_names(file.id())) {
    if (std::ranges::find(attribute::reserved, name) != attribute::reserved.end()) continue;
    if (auto text = hdf5::read_text_attribute(file.id(), name.c_str())) {
      attributes.emplace(name, *std::move(text));
    } else if (const auto number = hdf5::read_integer_attribute(file.id(), name.c_str())) {
      attributes.emplace(name, *number);
    } else {
      damaged("attribute '" + name + "' is neither a text nor an integer");
    }
  }
  return attributes;
}

hdf5::DataSet open_listed(const hdf5::File& file, const std::string& name) {
  if (!hdf5::has_dataset(file, name)) damaged("the dataset '" + name + "' is missing");
  return hdf5::open_dataset(file, name);
}

template <class Element>
bool holds(const hdf5::Type& type) {
  if constexpr (std::is_same_v<Element, std::string>) {
    return hdf5::is_text(type);
  } else {
    return hdf5::same_type(type, hdf5::stored_type<Element>());
  }
}

template <class Element>
std::vector<Element> read_array(const hdf5::DataSet& dataset, std::size_t size) {
  if (size == 0) return {};
  if constexpr (std::is_same_v<Element, std::string>) {
    return hdf5::read_texts(dataset);
  } else {
    std::vector<Element> values(size);
    hdf5::read_values(dataset, hdf5::memory_type<Element>(), values.data());
    return values;
  }
}

/// Reads into the first of the variant's vectors whose element type is the stored one.
template <class... Vectors>
void read_values(const hdf5::DataSet& dataset, const std::string& name, std::size_t size,
                 std::variant<Vectors...>& values) {
  const hdf5::Type type = hdf5::type_of(dataset);
  const auto try_type = [&]<class Element>(const std::vector<Element>*) {
    if (!holds<Element>(type)) return false;
    values = read_array<Element>(dataset, size);
    return true;
  };
  if (!(try_type(static_cast<const Vectors*>(nullptr)) || ...)) {
    damaged("the dataset '" + name + "' has an unexpected type");
  }
}

labelled::Axis read_axis(const hdf5::File& file, const std::string& name) {
  const hdf5::DataSet dataset = open_listed(file, name);
  const hdf5::Shape shape = hdf5::shape_of(dataset);
  if (shape.size() != 1) damaged("the axis '" + name + "' is not one-dimensional");
  labelled::Axis axis{.name = name,
                      .units = text_of(dataset.id(), attribute::units, name),
                      .long_name = text_of(dataset.id(), attribute::long_name, name),
                      .values = {}};
  read_values(dataset, name, shape[0], axis.values);
  return axis;
}

std::vector<std::pair<int, std::string>> read_flags(const hdf5::DataSet& dataset,
                                                    const std::string& name) {
  if (!hdf5::has_attribute(dataset.id(), attribute::flag_values)) return {};
  const auto codes = hdf5::read_integer_list_attribute(dataset.id(), attribute::flag_values);
  const auto meanings = words(text_of(dataset.id(), attribute::flag_meanings, name));
  if (!codes || codes->size() != meanings.size())
    damaged("the flags of '" + name + "' do not match");
  std::vector<std::pair<int, std::string>> flags;
  for (std::size_t i = 0; i < meanings.size(); ++i) flags.emplace_back((*codes)[i], meanings[i]);
  return flags;
}

constexpr std::array roles{labelled::FieldRole::result, labelled::FieldRole::progress,
                           labelled::FieldRole::timing, labelled::FieldRole::count};

labelled::Field read_field(const hdf5::File& file, const labelled::Dataset& axes,
                           const std::string& name) {
  const hdf5::DataSet dataset = open_listed(file, name);
  const hdf5::Shape shape = hdf5::shape_of(dataset);
  labelled::Field field{.name = name,
                        .units = text_of(dataset.id(), attribute::units, name),
                        .long_name = text_of(dataset.id(), attribute::long_name, name),
                        .axes = {},
                        .values = {},
                        .flags = read_flags(dataset, name),
                        .role = labelled::FieldRole::result};
  std::size_t size = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::string axis = hdf5::scale_of(dataset, i);
    if (!axes.has_axis(axis) || axes.axis(axis).size() != shape[i]) {
      damaged("dimension " + std::to_string(i) + " of '" + name + "' does not fit its axis");
    }
    field.axes.push_back(axis);
    size *= shape[i];
  }
  const std::string role = text_of(dataset.id(), attribute::role, name);
  const auto known = std::ranges::find(roles, role, [](auto r) { return to_string(r); });
  if (known == roles.end()) damaged("the role of '" + name + "' is unknown: '" + role + "'");
  field.role = *known;
  read_values(dataset, name, size, field.values);
  return field;
}

}  // namespace

ResultFile decode_result(std::span<const std::byte> image) {
  const hdf5::QuietErrors quiet;
  const hdf5::File file = hdf5::open_image(image);
  const std::int64_t version = check_format(file);
  const std::string stored_digest = text_of(file.id(), attribute::contents_sha256, "the file");
  ResultFile result{
      .attributes = caller_attributes(file), .dataset = {}, .format_version = version};
  try {
    for (const auto& name : words(text_of(file.id(), attribute::axis_order, "the file"))) {
      result.dataset.add_axis(read_axis(file, name));
    }
    for (const auto& name : words(text_of(file.id(), attribute::field_order, "the file"))) {
      result.dataset.add_field(read_field(file, result.dataset, name));
    }
  } catch (const Error& error) {
    damaged(error.what());
  }
  if (labelled::content_digest(result.attributes, result.dataset) != stored_digest) {
    damaged("contents do not match the digest: the file was damaged");
  }
  return result;
}

labelled::Attributes decode_attributes(std::span<const std::byte> image) {
  const hdf5::QuietErrors quiet;
  const hdf5::File file = hdf5::open_image(image);
  (void)check_format(file);
  return caller_attributes(file);
}

}  // namespace nudipole::io
