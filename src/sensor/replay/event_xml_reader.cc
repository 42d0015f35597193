// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/event_xml_reader.h"

#include <algorithm>
#include <charconv>

#include "sensor/replay/utf16.h"

namespace picket::sensor::replay {
namespace {

constexpr size_t kTagNameMax = 64;  // a name with its prefix, to be kept whole between windows
constexpr std::string_view kSpace = " \t\r\n";

// Appends text with its references resolved (&lt; &#65; &#x41;); an unknown one stays as it is.
void append_text(std::string_view raw, std::string& out) {
  while (true) {
    const size_t amp = raw.find('&');
    out.append(raw.substr(0, amp));
    if (amp == raw.npos) return;
    raw.remove_prefix(amp);
    const size_t end = raw.substr(0, 12).find(';');
    const std::string_view name = end == raw.npos ? std::string_view{} : raw.substr(1, end - 1);
    uint32_t point = 0;
    if (name == "lt")
      point = '<';
    else if (name == "gt")
      point = '>';
    else if (name == "amp")
      point = '&';
    else if (name == "quot")
      point = '"';
    else if (name == "apos")
      point = '\'';
    else if (name.starts_with("#x"))
      std::from_chars(name.data() + 2, name.data() + name.size(), point, 16);
    else if (name.starts_with('#'))
      std::from_chars(name.data() + 1, name.data() + name.size(), point);
    if (point == 0) {
      out += '&';
      raw.remove_prefix(1);
    } else {
      append_code_point(point, out);
      raw.remove_prefix(end + 1);
    }
  }
}

struct EventTag {
  size_t begin = std::string_view::npos;
  std::string_view name;  // as written, with its prefix
};

// The next start tag of an element called Event.
EventTag find_event(std::string_view text, size_t from) {
  for (size_t at = text.find("Event", from); at != text.npos; at = text.find("Event", at + 1)) {
    if (at + 5 >= text.size() || at == 0) continue;
    const char after = text[at + 5];
    if (after != '>' && after != '/' && kSpace.find(after) == kSpace.npos) continue;
    const size_t earliest = std::max(from, at - std::min(at, kTagNameMax));
    const size_t back = text.substr(earliest, at - earliest).rfind('<');
    if (back == text.npos) continue;
    const size_t open = earliest + back;
    const std::string_view prefix = text.substr(open + 1, at - open - 1);
    if (!prefix.empty() && (prefix.back() != ':' || prefix.find_first_of(" />") != prefix.npos))
      continue;
    return {open, text.substr(open + 1, at + 5 - open - 1)};
  }
  return {};
}

// Where the event ends; npos: not here.
size_t find_event_end(std::string_view text, const EventTag& tag) {
  const std::string close = "</" + std::string(tag.name);
  size_t at = text.find(close, tag.begin);
  while (at != text.npos) {
    const size_t end = text.find_first_not_of(kSpace, at + close.size());
    if (end == text.npos) return end;
    if (text[end] == '>') return end + 1;
    at = text.find(close, end);
  }
  return at;
}

}  // namespace

void EventXmlParser::RecordFields::field(const FlatField& field) {
  text.clear();
  for (const TextPiece& piece : field.value) text.append(piece.literal);
  const std::string_view value = record->keep(text);
  record->add(record->keep(field.name), value);
  apply_origin(origin_role(field.part, field.name), value, *record);
}

EventXmlParser::EventXmlParser() : flattener_(fields_) {}

bool EventXmlParser::parse(std::string_view xml, event::LogRecord& record) {
  fields_.record = &record;
  flattener_.begin(EventPart::kDocument);
  do {
    const size_t open = xml.find('<');
    if (open == xml.npos) return false;
    if (flattener_.depth() > 0 && open > 0) {
      text_.clear();
      append_text(xml.substr(0, open), text_);
      flattener_.text(text_);
    }
    xml.remove_prefix(open);
    if (!tag(xml)) return false;
  } while (flattener_.depth() > 0);
  finish_origin(record);
  return !record.fields().empty();
}

// Comments, CDATA, processing instructions; a document type is refused.
bool EventXmlParser::markup_declaration(std::string_view& rest) {
  const auto skip_past = [&](std::string_view end, size_t from) {
    const size_t at = rest.find(end, from);
    if (at == rest.npos) return false;
    rest.remove_prefix(at + end.size());
    return true;
  };
  if (rest.starts_with("<?")) return skip_past("?>", 2);
  if (rest.starts_with("<!--")) return skip_past("-->", 4);
  constexpr std::string_view kCdata = "<![CDATA[";
  if (!rest.starts_with(kCdata)) return false;
  const std::string_view inside = rest.substr(kCdata.size());
  flattener_.text(inside.substr(0, inside.find("]]>")));
  return skip_past("]]>", kCdata.size());
}

bool EventXmlParser::tag(std::string_view& rest) {
  if (rest.starts_with("<!") || rest.starts_with("<?")) return markup_declaration(rest);
  // The end of the tag: a > that is in no attribute's quotes.
  size_t end = 1;
  for (char quote = 0; end < rest.size() && (quote || rest[end] != '>'); ++end) {
    if (quote ? rest[end] == quote : rest[end] == '"' || rest[end] == '\'')
      quote = quote ? '\0' : rest[end];
  }
  if (end >= rest.size()) return false;
  std::string_view inside = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  if (inside.starts_with('/')) {
    flattener_.end_element();
    return true;
  }
  const bool empty = inside.ends_with('/');
  if (empty) inside.remove_suffix(1);
  const std::string_view name = inside.substr(0, inside.find_first_of(kSpace));
  inside.remove_prefix(name.size());
  if (name.empty() || !flattener_.start_element(name) || !attributes(inside)) return false;
  if (empty) flattener_.end_element();
  return true;
}

bool EventXmlParser::attributes(std::string_view& inside) {
  while (true) {
    const size_t start = inside.find_first_not_of(kSpace);
    if (start == inside.npos) return true;
    inside.remove_prefix(start);
    const size_t equals = inside.find('=');
    if (equals == inside.npos) return false;
    std::string_view name = inside.substr(0, equals);
    name = name.substr(0, name.find_first_of(kSpace));
    const size_t quote = inside.find_first_not_of(kSpace, equals + 1);
    if (quote == inside.npos || (inside[quote] != '"' && inside[quote] != '\'')) return false;
    const size_t end = inside.find(inside[quote], quote + 1);
    if (end == inside.npos) return false;
    TextPiece value;
    append_text(inside.substr(quote + 1, end - quote - 1), value.literal);
    flattener_.attribute(name, {value});
    inside.remove_prefix(end + 1);
  }
}

size_t EventXmlReader::read(Bytes window, uint64_t offset, bool last, RecordSink& sink) {
  const std::string_view text = as_text(window);
  size_t at = 0;
  while (true) {
    const EventTag event = find_event(text, at);
    if (event.begin == text.npos) {
      // The start of a tag may be cut in two.
      return last ? text.size()
                  : std::max(at, text.size() - std::min(text.size(), kTagNameMax + 8));
    }
    // An event that another one starts within was never finished.
    const EventTag next = find_event(text, event.begin + 1);
    const size_t end = find_event_end(text.substr(0, next.begin), event);
    if (end == text.npos && next.begin != text.npos) {
      sink.damaged(offset + event.begin, "an event that does not end");
      at = next.begin;
      continue;
    }
    if (end == text.npos) {
      if (!last) return event.begin;
      sink.damaged(offset + event.begin, "the file ends within an event");
      return text.size();
    }
    record_.clear();
    if (parser_.parse(text.substr(event.begin, end - event.begin), record_))
      sink.deliver(record_, offset + event.begin);
    else
      sink.damaged(offset + event.begin, "an event that is no well-formed XML");
    at = end;
  }
}

}  // namespace picket::sensor::replay
