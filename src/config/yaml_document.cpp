#include "message_text.hpp"
#include "yaml_value.hpp"

#include <yaml-cpp/eventhandler.h>

#include <sstream>

// Reads a text as one YAML document, and notices what yaml-cpp 0.7 lets pass.
namespace nudipole::config {
namespace {

/// Notes where a document starts and whether it holds anything; builds nothing.
class DocumentProbe : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { start_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {
    has_content_ = true;
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    has_content_ = true;
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    has_content_ = true;
  }
  void OnMapEnd() override {}

  [[nodiscard]] const YAML::Mark& start() const { return start_; }
  [[nodiscard]] bool has_content() const { return has_content_; }

 private:
  YAML::Mark start_{YAML::Mark::null_mark()};
  bool has_content_{false};
};

std::size_t line_of(const YAML::Mark& mark) {
  return mark.is_null() ? 1 : static_cast<std::size_t>(mark.line) + 1;
}

/// Throws for a text without content or with a second document. YAML::LoadAll cannot tell: on some
/// invalid texts, such as ",a: 1", it finds empty documents without end until memory is used up.
/// Also throws for a quote that is never closed: it swallows all that follows, and yaml-cpp accepts
/// that. A mark for the end of the document is not allowed in a quoted text, so it is noticed at
/// the one that is added here.
void require_one_document(const std::string& text, const std::string& source, ErrorKind kind) {
  std::istringstream stream{text + (text.ends_with('\n') ? "" : "\n") + "...\n"};
  YAML::Parser parser{stream};
  DocumentProbe first;
  const bool found = parser.HandleNextDocument(first);
  DocumentProbe second;
  if (found && parser.HandleNextDocument(second)) {
    throw_error(kind, "a second YAML document starts here",
                {.where = place(source, line_of(second.start())),
                 .expected = "one map of keys",
                 .hint = "look for a line '---', a wrong indentation or a stray ',' or bracket"});
  }
  if (!found || !first.has_content()) {
    throw_error(kind, "the file is empty", {.where = source, .expected = "lines 'key: value'"});
  }
}

}  // namespace

YamlValue parse_yaml(const std::string& text, const std::string& source, ErrorKind kind) {
  std::size_t line = 1;
  std::string reason;
  try {
    // First the text as it is, so that errors have the line where the author sees them.
    const YAML::Node root = YAML::Load(text);
    require_one_document(text, source, kind);
    return {source, kind, "", line_of(root.Mark()), root};
  } catch (const YAML::Exception& error) {
    const bool open_quote =
        error.msg == YAML::ErrorMsg::DOC_IN_SCALAR || error.msg == YAML::ErrorMsg::EOF_IN_SCALAR;
    line = line_of(error.mark);
    reason = open_quote ? "a quoted text is not closed" : error.msg;
  }
  throw_error(kind, "not valid YAML: " + reason,
              {.where = place(source, line),
               .hint = "check indentation, quotes and brackets at this line and before it"});
}

}  // namespace nudipole::config
