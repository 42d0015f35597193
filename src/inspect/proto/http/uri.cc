// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/uri.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"

namespace picket::inspect::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A character as servers that know one byte for each make it: themselves up to U+00FF, full-width
// forms as what they are the form of, anything else a question mark.
char single_byte(uint32_t character) {
  if (character <= 0xff) return static_cast<char>(character);
  if (character >= 0xff01 && character <= 0xff5e)
    return static_cast<char>(character - 0xff01 + '!');
  return '?';
}
// %uXXXX, as IIS takes it; -1: there is none here.
int wide_escape(std::string_view text) {
  if (text.size() < 6 || (text[1] != 'u' && text[1] != 'U')) return -1;
  int value = 0;
  for (const char c : text.substr(2, 4)) {
    if (hex_value(c) < 0) return -1;
    value = value << 4 | hex_value(c);
  }
  return value;
}
// UTF-8 in place from `from` on, overlong forms included: what a filter must not be led past by. A
// byte that begins no character stays.
void narrow_utf8(std::string& text, size_t from) {
  size_t to = from;
  for (size_t i = from; i < text.size(); ++i) {
    const uint8_t lead = static_cast<uint8_t>(text[i]);
    const size_t more = lead >= 0xc0 && lead < 0xe0   ? 1
                        : lead >= 0xe0 && lead < 0xf0 ? 2
                        : lead >= 0xf0 && lead < 0xf8 ? 3
                                                      : 0;
    uint32_t character = lead & (0x3fu >> more);
    bool whole = more > 0 && i + more < text.size();
    for (size_t k = 1; whole && k <= more; ++k) {
      const uint8_t next = static_cast<uint8_t>(text[i + k]);
      whole = (next & 0xc0) == 0x80;
      character = character << 6 | (next & 0x3fu);
    }
    text[to++] = whole ? single_byte(character) : text[i];
    if (whole) i += more;
  }
  text.resize(to);
}

void split_host(std::string_view authority, UriParts& parts) {
  const size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    parts.user = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }
  size_t search = 0;
  if (!authority.empty() && authority.front() == '[') {
    const size_t close = authority.find(']');
    search = close == std::string_view::npos ? authority.size() : close;
  }
  const size_t colon = authority.find(':', search);
  parts.host = authority.substr(0, colon);
  if (colon != std::string_view::npos) parts.port = authority.substr(colon + 1);
  parts.has_host = true;
}

void split_path(std::string_view rest, UriParts& parts) {
  const size_t hash = rest.find('#');
  if (hash != std::string_view::npos) {
    parts.has_fragment = true;
    parts.fragment = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
  }
  const size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    parts.has_query = true;
    parts.query = rest.substr(question + 1);
    rest = rest.substr(0, question);
  }
  parts.path = rest;
}

// Slashes one way and single, in place from `from` on.
void tidy_slashes(std::string& text, size_t from) {
  size_t to = from;
  for (size_t i = from; i < text.size(); ++i) {
    const char c = text[i] == '\\' ? '/' : text[i];
    if (c == '/' && to > from && text[to - 1] == '/') continue;
    text[to++] = c;
  }
  text.resize(to);
}

// RFC 3986 5.2.4, in place from `from` on. Only for paths that begin with a slash or a dot segment.
void remove_dot_segments(std::string& text, size_t from) {
  if (text.find("/.", from) == std::string::npos && text.compare(from, 1, ".") != 0) return;
  const std::string input = text.substr(from);
  std::string_view in = input;
  text.resize(from);
  while (!in.empty()) {
    if (in.starts_with("../")) {
      in.remove_prefix(3);
    } else if (in.starts_with("./")) {
      in.remove_prefix(2);
    } else if (in.starts_with("/./")) {
      in.remove_prefix(2);
    } else if (in == "/.") {
      text += '/';
      break;
    } else if (in.starts_with("/../") || in == "/..") {
      const size_t slash = text.rfind('/');
      text.resize(slash == std::string::npos || slash < from ? from : slash);
      if (in == "/..") {
        text += '/';
        break;
      }
      in.remove_prefix(3);
    } else if (in == "." || in == "..") {
      break;
    } else {
      const size_t next = in.find('/', 1);
      text.append(in.substr(0, next));
      in = next == std::string_view::npos ? std::string_view() : in.substr(next);
    }
  }
}

}  // namespace

UriParts split_uri(std::string_view target) {
  UriParts parts;
  if (target.empty() || target.front() == '/') {
    split_path(target, parts);
    return parts;
  }
  const size_t colon = target.find(':');
  const size_t stop = target.find_first_of("/?#");
  if (colon != std::string_view::npos && colon > 0 && target.substr(colon + 1).starts_with("//") &&
      stop == colon + 1) {
    parts.scheme = target.substr(0, colon);
    std::string_view rest = target.substr(colon + 3);
    const size_t end = rest.find_first_of("/?#");
    split_host(rest.substr(0, end), parts);
    split_path(end == std::string_view::npos ? std::string_view() : rest.substr(end), parts);
    return parts;
  }
  split_path(target, parts);
  return parts;
}

UriParts split_authority(std::string_view target) {
  UriParts parts;
  split_host(target, parts);
  return parts;
}

bool percent_decode(std::string_view text, bool plus_is_space, std::string& out) {
  bool decoded = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (const int wide = c == '%' ? wide_escape(text.substr(i)) : -1; wide >= 0) {
      out += single_byte(static_cast<uint32_t>(wide));
      i += 5;
      decoded = true;
    } else if (c == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
               hex_value(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2]));
      i += 2;
      decoded = true;
    } else if (c == '+' && plus_is_space) {
      out += ' ';
      decoded = true;
    } else {
      out += c;
    }
  }
  return decoded;
}

void append_normalised_path(std::string_view path, const UriSettings& settings, std::string& out) {
  const size_t from = out.size();
  if (percent_decode(path, false, out) && settings.double_decode) {
    const std::string once = out.substr(from);
    out.resize(from);
    percent_decode(once, false, out);
  }
  narrow_utf8(out, from);
  tidy_slashes(out, from);
  remove_dot_segments(out, from);
}

void append_normalised_uri(const UriParts& parts, const UriSettings& settings, std::string& out) {
  append_normalised_path(parts.path, settings, out);
  if (parts.has_query) {
    out += '?';
    const size_t from = out.size();
    if (percent_decode(parts.query, settings.decode_plus_in_query, out) && settings.double_decode) {
      const std::string once = out.substr(from);
      out.resize(from);
      percent_decode(once, settings.decode_plus_in_query, out);
    }
  }
  if (parts.has_fragment) {
    out += '#';
    out.append(parts.fragment);
  }
}

HostPart normalised_host(std::string_view authority) {
  HostPart host;
  while (!authority.empty() && static_cast<uint8_t>(authority.front()) <= ' ')
    authority.remove_prefix(1);
  while (!authority.empty() && static_cast<uint8_t>(authority.back()) <= ' ')
    authority.remove_suffix(1);
  UriParts parts;
  split_host(authority, parts);
  std::string_view name = parts.host;
  while (!name.empty() && name.back() == '.') name.remove_suffix(1);
  if (!parts.port.empty()) {
    uint32_t port = 0;
    for (const char c : parts.port) {
      if (c < '0' || c > '9' || port > 65535) {
        host.port_valid = false;
        break;
      }
      port = port * 10 + static_cast<uint32_t>(c - '0');
    }
    if (port == 0 || port > 65535) host.port_valid = false;
    if (host.port_valid) host.port = static_cast<uint16_t>(port);
  }
  host.name.reserve(name.size());
  for (const char c : name) host.name += ascii_lower(c);
  const bool bracket = !name.empty() && name.front() == '[';
  host.valid = !name.empty() && name.size() <= 255 &&
               std::all_of(name.begin(), name.end(), [bracket](char c) {
                 const bool plain = (c >= '0' && c <= '9') ||
                                    (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' ||
                                    c == '.' || c == '_';
                 return plain || (bracket && (c == '[' || c == ']' || c == ':' || c == '%'));
               });
  return host;
}

}  // namespace picket::inspect::http
