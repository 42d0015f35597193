// SPDX-License-Identifier: Apache-2.0
// Plain lists and CSV of indicator_list.h.
#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "detect/intel/indicator_list.h"

namespace picket::detect::intel {
namespace {

std::string_view without_blanks(std::string_view text) { return trimmed(text, " \t\r"); }

constexpr size_t kColumnsMax = 64;

template <typename OnLine>
void for_each_line(std::string_view content, OnLine on_line) {
  for (size_t number = 1; !content.empty(); ++number) {
    const size_t end = std::min(content.find('\n'), content.size());
    on_line(without_blanks(content.substr(0, end)), number);
    content.remove_prefix(std::min(end + 1, content.size()));
  }
}

std::string shown(std::string_view value) {
  constexpr size_t kShownMax = 80;
  return std::string(value.substr(0, kShownMax)) + (value.size() > kShownMax ? "..." : "");
}

// The fields of one line (RFC 4180 quoting; blanks around fields are dropped). A quoted field ends
// with its line: lists of indicators have no line breaks in values.
std::vector<std::string> fields_of(std::string_view line, char separator) {
  std::vector<std::string> fields;
  while (fields.size() < kColumnsMax) {
    line = without_blanks(line);
    std::string field;
    if (line.starts_with('"')) {
      size_t at = 1;
      for (; at < line.size(); ++at) {
        if (line[at] != '"') {
          field += line[at];
        } else if (at + 1 < line.size() && line[at + 1] == '"') {
          field += line[at++];
        } else {
          break;
        }
      }
      line.remove_prefix(std::min(at + 1, line.size()));
      const size_t next = line.find(separator);
      line = next == line.npos ? std::string_view{} : line.substr(next);
    } else {
      const size_t next = std::min(line.find(separator), line.size());
      field = without_blanks(line.substr(0, next));
      line.remove_prefix(next);
    }
    fields.push_back(std::move(field));
    if (line.empty()) break;
    line.remove_prefix(1);
  }
  return fields;
}

// What the columns of a CSV hold, from its header's names.
struct Columns {
  struct Value {
    size_t column;
    IndicatorKind kind;
  };
  std::vector<Value> values;
  std::optional<size_t> any_value, its_kind;  // "ioc_value" and "ioc_type"
  std::optional<size_t> port, seen, expires;
  std::vector<size_t> about;
  bool usable() const { return !values.empty() || any_value; }
};

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

Columns columns_of(const std::vector<std::string>& header) {
  Columns columns;
  const bool certificates = std::ranges::any_of(
      header, [](const std::string& name) { return ascii_lowered(name) == "listingreason"; });
  for (size_t i = 0; i < header.size(); ++i) {
    const size_t start = std::min(header[i].find_first_not_of("# "), header[i].size());
    const std::string name =
        ascii_lowered(without_blanks(std::string_view(header[i]).substr(start)));
    if (among(name, {"ioc_value", "ioc", "indicator", "value", "observable"}))
      columns.any_value = i;
    else if (among(name, {"ioc_type", "type", "indicator_type", "kind"}))
      columns.its_kind = i;
    else if (among(name, {"dst_port", "port", "dstport"}))
      columns.port = i;
    else if (among(name, {"first_seen_utc", "first_seen", "firstseen", "dateadded", "date_added",
                          "listingdate", "date", "timestamp"}))
      columns.seen = i;
    else if (among(name, {"expires", "expiry", "expiration", "valid_until", "expiration_date"}))
      columns.expires = i;
    else if (among(name, {"malware", "malware_printable", "threat", "threat_type", "listingreason",
                          "signature", "family", "description", "comment", "tags"}))
      columns.about.push_back(i);
    else if (const auto kind = parse_kind(name))
      // SSLBL lists the SHA-1 of certificates, with the reason they are listed for.
      columns.values.push_back({i, certificates && *kind == IndicatorKind::kSha1
                                       ? IndicatorKind::kCertificateSha1
                                       : *kind});
  }
  return columns;
}

void describe(Indicator& indicator, const Columns& columns,
              const std::vector<std::string>& fields) {
  for (const size_t column : columns.about) {
    if (column >= fields.size() || fields[column].empty() ||
        ascii_lowered(fields[column]) == "none")
      continue;
    if (!indicator.about.empty()) indicator.about += ", ";
    indicator.about += fields[column];
  }
  if (columns.seen && *columns.seen < fields.size())
    indicator.seen = parse_list_time(fields[*columns.seen]);
  if (columns.expires && *columns.expires < fields.size())
    indicator.expires = parse_list_time(fields[*columns.expires]);
}

class CsvReader {
 public:
  CsvReader(ListReport& report, const OnIndicator& on_indicator)
      : report_(report), on_indicator_(on_indicator) {}

  void line(std::string_view line, size_t number) {
    if (line.empty()) return;
    if (line.front() == '#' || line.front() == ';') {
      // The header of abuse.ch's lists is their last comment.
      line.remove_prefix(1);
      const std::vector<std::string> fields = fields_of(line, separator_of(line));
      if (fields.size() > 1)
        if (Columns columns = columns_of(fields); columns.usable()) columns_ = std::move(columns);
      return;
    }
    const std::vector<std::string> fields = fields_of(line, separator_of(line));
    if (!columns_.usable()) {
      columns_ = columns_of(fields);
      if (columns_.usable()) return;
      guessed(fields, number);
      return;
    }
    if (columns_.any_value) typed(fields, number);
    for (const Columns::Value& value : columns_.values) {
      if (value.column >= fields.size()) {
        report_.problem("line " + std::to_string(number),
                        "has no column " + std::to_string(value.column + 1));
        return;
      }
      const std::string& field = fields[value.column];
      // Lists of samples leave hashes out that they do not know.
      if (field.empty() || ascii_lowered(field) == "n/a" || ascii_lowered(field) == "none")
        continue;
      deliver(make_indicator(value.kind, field), field, fields, number);
    }
  }

 private:
  static char separator_of(std::string_view line) {
    return line.find(',') == line.npos && line.find(';') != line.npos    ? ';'
           : line.find(',') == line.npos && line.find('\t') != line.npos ? '\t'
                                                                         : ',';
  }
  void typed(const std::vector<std::string>& fields, size_t number) {
    if (*columns_.any_value >= fields.size())
      return report_.problem("line " + std::to_string(number), "has no value");
    const std::string& value = fields[*columns_.any_value];
    if (!columns_.its_kind || *columns_.its_kind >= fields.size())
      return deliver(guess_indicator(value), value, fields, number);
    const std::string& word = fields[*columns_.its_kind];
    const auto kind = parse_kind(word);
    if (!kind) {
      ++report_.skipped;
      return;
    }
    deliver(make_indicator(*kind, value), value, fields, number);
  }
  // Without a header: the first field of the line that is plainly one.
  void guessed(const std::vector<std::string>& fields, size_t number) {
    for (const std::string& field : fields) {
      auto indicator = guess_indicator(field);
      const bool plainly =
          indicator && (indicator->kind != IndicatorKind::kDomain || field.find(' ') == field.npos);
      if (plainly) return deliver(std::move(indicator), field, fields, number);
    }
    report_.problem("line " + std::to_string(number),
                    "no field is an indicator: " + shown(fields.front()));
  }
  void deliver(std::optional<Indicator> indicator, const std::string& field,
               const std::vector<std::string>& fields, size_t number) {
    if (!indicator)
      return report_.problem("line " + std::to_string(number), "no indicator: " + shown(field));
    describe(*indicator, columns_, fields);
    if (columns_.port && *columns_.port < fields.size() &&
        indicator->kind == IndicatorKind::kAddress && indicator->port == 0) {
      const auto with_port =
          make_indicator(IndicatorKind::kAddress, indicator->value + "|" + fields[*columns_.port]);
      if (with_port) indicator->port = with_port->port;
    }
    on_indicator_(*indicator);
  }

  ListReport& report_;
  const OnIndicator& on_indicator_;
  Columns columns_;
};

}  // namespace

void read_plain(std::string_view content, ListReport& report, const OnIndicator& on_indicator) {
  for_each_line(content, [&](std::string_view line, size_t number) {
    if (line.empty() || line.front() == '#' || line.front() == ';' || line.starts_with("//"))
      return;
    // A comment after the value; URLs may hold # themselves.
    if (const size_t comment = line.find(" #"); comment != line.npos)
      line = without_blanks(line.substr(0, comment));
    const size_t gap = line.find_first_of(" \t,");
    std::optional<Indicator> indicator;
    if (gap == line.npos) {
      indicator = guess_indicator(line);
    } else if (const auto kind = parse_kind(line.substr(0, gap))) {
      indicator = make_indicator(*kind, without_blanks(line.substr(gap + 1)));
    } else if (const auto sink = IpAddress::parse(line.substr(0, gap));
               sink && (sink->is_unspecified() || sink->is_loopback())) {
      indicator = make_indicator(IndicatorKind::kDomain,
                                 without_blanks(line.substr(gap + 1)));  // as in a hosts file
    }
    if (!indicator)
      return report.problem("line " + std::to_string(number), "no indicator: " + shown(line));
    on_indicator(*indicator);
  });
}

void read_csv(std::string_view content, ListReport& report, const OnIndicator& on_indicator) {
  CsvReader reader(report, on_indicator);
  for_each_line(content, [&](std::string_view line, size_t number) { reader.line(line, number); });
}

}  // namespace picket::detect::intel
