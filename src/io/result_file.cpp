#include "nudipole/io/result_file.hpp"

#include "hdf5_handle.hpp"
#include "nudipole/core/error.hpp"
#include "nudipole/files/descriptor.hpp"
#include "result_image.hpp"
#include "seal.hpp"

#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>

namespace nudipole::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::string& what, const std::string& hint) {
  throw CheckpointError(what, {.where = path.string(), .hint = hint});
}

std::vector<std::byte> read_bytes(const fs::path& path) {
  const files::Descriptor descriptor{
      files::uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); })};
  if (!descriptor.is_open()) files::throw_system_error(path, "open the result file", errno);
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) files::throw_system_error(path, "read", errno);
  if (!S_ISREG(status.st_mode)) fail(path, "is not a regular file", "give a result file");
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count = files::uninterrupted(
        [&] { return ::read(descriptor.get(), bytes.data() + filled, bytes.size() - filled); });
    if (count < 0) files::throw_system_error(path, "read", errno);
    if (count == 0) break;  // shortened meanwhile: the checks below find it
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

/// Reads the file, checks its seal and gives the HDF5 part to `decode`; puts the path to
/// complaints.
template <class Decode>
auto decode_file(const fs::path& path, Decode decode) {
  const std::vector<std::byte> bytes = read_bytes(path);
  try {
    return decode(check_seal(bytes));
  } catch (const BadContents& error) {
    fail(path, error.what(), error.hint);
  } catch (const hdf5::Failure& error) {
    fail(path, std::string{"the result file is damaged (HDF5: "} + error.what() + ")",
         restore_hint);
  }
}

}  // namespace

void write_result(const fs::path& path, const ResultFile& result) {
  std::vector<std::byte> image;
  try {
    image = encode_result(result);
  } catch (const hdf5::Failure& error) {
    fail(path, std::string{"cannot build the result file (HDF5: "} + error.what() + ")",
         "the file of before, if any, is unchanged");
  }
  files::write_atomically(path, [&](files::ByteSink& sink) {
    sink.write(image);
    sink.write(seal_for(image));
  });
}

std::size_t stored_size(const ResultFile& result) {
  const std::vector<std::byte> image = encode_result(result);
  return image.size() + seal_for(image).size();
}

ResultFile read_result(const fs::path& path) {
  return decode_file(path, [](const SealedImage& file) { return decode_result(file.image); });
}

labelled::Attributes read_attributes(const fs::path& path) {
  return decode_file(path, [](const SealedImage& file) {
    // Without the seal only the contents digest can vouch for the attributes.
    return file.seal == Seal::intact ? decode_attributes(file.image)
                                     : decode_result(file.image).attributes;
  });
}

}  // namespace nudipole::io
