// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

namespace picket::detect::sigma {
namespace {

struct Refusal : std::runtime_error {
  Refusal(const std::string& message, uint32_t at) : std::runtime_error(message), line(at) {}
  uint32_t line;
};

uint32_t line_of(const YAML::Mark& mark) { return static_cast<uint32_t>(mark.line + 1); }

size_t count_nodes(const YamlNode& node) {
  size_t count = 1;
  for (const YamlNode& item : node.items) count += count_nodes(item);
  for (const auto& member : node.members) count += count_nodes(member.value);
  return count;
}

bool means_null(std::string_view text) {
  return text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL";
}

// Builds one document out of the parser's events.
class Builder : public YAML::EventHandler {
 public:
  std::optional<YamlNode> take() { return std::exchange(root_, std::nullopt); }

  void OnDocumentStart(const YAML::Mark&) override {
    open_.clear();
    anchors_.clear();
    root_.reset();
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.line = line_of(mark);
    finish(std::move(node), anchor, 1);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Refusal("an alias stands inside what it names", line_of(mark));
    YamlNode copy = found->second;
    finish(std::move(copy), 0, count_nodes(found->second));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.line = line_of(mark);
    node.quoted = tag != "?" && !tag.empty();
    if (node.quoted || !means_null(value)) {
      node.kind = YamlNode::Kind::kScalar;
      node.text = value;
    }
    finish(std::move(node), anchor, 1);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::kList, mark, anchor);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::kMap, mark, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct Open {
    YamlNode node;
    YAML::anchor_t anchor = 0;
    std::optional<std::string> key;
  };

  void begin(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (open_.size() >= kYamlDepthMax) throw Refusal("nested too deeply", line_of(mark));
    Open open;
    open.node.kind = kind;
    open.node.line = line_of(mark);
    open.anchor = anchor;
    open_.push_back(std::move(open));
  }
  void end() {
    Open done = std::move(open_.back());
    open_.pop_back();
    finish(std::move(done.node), done.anchor, 1);
  }
  void finish(YamlNode node, YAML::anchor_t anchor, size_t count) {
    nodes_ += count;
    if (nodes_ > kYamlNodesMax)
      throw Refusal("more than " + std::to_string(kYamlNodesMax) + " values", node.line);
    if (anchor != 0) anchors_[anchor] = node;
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.is_list()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (!node.is_scalar() && !node.is_null())
        throw Refusal("a key that is no plain text", node.line);
      parent.key = std::move(node.text);
    } else {
      add_member(parent.node, std::move(*std::exchange(parent.key, std::nullopt)), std::move(node));
    }
  }
  static void add_member(YamlNode& map, std::string key, YamlNode value) {
    if (key == "<<" && value.is_map()) {
      for (auto& member : value.members) {
        if (map.find(member.key) == nullptr) map.members.push_back(std::move(member));
      }
      return;
    }
    if (map.find(key) != nullptr) throw Refusal("the key `" + key + "` stands twice", value.line);
    map.members.emplace_back(std::move(key), std::move(value));
  }

  std::vector<Open> open_;
  std::unordered_map<YAML::anchor_t, YamlNode> anchors_;
  std::optional<YamlNode> root_;
  size_t nodes_ = 0;
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  auto found = std::ranges::find(members, key,
                                 [](const auto& member) { return std::string_view(member.key); });
  return found == members.end() ? nullptr : &found->value;
}

std::vector<YamlNode> parse_yaml(std::string_view text, std::vector<YamlError>& errors) {
  std::vector<YamlNode> documents;
  if (text.size() > kYamlBytesMax) {
    errors.push_back({"more than " + std::to_string(kYamlBytesMax) + " bytes", 0});
    return documents;
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder;
    while (parser.HandleNextDocument(builder)) {
      std::optional<YamlNode> root = builder.take();
      if (root && !root->is_null()) documents.push_back(std::move(*root));
    }
  } catch (const Refusal& refusal) {
    errors.push_back({refusal.what(), refusal.line});
  } catch (const YAML::Exception& wrong) {
    errors.push_back({"not YAML: " + wrong.msg, wrong.mark.is_null() ? 0 : line_of(wrong.mark)});
  } catch (const std::exception& wrong) {
    errors.push_back({std::string("not YAML: ") + wrong.what(), 0});
  }
  return documents;
}

}  // namespace picket::detect::sigma
