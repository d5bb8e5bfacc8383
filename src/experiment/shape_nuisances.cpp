#include "shape_nuisances.hpp"

#include "nudipole/config/suggestion.hpp"

#include <algorithm>

namespace nudipole::experiment::detail {
namespace {

using config::Section;

/// Parts that a variant changes: the first word of each path, for backgrounds with the name.
std::vector<std::string> parts_of(const Section& changes) {
  std::vector<std::string> parts;
  for (const std::string& path : changes.keys()) {
    const std::size_t dot = path.find('.');
    std::string part = path.substr(0, dot);
    if (part == "backgrounds" && dot != std::string::npos) {
      part = path.substr(0, path.find('.', dot + 1));
    } else if (part != "response" && part != "companions") {
      changes.fail(path, "a shape nuisance cannot change '" + part + "'",
                   "response., companions. or backgrounds.<name>.");
    }
    if (std::ranges::find(parts, part) == parts.end()) parts.push_back(part);
  }
  if (parts.empty()) changes.fail("", "the variant changes nothing");
  std::ranges::sort(parts);
  return parts;
}

/// A background that a variant changes must exist.
void check_part(const Section& root, const Section& changes, const std::string& part) {
  if (!part.starts_with("backgrounds.")) return;
  const auto backgrounds = root.section_if("backgrounds");
  const std::vector<std::string> names =
      backgrounds ? backgrounds->keys() : std::vector<std::string>{};
  const std::string name = part.substr(part.find('.') + 1);
  if (std::ranges::find(names, name) != names.end()) return;
  changes.fail("", "there is no background '" + name + "'", "", config::did_you_mean(name, names));
}

/// The parts that all points change.
void check_parts(const Section& root, const std::vector<Section>& changes) {
  const std::vector<std::string> first = parts_of(changes.back());
  for (const std::string& part : first) check_part(root, changes.back(), part);
  for (const Section& change : changes) {
    if (parts_of(change) == first) continue;
    change.fail("", "the versions of a shape do not change the same parts");
  }
}

bool is_in(const std::string& path, const std::string& part) {
  return path == part || path.starts_with(part + ".");
}

/// A list of values with what the file becomes there.
ShapeNuisance read_points(const Section& section, std::size_t nuisance) {
  std::vector<double> pulls{0.0};
  std::vector<Section> changes;
  for (const Section& point : section.sections("points")) {
    const double pull = point.number("pull");
    if (std::ranges::find(pulls, pull) != pulls.end()) {
      point.fail("pull", "a pull occurs twice, or is 0 (the file as it is)");
    }
    pulls.push_back(pull);
    changes.push_back(point.section("changes"));
  }
  return {prediction::spline(nuisance, std::move(pulls)), std::move(changes), {}};
}

ShapeNuisance read_sides(const Section& section, std::size_t nuisance) {
  const Section plus = section.section("plus");
  if (section.has("one_sided")) return {prediction::straight_line(nuisance), {plus}, {}};
  return {prediction::parabola(nuisance), {section.section("minus"), plus}, {}};
}

/// A version with one more shape at one of its points.
FileVersion changed(const FileVersion& version, const ShapeNuisance& shape, std::size_t point) {
  const Section& change = shape.changes[point];
  FileVersion result{version.changes.empty() ? shape.files[point] : version.file.with(change),
                     version.changes};
  const std::vector<std::string> paths = change.keys();
  result.changes.insert(result.changes.end(), paths.begin(), paths.end());
  return result;
}

}  // namespace

bool FileVersion::changes_in(const std::string& part) const {
  return std::ranges::any_of(
      changes, [&](const auto& path) { return is_in(path, part) || is_in(part, path); });
}

bool ShapeNuisance::changes_in(const std::string& part) const {
  return std::ranges::any_of(changes.back().keys(),
                             [&](const auto& path) { return is_in(path, part); });
}

ShapeNuisance read_shape(const Section& root, const Section& section, std::size_t nuisance) {
  ShapeNuisance shape =
      section.has("points") ? read_points(section, nuisance) : read_sides(section, nuisance);
  check_parts(root, shape.changes);
  for (const Section& change : shape.changes) shape.files.push_back(root.with(change));
  return shape;
}

VariedFile vary(const Section& root, const std::vector<ShapeNuisance>& shapes,
                const std::vector<std::string>& parts) {
  VariedFile result{.versions = {{root}}, .variations = {}};
  const auto for_each = [&](prediction::Interpolation interpolation, auto&& action) {
    for (const ShapeNuisance& shape : shapes) {
      if (shape.variation.interpolation != interpolation) continue;
      const bool concerned = std::ranges::any_of(
          parts, [&](const std::string& part) { return shape.changes_in(part); });
      if (!concerned) continue;
      action(shape);
      result.variations.push_back(shape.variation);
    }
  };
  for_each(prediction::Interpolation::parabola, [&](const ShapeNuisance& shape) {
    for (std::size_t point = 0; point < shape.changes.size(); ++point) {
      result.versions.push_back(changed({root}, shape, point));
    }
  });
  for_each(prediction::Interpolation::spline, [&](const ShapeNuisance& shape) {
    std::vector<FileVersion> products;
    for (const FileVersion& version : result.versions) {
      products.push_back(version);
      for (std::size_t point = 0; point < shape.changes.size(); ++point) {
        products.push_back(changed(version, shape, point));
      }
    }
    result.versions = std::move(products);
  });
  return result;
}

}  // namespace nudipole::experiment::detail
