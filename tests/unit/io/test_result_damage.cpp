#include "nudipole/io/result_file.hpp"
#include "support/catch2.hpp"
#include "support/result_files.hpp"

#include <hdf5.h>

#include <algorithm>
#include <random>

using namespace nudipole;
using namespace nudipole::test;

namespace {

const std::string seal_start = "\nnudipole-seal-1 sha256 ";

/// Bytes of the sample in a file; without the config text that fills most of it.
std::string sample_bytes(const TemporaryFolder& folder) {
  io::ResultFile result = sample_result();
  result.attributes.erase("config");
  io::write_result(folder / "sample.h5", result);
  return read_file(folder / "sample.h5");
}

std::string complaint_about(const TemporaryFolder& folder, const std::string& bytes) {
  write_file(folder / "damaged.h5", bytes);
  return complaint_of([&] { io::read_result(folder / "damaged.h5"); });
}

/// Opens the file with plain HDF5, as another program would, and changes it.
template <class Change>
void edit(const std::filesystem::path& path, Change change) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  REQUIRE(file >= 0);
  change(file);
  REQUIRE(H5Fclose(file) >= 0);
}

void set_integer(hid_t object, const char* name, long long value) {
  const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  REQUIRE(H5Awrite(attribute, H5T_NATIVE_LLONG, &value) >= 0);
  H5Aclose(attribute);
}

}  // namespace

TEST_CASE("A truncated result file is refused wherever it ends") {
  const TemporaryFolder folder;
  const std::string whole = sample_bytes(folder);
  const std::size_t image_size = whole.rfind(seal_start);
  REQUIRE(image_size != std::string::npos);
  std::vector<std::size_t> sizes{1, 7, 8, 9, 50, 95, 96, 97, image_size / 2, image_size - 1};
  for (std::size_t size = 100; size < image_size; size += image_size / 97) sizes.push_back(size);
  for (const std::size_t size : sizes) {
    INFO(size);
    const std::string complaint = complaint_about(folder, whole.substr(0, size));
    CHECK(contains(complaint, "the result file is truncated"));
  }
  // Without any seal, as an editing program leaves it, the contents digest vouches; with half a
  // seal or something behind it the file was damaged.
  CHECK(complaint_about(folder, whole.substr(0, image_size)).empty());
  for (std::size_t size = image_size + 1; size < whole.size(); ++size) {
    CHECK(contains(complaint_about(folder, whole.substr(0, size)), "damaged or cut off"));
  }
  CHECK(contains(complaint_about(folder, whole + "x"), "damaged or cut off"));
}

TEST_CASE("A zero-filled tail of the right length is refused") {
  const TemporaryFolder folder;
  const std::string whole = sample_bytes(folder);
  for (std::size_t kept = 0; kept < whole.size() - 200; kept += whole.size() / 53) {
    std::string bytes = whole.substr(0, kept);
    bytes.resize(whole.size(), '\0');
    INFO(kept);
    CHECK_FALSE(complaint_about(folder, bytes).empty());
  }
}

TEST_CASE("A flipped bit anywhere is found") {
  const TemporaryFolder folder;
  const std::string whole = sample_bytes(folder);
  const std::size_t image_size = whole.rfind(seal_start);
  std::mt19937 random{20220101};
  int found = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string bytes = whole;
    // The first 1000 anywhere; the others in the seal.
    const std::size_t position =
        i < 1000 ? random() % whole.size() : image_size + random() % (whole.size() - image_size);
    bytes[position] = static_cast<char>(bytes[position] ^ (1 << (random() % 8)));
    INFO("bit in byte " << position);
    write_file(folder / "damaged.h5", bytes);
    const std::string complaint = complaint_of([&] { io::read_result(folder / "damaged.h5"); });
    CHECK(contains(complaint, "damaged"));
    if (!complaint.empty()) ++found;
  }
  CHECK(found == 1500);  // the seal covers every bit
}

TEST_CASE("Changed values are found without the seal too") {
  const TemporaryFolder folder;
  const std::string whole = sample_bytes(folder);
  const std::string image = whole.substr(0, whole.rfind(seal_start));
  REQUIRE(complaint_about(folder, image).empty());
  // The raw values of two fields and an attribute, found by their bytes.
  const auto pattern = [](auto value) {
    return std::string{reinterpret_cast<const char*>(&value), sizeof value};
  };
  for (const std::string& bytes : {pattern(1.0 + 0.001 * 500), pattern(1e-9), pattern(1.0 / 3.0),
                                   std::string{"sns_flux"}, std::string{"upper limit"}}) {
    std::string changed = image;
    const auto position = changed.find(bytes);
    REQUIRE(position != std::string::npos);
    changed[position] = static_cast<char>(changed[position] ^ 1);
    CHECK(contains(complaint_about(folder, changed),
                   "contents do not match the digest: the file was damaged"));
    write_file(folder / "damaged.h5", changed);
    CHECK_FALSE(complaint_of([&] { io::read_attributes(folder / "damaged.h5"); }).empty());
  }
}

TEST_CASE("Files of another format version are refused") {
  const TemporaryFolder folder;
  const auto path = folder / "sample.h5";
  sample_bytes(folder);
  edit(path, [](hid_t file) { set_integer(file, "format_version", 3); });
  const std::string newer = complaint_of([&] { io::read_result(path); });
  CHECK(contains(newer,
                 "was written by a newer program: format 3, this program reads format 1 to 2"));
  edit(path, [](hid_t file) { set_integer(file, "format_version", 0); });
  const std::string older = complaint_of([&] { io::read_result(path); });
  CHECK(contains(older, "was written by an older program: format 0"));
  edit(path, [](hid_t file) { set_integer(file, "format_version", 1); });
  CHECK(io::read_result(path).format_version == 1);
  CHECK(complaint_of([&] { io::read_result(path); }).empty());
  edit(path, [](hid_t file) { REQUIRE(H5Adelete(file, "format") >= 0); });
  CHECK(contains(complaint_of([&] { io::read_result(path); }), "no nudipole result"));
}

TEST_CASE("A missing, foreign or reshaped dataset is named") {
  const TemporaryFolder folder;
  const auto path = folder / "sample.h5";
  const std::string whole = sample_bytes(folder);
  const auto complaint_after = [&](auto change) {
    write_file(path, whole);
    edit(path, change);
    return complaint_of([&] { io::read_result(path); });
  };
  const auto replace = [](hid_t file, const char* name, hid_t type, std::vector<hsize_t> shape) {
    REQUIRE(H5Ldelete(file, name, H5P_DEFAULT) >= 0);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t dataset =
        H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t text = H5Tcopy(H5T_C_S1);
    H5Tset_size(text, H5T_VARIABLE);
    H5Tset_cset(text, H5T_CSET_UTF8);
    const hid_t scalar = H5Screate(H5S_SCALAR);
    for (const char* attribute : {"units", "long_name"}) {
      const char* value = "";
      const hid_t id = H5Acreate2(dataset, attribute, text, scalar, H5P_DEFAULT, H5P_DEFAULT);
      H5Awrite(id, text, &value);
      H5Aclose(id);
    }
    H5Sclose(scalar);
    H5Tclose(text);
    H5Dclose(dataset);
    H5Sclose(space);
  };

  for (const char* name : {"mass", "delta_chi2", "wall_s", "global_minimum"}) {
    const std::string complaint =
        complaint_after([&](hid_t file) { REQUIRE(H5Ldelete(file, name, H5P_DEFAULT) >= 0); });
    CHECK(contains(complaint, std::string{"the dataset '"} + name + "' is missing"));
  }
  CHECK(contains(complaint_after([&](hid_t file) { replace(file, "mass", H5T_IEEE_F32LE, {40}); }),
                 "the dataset 'mass' has an unexpected type"));
  CHECK(contains(complaint_after([&](hid_t file) {
                   replace(file, "mass", H5T_IEEE_F64LE, {40, 1});
                 }),
                 "the axis 'mass' is not one-dimensional"));
  // The fields still point to the axis that was there before.
  CHECK(contains(complaint_after([&](hid_t file) { replace(file, "mass", H5T_IEEE_F64LE, {39}); }),
                 "dimension 0 of 'delta_chi2' does not fit its axis"));
  CHECK(
      contains(complaint_after([&](hid_t file) { replace(file, "wall_s", H5T_IEEE_F64LE, {40}); }),
               "does not fit its axis"));  // no axis attached
}
