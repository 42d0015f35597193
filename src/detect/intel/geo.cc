// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/geo.h"

#include <fcntl.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <optional>

#include "base/counter.h"
#include "base/unique_fd.h"
#include "base/utf8.h"
#include "detect/intel/mmdb_data.h"

namespace picket::detect::intel {
namespace {

Counter bad_records{"detect.geo_bad_records",
                    "records of a country or AS database that are damaged or make no sense"};

constexpr std::string_view kMetadataMarker = "\xab\xcd\xefMaxMind.com";
constexpr size_t kMetadataBytesMax = 128 * 1024;  // the format: within the last 128 KiB
constexpr size_t kDatabaseTypeMax = 64;
constexpr size_t kProbeNodesMax = 4096;  // of the tree, to learn what a file can tell
constexpr const char* kWhereFrom =
    "give a file in MaxMind format (.mmdb), for instance GeoLite2-Country or GeoLite2-ASN, free of "
    "charge from maxmind.com, or a free one from db-ip.com";

// Characters cut at `bytes_max`, not inside one.
std::string shortened(std::string_view text, size_t bytes_max) {
  std::string out = printable(text);
  if (out.size() <= bytes_max) return out;
  while (bytes_max > 0 && (static_cast<unsigned char>(out[bytes_max]) & 0xc0) == 0x80) --bytes_max;
  out.resize(bytes_max);
  return out;
}

std::string day_of(uint64_t epoch_s) {
  const time_t seconds = static_cast<time_t>(std::min<uint64_t>(epoch_s, 253402300799));
  tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts)};
}

bool is_country(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<uint32_t> as_number_of(std::string_view text) {  // "AS15169"
  if (!text.starts_with("AS")) return std::nullopt;
  uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + 2, end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::unexpected<Error> refused(const std::string& path, const std::string& why) {
  return failure("not a usable MaxMind database: " + path + ": " + why, kWhereFrom);
}

// Looks at the metadata before libmaxminddb does, which would follow any depth on the stack.
Result<void> check_metadata(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return system_failure("open " + path, errno, kWhereFrom);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return system_failure("look at " + path);
  if (!S_ISREG(status.st_mode)) return refused(path, "not a regular file");
  const auto size = static_cast<size_t>(status.st_size);
  std::vector<uint8_t> tail(std::min(size, kMetadataBytesMax));
  const ssize_t got =
      pread(file.get(), tail.data(), tail.size(), static_cast<off_t>(size - tail.size()));
  if (got != static_cast<ssize_t>(tail.size())) return system_failure("read " + path);
  const size_t marker = as_text(tail).rfind(kMetadataMarker);
  if (marker == std::string_view::npos) return refused(path, "it has no metadata");
  const MmdbData metadata(Bytes(tail).subspan(marker + kMetadataMarker.size()));
  const auto root = metadata.at(0);
  if (!root || root->type != MmdbType::kMap || !metadata.is_shallow(0))
    return refused(path, "its metadata is damaged");
  return {};
}

}  // namespace

// One open file: libmaxminddb for the tree, MmdbData for what it leads to.
class GeoDatabase::File {
 public:
  static Result<std::unique_ptr<File>> open(const std::string& path);
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (opened_) MMDB_close(&mmdb_);
  }

  bool tells_country() const { return tells_country_; }
  bool tells_as() const { return tells_as_; }
  std::string describe() const { return type_ + ' ' + day_of(mmdb_.metadata.build_epoch); }
  // Adds to `geo` what is not in there yet.
  void look_up(const IpAddress& address, Geo& geo) const;

 private:
  void learn_what_it_tells();
  void probe();
  void read_record(size_t offset, Geo& geo) const;
  void read_country(const MmdbData& data, const MmdbValue& record, Geo& geo) const;
  void read_as(const MmdbData& data, const MmdbValue& record, Geo& geo) const;

  MMDB_s mmdb_{};
  bool opened_ = false;
  bool tells_country_ = false, tells_as_ = false;
  std::string type_;
};

Result<std::unique_ptr<GeoDatabase::File>> GeoDatabase::File::open(const std::string& path) {
  TRY(check_metadata(path));
  auto file = std::make_unique<File>();
  if (const int error = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file->mmdb_);
      error != MMDB_SUCCESS)
    return refused(path, MMDB_strerror(error));
  file->opened_ = true;
  const char* type = file->mmdb_.metadata.database_type;
  file->type_ = shortened(type == nullptr ? "" : type, kDatabaseTypeMax);
  file->learn_what_it_tells();
  if (!file->tells_country_ && !file->tells_as_)
    return refused(path, "a database of type \"" + file->type_ + "\" tells neither country nor AS");
  return file;
}

void GeoDatabase::File::learn_what_it_tells() {
  const auto type_has = [&](std::string_view word) {
    return type_.find(word) != std::string::npos;
  };
  tells_country_ = type_has("Country") || type_has("City") || type_has("Enterprise");
  tells_as_ = type_has("ASN") || type_has("ISP") || type_has("Enterprise");
  if (!tells_country_ && !tells_as_) probe();
}

// Looks at records until it is clear what there is; a corner of the tree is enough to tell.
void GeoDatabase::File::probe() {
  std::vector<uint64_t> nodes{0};
  for (size_t seen = 0; seen < kProbeNodesMax && !nodes.empty(); ++seen) {
    const uint64_t number = nodes.back();
    nodes.pop_back();
    MMDB_search_node_s node{};
    if (number > 0xffffffff || MMDB_read_node(&mmdb_, static_cast<uint32_t>(number), &node) != 0)
      continue;
    const struct {
      uint8_t type;
      uint64_t record;
      uint32_t offset;
    } sides[] = {{node.left_record_type, node.left_record, node.left_record_entry.offset},
                 {node.right_record_type, node.right_record, node.right_record_entry.offset}};
    for (const auto& [type, record, offset] : sides) {
      if (type == MMDB_RECORD_TYPE_SEARCH_NODE) nodes.push_back(record);
      if (type != MMDB_RECORD_TYPE_DATA) continue;
      Geo geo;
      tells_country_ = tells_as_ = true;  // so that the record is read for both
      read_record(offset, geo);
      tells_country_ = !geo.country.empty();
      tells_as_ = geo.as_number != 0;
      if (tells_country_ || tells_as_) return;
    }
  }
}

void GeoDatabase::File::look_up(const IpAddress& address, Geo& geo) const {
  if (address.is_v6() && mmdb_.metadata.ip_version == 4) return;
  sockaddr_storage storage{};
  if (address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    v4->sin_family = AF_INET;
    v4->sin_addr.s_addr = htonl(address.v4_host_order());
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    v6->sin6_family = AF_INET6;
    std::copy(address.bytes().begin(), address.bytes().end(), v6->sin6_addr.s6_addr);
  }
  int error = MMDB_SUCCESS;
  const MMDB_lookup_result_s found =
      MMDB_lookup_sockaddr(&mmdb_, reinterpret_cast<const sockaddr*>(&storage), &error);
  if (error != MMDB_SUCCESS) {
    bad_records.add();
  } else if (found.found_entry) {
    read_record(found.entry.offset, geo);
  }
}

void GeoDatabase::File::read_record(size_t offset, Geo& geo) const {
  const MmdbData data(Bytes(mmdb_.data_section, mmdb_.data_section_size));
  const auto record = data.at(offset);
  if (!record || record->type != MmdbType::kMap) {
    bad_records.add();
    return;
  }
  if (tells_country_ && geo.country.empty()) read_country(data, *record, geo);
  if (tells_as_ && geo.as_number == 0) read_as(data, *record, geo);
}

// {country: {iso_code}}, where the address is used; else where it is registered; else
// {country_code}.
void GeoDatabase::File::read_country(const MmdbData& data, const MmdbValue& record,
                                     Geo& geo) const {
  std::optional<MmdbValue> code;
  for (const std::string_view key : {"country", "registered_country"}) {
    const auto country = data.find(record, key);
    if (country && !code) code = data.find(*country, "iso_code");
  }
  if (!code) code = data.find(record, "country_code");
  if (!code) return;
  const auto text = data.string(*code);
  if (text && is_country(*text)) {
    geo.country = *text;
  } else {
    bad_records.add();
  }
}

void GeoDatabase::File::read_as(const MmdbData& data, const MmdbValue& record, Geo& geo) const {
  std::optional<uint64_t> number;
  if (const auto value = data.find(record, "autonomous_system_number")) {
    number = data.number(*value);
  } else if (const auto plain = data.find(record, "asn")) {
    if (const auto text = data.string(*plain)) number = as_number_of(*text);
  } else {
    return;
  }
  if (!number || *number == 0 || *number > 0xffffffff) {
    bad_records.add();
    return;
  }
  geo.as_number = static_cast<uint32_t>(*number);
  for (const std::string_view key : {"autonomous_system_organization", "as_name"}) {
    const auto value = data.find(record, key);
    const auto text = value ? data.string(*value) : std::nullopt;
    if (!text) continue;
    geo.as_organization = shortened(*text, kGeoOrganizationMax);
    return;
  }
}

GeoDatabase::GeoDatabase() : cache_(kGeoCacheEntries) {}
GeoDatabase::GeoDatabase(GeoDatabase&&) noexcept = default;
GeoDatabase& GeoDatabase::operator=(GeoDatabase&&) noexcept = default;
GeoDatabase::~GeoDatabase() = default;

Result<GeoDatabase> GeoDatabase::open(const std::vector<std::string>& paths) {
  if (paths.empty()) return failure("no country or AS database given", kWhereFrom);
  if (paths.size() > kGeoFilesMax)
    return failure("more than " + std::to_string(kGeoFilesMax) + " country and AS databases given",
                   "give one for countries and one for AS numbers");
  GeoDatabase database;
  for (const std::string& path : paths) {
    TRY_ASSIGN(auto file, File::open(path));
    database.files_.push_back(std::move(file));
  }
  return database;
}

bool GeoDatabase::has_country() const {
  return std::any_of(files_.begin(), files_.end(),
                     [](const auto& file) { return file->tells_country(); });
}

bool GeoDatabase::has_as() const {
  return std::any_of(files_.begin(), files_.end(),
                     [](const auto& file) { return file->tells_as(); });
}

const Geo& GeoDatabase::lookup(const IpAddress& address) {
  if (!address.is_global()) return nothing_;
  Cached& entry = cache_[std::hash<IpAddress>()(address) & (kGeoCacheEntries - 1)];
  if (entry.filled && entry.address == address) return entry.geo;
  entry = {address, true, {}};
  for (const auto& file : files_) file->look_up(address, entry.geo);
  return entry.geo;
}

std::string GeoDatabase::describe() const {
  std::string out;
  for (const auto& file : files_) {
    if (!out.empty()) out += ", ";
    out += file->describe();
  }
  return out;
}

}  // namespace picket::detect::intel
