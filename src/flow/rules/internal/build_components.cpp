// SPDX-License-Identifier: Apache-2.0
// migration, namedElements, component, role
#include "base/core/words.h"
#include "flow/rules/internal/builders.h"

namespace rehome::rules {

namespace {

ComponentNode build_component(const XmlElement& element, ElementReader& reader);

RoleNode build_role(const XmlElement& element, ElementReader& reader) {
  RoleNode node;
  node.place = reader.place(element);
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "rules")) {
      node.rules.push_back(build_rules(*child, reader));
    } else if (ElementReader::is(*child, "environment")) {
      node.environments.push_back(build_environment(*child, reader));
    } else if (ElementReader::is(*child, "detection")) {
      node.detections.push_back(build_detection(*child, reader));
    } else if (ElementReader::is(*child, "detects")) {
      node.detects.push_back(build_detects(*child, reader));
    } else if (ElementReader::is(*child, "component")) {
      node.components.push_back(build_component(*child, reader));
    } else if (ElementReader::is(*child, "role")) {
      node.roles.push_back(build_role(*child, reader));
    }
  }
  return node;
}

void add_extensions(const XmlElement& element, ElementReader& reader, ComponentNode& node) {
  for (const auto& child : element.children) {
    std::string extension = ElementReader::text(*child);
    if (extension.starts_with('.')) extension.erase(0, 1);
    if (extension.empty()) continue;
    node.extensions.push_back({PatternType::file, "* [*." + escape_pattern(extension) + "]", reader.place(*child)});
  }
}

ComponentNode build_component(const XmlElement& element, ElementReader& reader) {
  ComponentNode node;
  node.place = reader.place(element);
  node.context = ElementReader::context(element);
  if (const XmlElement* name = reader.only_child(element, "displayName"))
    node.display_name = ElementReader::text(*name);
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "environment")) {
      node.environments.push_back(build_environment(*child, reader));
    } else if (ElementReader::is(*child, "role")) {
      node.roles.push_back(build_role(*child, reader));
    } else if (ElementReader::is(*child, "extensions")) {
      add_extensions(*child, reader, node);
    }
  }
  if (node.roles.empty() && node.extensions.empty()) {
    reader.log().warning(node.place, "<component> without <role> has no effect");
  }
  return node;
}

class NamedElementsBuilder {
 public:
  NamedElementsBuilder(NamedElements& named, ElementReader& reader) : named_(named), reader_(reader) {}

  void add(const XmlElement& element) {
    const std::string name = ElementReader::value(element, "name");
    if (name.empty()) {
      reader_.log().warning(reader_.place(element), "<" + element.name + "> without a name cannot be referred to here");
      return;
    }
    bool is_new = true;
    if (ElementReader::is(element, "environment")) {
      is_new = put(named_.environments, name, build_environment(element, reader_));
    } else if (ElementReader::is(element, "rules")) {
      is_new = put(named_.rules, name, build_rules(element, reader_));
    } else if (ElementReader::is(element, "conditions")) {
      is_new = put(named_.conditions, name, build_conditions(element, reader_));
    } else if (ElementReader::is(element, "detection")) {
      is_new = put(named_.detections, name, build_detection(element, reader_));
    } else if (ElementReader::is(element, "detects")) {
      is_new = put(named_.detects, name, build_detects(element, reader_));
    } else if (ElementReader::is(element, "detect")) {
      is_new = put(named_.single_detects, name, build_detect(element, reader_));
    }
    if (is_new) return;
    reader_.log().error(reader_.place(element), "a second <" + element.name + "> of this name has no effect");
  }

 private:
  /// The definition itself refers to nothing.
  template <typename Node>
  bool put(WordMap<Node>& map, const std::string& name, Node node) {
    node.reference.clear();
    return map.emplace(name, std::move(node)).second;
  }

  NamedElements& named_;
  ElementReader& reader_;
};

}  // namespace

MigrationFile build_migration(const XmlElement& element, ElementReader& reader) {
  MigrationFile file;
  file.urlid = ElementReader::value(element, "urlid");
  NamedElementsBuilder named(file.named, reader);
  for (const auto& child : element.children) {
    if (ElementReader::is(*child, "component")) {
      file.components.push_back(build_component(*child, reader));
    } else {
      for (const auto& definition : child->children) named.add(*definition);
    }
  }
  return file;
}

}  // namespace rehome::rules
