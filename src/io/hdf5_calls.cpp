#include "hdf5_calls.hpp"

#include <hdf5_hl.h>

#include <algorithm>
#include <atomic>

namespace nudipole::io::hdf5 {
namespace {

/// Longer names of scales are cut; no axis of ours has one.
constexpr std::size_t longest_name = 1024;

/// The driver for files in memory; nothing is written to a disk.
PropertyList memory_access() {
  constexpr std::size_t growth_bytes = std::size_t{1} << 22U;
  PropertyList access{H5Pcreate(H5P_FILE_ACCESS), "H5Pcreate"};
  checked(H5Pset_fapl_core(access.id(), growth_bytes, 0), "H5Pset_fapl_core");
  return access;
}

/// The driver looks for a file of the name first and tells open images apart by it: a name that
/// cannot exist on disk, another one each time.
std::string new_image_name() {
  static std::atomic<unsigned long> counter{0};
  return "/dev/null/nudipole-" + std::to_string(counter++);
}

Space space_of(const DataSet& dataset) { return {H5Dget_space(dataset.id()), "H5Dget_space"}; }

}  // namespace

File create_image() {
  const PropertyList access = memory_access();
  return {H5Fcreate(new_image_name().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()),
          "H5Fcreate"};
}

File open_image(std::span<const std::byte> image) {
  const PropertyList access = memory_access();
  // HDF5 copies the bytes, although it asks for a mutable buffer. (H5LTopen_file_image would not
  // copy, but leaks memory at every call.)
  void* bytes = const_cast<std::byte*>(image.data());
  checked(H5Pset_file_image(access.id(), bytes, image.size()), "H5Pset_file_image");
  return {H5Fopen(new_image_name().c_str(), H5F_ACC_RDONLY, access.id()), "H5Fopen"};
}

std::vector<std::byte> image_of(const File& file) {
  checked(H5Fflush(file.id(), H5F_SCOPE_LOCAL), "H5Fflush");
  const auto size = checked(H5Fget_file_image(file.id(), nullptr, 0), "H5Fget_file_image");
  std::vector<std::byte> image(static_cast<std::size_t>(size));
  checked(H5Fget_file_image(file.id(), image.data(), image.size()), "H5Fget_file_image");
  return image;
}

Type text_type() {
  Type type{H5Tcopy(H5T_C_S1), "H5Tcopy"};
  checked(H5Tset_size(type.id(), H5T_VARIABLE), "H5Tset_size");
  checked(H5Tset_cset(type.id(), H5T_CSET_UTF8), "H5Tset_cset");
  return type;
}

Space make_space(const Shape& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), "H5Screate"};
  const auto rank = static_cast<int>(shape.size());
  return {H5Screate_simple(rank, shape.data(), nullptr), "H5Screate_simple"};
}

Shape shape_of(const Space& space) {
  const int rank = checked(H5Sget_simple_extent_ndims(space.id()), "H5Sget_simple_extent_ndims");
  Shape shape(static_cast<std::size_t>(rank));
  checked(H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr),
          "H5Sget_simple_extent_dims");
  return shape;
}

bool same_type(const Type& type, hid_t expected) {
  return checked(H5Tequal(type.id(), expected), "H5Tequal") > 0;
}

bool is_text(const Type& type) {
  return checked(H5Tis_variable_str(type.id()), "H5Tis_variable_str") > 0 &&
         H5Tget_cset(type.id()) == H5T_CSET_UTF8;
}

DataSet create_dataset(const File& file, const std::string& name, hid_t stored,
                       const Shape& shape) {
  PropertyList creation{H5Pcreate(H5P_DATASET_CREATE), "H5Pcreate"};
  // Times would make two files of the same contents differ.
  checked(H5Pset_obj_track_times(creation.id(), false), "H5Pset_obj_track_times");
  const Space space = make_space(shape);
  return {H5Dcreate2(file.id(), name.c_str(), stored, space.id(), H5P_DEFAULT, creation.id(),
                     H5P_DEFAULT),
          "H5Dcreate2"};
}

bool has_dataset(const File& file, const std::string& name) {
  if (checked(H5Lexists(file.id(), name.c_str(), H5P_DEFAULT), "H5Lexists") == 0) return false;
  H5O_info_t info;
  checked(H5Oget_info_by_name2(file.id(), name.c_str(), &info, H5O_INFO_BASIC, H5P_DEFAULT),
          "H5Oget_info_by_name2");
  return info.type == H5O_TYPE_DATASET;
}

DataSet open_dataset(const File& file, const std::string& name) {
  return {H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), "H5Dopen2"};
}

Shape shape_of(const DataSet& dataset) { return shape_of(space_of(dataset)); }

Type type_of(const DataSet& dataset) { return {H5Dget_type(dataset.id()), "H5Dget_type"}; }

void write_values(const DataSet& dataset, hid_t memory, const void* values) {
  checked(H5Dwrite(dataset.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "H5Dwrite");
}

void read_values(const DataSet& dataset, hid_t memory, void* values) {
  checked(H5Dread(dataset.id(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), "H5Dread");
}

void write_texts(const DataSet& dataset, const std::vector<std::string>& texts) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  const Type type = text_type();
  write_values(dataset, type.id(), pointers.data());
}

std::vector<std::string> read_texts(const DataSet& dataset) {
  const Space space = space_of(dataset);
  const auto size =
      checked(H5Sget_simple_extent_npoints(space.id()), "H5Sget_simple_extent_npoints");
  std::vector<char*> pointers(static_cast<std::size_t>(size));
  const Type type = text_type();
  read_values(dataset, type.id(), pointers.data());
  std::vector<std::string> texts;
  texts.reserve(pointers.size());
  for (const char* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
  checked(H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, pointers.data()), "H5Dvlen_reclaim");
  return texts;
}

void make_scale(const DataSet& dataset, const std::string& name) {
  checked(H5DSset_scale(dataset.id(), name.c_str()), "H5DSset_scale");
}

void attach_scale(const DataSet& dataset, const DataSet& scale, std::size_t dimension,
                  const std::string& label) {
  const auto index = static_cast<unsigned>(dimension);
  checked(H5DSattach_scale(dataset.id(), scale.id(), index), "H5DSattach_scale");
  checked(H5DSset_label(dataset.id(), index, label.c_str()), "H5DSset_label");
}

std::string scale_of(const DataSet& dataset, std::size_t dimension) {
  struct Found {
    static herr_t name(hid_t, unsigned, hid_t scale, void* result) {
      std::string text(longest_name, '\0');
      const auto length = H5DSget_scale_name(scale, text.data(), text.size());
      if (length < 0) return -1;
      text.resize(std::min(static_cast<std::size_t>(length), text.size()));
      *static_cast<std::string*>(result) = text;
      return 1;  // the first scale is the axis
    }
  };
  std::string name;
  const auto index = static_cast<unsigned>(dimension);
  // Fails without a reason when the scale was deleted: then there is none.
  if (H5DSiterate_scales(dataset.id(), index, nullptr, Found::name, &name) < 0) return "";
  return name;
}

}  // namespace nudipole::io::hdf5
