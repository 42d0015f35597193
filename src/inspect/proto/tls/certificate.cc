// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/certificate.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include "base/address.h"
#include "inspect/app/ber.h"

namespace picket::inspect::tls {
namespace {

template <auto Function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};
using NameHandle = std::unique_ptr<X509_NAME, Free<X509_NAME_free>>;
using TimeHandle = std::unique_ptr<ASN1_TIME, Free<ASN1_TIME_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

std::string hex_colons(Bytes bytes, const char* digits) {
  std::string text;
  for (const uint8_t byte : bytes) {
    if (!text.empty()) text += ':';
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string string_text(const ASN1_STRING* string) {
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, string);
  if (length < 0)
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<size_t>(ASN1_STRING_length(string))};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<size_t>(length));
  OPENSSL_free(utf8);
  return text;
}

std::string name_text(const X509_NAME* name) {
  std::string text;
  for (int i = 0; i < X509_NAME_entry_count(name); ++i) {
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, i);
    const ASN1_OBJECT* object = X509_NAME_ENTRY_get_object(entry);
    if (!text.empty()) text += ", ";
    const int nid = OBJ_obj2nid(object);
    if (nid != NID_undef) {
      text += OBJ_nid2sn(nid);
    } else {
      std::array<char, 128> dotted{};
      OBJ_obj2txt(dotted.data(), dotted.size(), object, 1);
      text += dotted.data();
    }
    text += '=';
    text += string_text(X509_NAME_ENTRY_get_data(entry));
  }
  return text;
}

constexpr uint8_t kInteger = 0x02, kOctets = 0x04, kOid = 0x06, kSequence = 0x30, kVersion = 0xa0,
                  kExtensions = 0xa3;

// Walks over the elements of a constructed one, with their headers.
class DerWalk {
 public:
  explicit DerWalk(Bytes rest) : rest_(rest) {}
  // The next element, which must have that tag; empty: it has not, or is broken.
  Bytes take(uint8_t tag) {
    if (rest_.empty() || rest_[0] != tag) return {};
    return take();
  }
  Bytes take() {
    bool bad = false;
    const auto size = ber_size(rest_, bad);
    if (!size || *size > rest_.size()) return {};
    const Bytes element = rest_.first(*size);
    rest_ = rest_.subspan(*size);
    return element;
  }

 private:
  Bytes rest_;
};

Bytes content_of(Bytes element) {
  BerReader reader(element);
  const auto inside = reader.next();
  return inside ? inside->content : Bytes();
}

// One of libcrypto's decoders over one element; null: it is none of those.
template <typename Handle, auto Decode>
Handle decoded(Bytes element) {
  const unsigned char* at = element.data();
  if (element.empty()) return nullptr;
  return Handle(Decode(nullptr, &at, static_cast<long>(element.size())));
}

std::optional<int64_t> seconds(Bytes element) {
  const auto time = decoded<TimeHandle, d2i_ASN1_TIME>(element);
  std::tm parts{};
  if (!time || ASN1_TIME_to_tm(time.get(), &parts) != 1) return std::nullopt;
  return static_cast<int64_t>(timegm(&parts));
}

// The value of the extension subjectAltName (2.5.29.17); empty: there is none.
Bytes alternative_names_of(Bytes extensions) {
  constexpr uint8_t kSubjectAltName[] = {0x55, 0x1d, 0x11};
  DerWalk list(content_of(content_of(extensions)));
  for (Bytes one = list.take(kSequence); !one.empty(); one = list.take(kSequence)) {
    DerWalk parts(content_of(one));
    const Bytes oid = content_of(parts.take(kOid));
    Bytes value = parts.take();
    if (!value.empty() && value[0] != kOctets) value = parts.take();  // after "critical"
    if (std::ranges::equal(oid, kSubjectAltName)) return content_of(value);
  }
  return {};
}

void read_names(Bytes element, Certificate& out) {
  const auto names = decoded<NamesHandle, d2i_GENERAL_NAMES>(element);
  if (!names) return;
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    if (out.alternative_names.size() == Certificate::kNamesMax) return;
    int type = 0;
    void* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
    if (type == GEN_DNS || type == GEN_EMAIL || type == GEN_URI) {
      const auto* text = static_cast<const ASN1_STRING*>(value);
      out.alternative_names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                         static_cast<size_t>(ASN1_STRING_length(text)));
    } else if (type == GEN_IPADD) {
      const auto* bytes = static_cast<const ASN1_STRING*>(value);
      const uint8_t* raw = ASN1_STRING_get0_data(bytes);
      if (ASN1_STRING_length(bytes) == 4)
        out.alternative_names.push_back(IpAddress::v4(static_cast<uint32_t>(raw[0]) << 24 |
                                                      static_cast<uint32_t>(raw[1]) << 16 |
                                                      static_cast<uint32_t>(raw[2]) << 8 | raw[3])
                                            .text());
      else if (ASN1_STRING_length(bytes) == 16)
        out.alternative_names.push_back(IpAddress::v6_bytes(raw).text());
    }
  }
}

}  // namespace

bool der_lengths_fit(Bytes der, unsigned depth) {
  constexpr unsigned kDepthMax = 8;
  ByteReader reader(der);
  while (reader.remaining() > 0) {
    const uint8_t tag = reader.u8();
    size_t size = reader.u8();
    if (size & 0x80) {
      const size_t more = size & 0x7f;
      if (more == 0 || more > 4) return false;
      size = 0;
      for (size_t i = 0; i < more; ++i) size = size << 8 | reader.u8();
    }
    const Bytes content = reader.take(size);
    if (reader.failed()) return false;
    const bool constructed = (tag & 0x20) != 0;
    if (constructed && depth < kDepthMax && !der_lengths_fit(content, depth + 1)) return false;
  }
  return true;
}

std::string date_text(int64_t when) {
  const std::time_t time = when;
  std::tm parts{};
  if (gmtime_r(&time, &parts) == nullptr) return {};
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

// The outer structure is walked here: libcrypto would set up the public key as well, which costs
// more than all the rest of a handshake and tells nothing that anybody asks for.
std::optional<Certificate> read_certificate(Bytes der) {
  if (der.size() > Certificate::kBytesMax) return std::nullopt;
  DerWalk outer(content_of(DerWalk(der).take(kSequence)));
  const Bytes signed_part = outer.take(kSequence);
  if (outer.take(kSequence).empty() || outer.take().empty()) return std::nullopt;
  DerWalk parts(content_of(signed_part));
  parts.take(kVersion);
  const Bytes serial = parts.take(kInteger);
  parts.take(kSequence);  // the signature's algorithm
  const auto issuer = decoded<NameHandle, d2i_X509_NAME>(parts.take(kSequence));
  DerWalk validity(content_of(parts.take(kSequence)));
  const auto subject = decoded<NameHandle, d2i_X509_NAME>(parts.take(kSequence));
  const Bytes key = parts.take(kSequence);
  if (serial.empty() || !issuer || !subject || key.empty()) return std::nullopt;
  Certificate out;
  out.subject = name_text(subject.get());
  out.issuer = name_text(issuer.get());
  out.self_issued = out.subject == out.issuer;
  // As it stands, leading zero included.
  out.serial = hex_colons(content_of(serial), "0123456789ABCDEF");
  out.not_before = seconds(validity.take());
  out.not_after = seconds(validity.take());
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_Digest(der.data(), der.size(), digest.data(), &length, EVP_sha1(), nullptr) == 1)
    out.fingerprint = hex_colons(Bytes(digest.data(), length), "0123456789abcdef");
  for (Bytes more = parts.take(); !more.empty(); more = parts.take())
    if (more[0] == kExtensions) read_names(alternative_names_of(more), out);
  return out;
}

}  // namespace picket::inspect::tls
