#include "config/config_file.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

#include "base/hash_map.h"
#include "base/named_file.h"

namespace spanhound::config {
namespace {

// Thrown to leave the parser; never leaves this file.
struct Refused {
  int line;
  std::string why;
};

// Events instead of a tree: what we do not take is refused before it takes memory.
class Handler : public YAML::EventHandler {
 public:
  explicit Handler(std::string file_name) : file_name_(std::move(file_name)) {}

  std::vector<GivenValue> Take() { return std::move(given_); }
  std::string LineText(int line) const { return file_name_ + " line " + std::to_string(line + 1); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused{mark.line, "a second document"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    if (place_ == Place::kOutside) return;  // nothing but comments
    if (place_ == Place::kKey) throw Refused{mark.line, "a name is missing"};
    // Where it is missing is only known on the next line.
    throw Refused{key_line_, "'" + given_.back().name + "' has no value"};
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refused{mark.line, "aliases are not taken"};
  }
  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    throw Refused{mark.line, "anchors are not taken"};
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    // "?" is a plain scalar, "!" a quoted one.
    if (!tag.empty() && tag != "?" && tag != "!") throw Refused{mark.line, "tags are not taken"};
    switch (place_) {
      case Place::kOutside: throw Refused{mark.line, "expected 'name: value' lines"};
      case Place::kKey: return OnKey(mark, value);
      case Place::kValue: place_ = Place::kKey; [[fallthrough]];
      case Place::kList: given_.back().values.push_back(value);
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    if (place_ != Place::kValue) throw Refused{mark.line, "a list where none belongs"};
    place_ = Place::kList;
  }
  void OnSequenceEnd() override { place_ = Place::kKey; }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    if (place_ != Place::kOutside) {
      throw Refused{mark.line, "settings are not nested; every name stands at the left margin"};
    }
    place_ = Place::kKey;
  }
  void OnMapEnd() override { place_ = Place::kOutside; }

 private:
  enum class Place { kOutside, kKey, kValue, kList };

  void OnKey(const YAML::Mark& mark, const std::string& name) {
    if (!names_.insert(name).second) {
      throw Refused{mark.line, "'" + name + "' for the second time"};
    }
    given_.push_back({name, {}, LineText(mark.line)});
    key_line_ = mark.line;
    place_ = Place::kValue;
  }

  const std::string file_name_;
  std::vector<GivenValue> given_;
  StringSet names_;
  Place place_ = Place::kOutside;
  int key_line_ = 0;
  int documents_ = 0;
};

// Reads from bytes without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view bytes) {
    char* begin = const_cast<char*>(bytes.data());  // only ever read
    setg(begin, begin, begin + bytes.size());
  }
};

}  // namespace

Result<std::vector<GivenValue>> ParseConfigFile(std::string_view yaml,
                                                const std::string& file_name) {
  if (yaml.size() > kConfigFileBytesMax) {
    return InvalidArgument(file_name + ": more than " + std::to_string(kConfigFileBytesMax) +
                           " bytes is no configuration");
  }
  ViewBuffer buffer(yaml);
  std::istream stream(&buffer);
  Handler handler(file_name);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler)) {
    }
  } catch (const Refused& refused) {
    return InvalidArgument(handler.LineText(refused.line) + ": " + refused.why);
  } catch (const YAML::Exception& error) {
    return InvalidArgument(handler.LineText(error.mark.line) + ": " + error.msg);
  }
  return handler.Take();
}

Result<std::vector<GivenValue>> ReadConfigFile(const std::string& path) {
  ASSIGN_OR_RETURN(const NamedFile file, ReadNamedFile(path, kConfigFileBytesMax));
  return ParseConfigFile(file.bytes, path);
}

}  // namespace spanhound::config
