// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/certificate.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include "base/address.h"

namespace picket::inspect::tls {
namespace {

template <auto Function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    Function(object);
  }
};
using X509Handle = std::unique_ptr<X509, Free<X509_free>>;
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

// The integer's bytes as they stand, leading zero included.
std::string serial_text(const ASN1_INTEGER* serial) {
  unsigned char* der = nullptr;
  const int length = i2d_ASN1_INTEGER(serial, &der);
  if (length <= 0) return {};
  ByteReader reader(Bytes(der, static_cast<size_t>(length)));
  reader.skip(1);
  size_t size = reader.u8();
  if (size & 0x80)
    size = reader.remaining() - (size & 0x7f),
    reader.skip((static_cast<size_t>(length) - 2) - size);
  const std::string text = hex_colons(reader.take(size), "0123456789ABCDEF");
  OPENSSL_free(der);
  return text;
}

std::optional<int64_t> seconds(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return static_cast<int64_t>(timegm(&parts));
}

void read_names(const X509* certificate, Certificate& out) {
  const NamesHandle names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
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

std::optional<Certificate> read_certificate(Bytes der) {
  if (der.size() > Certificate::kBytesMax) return std::nullopt;
  const unsigned char* at = der.data();
  const X509Handle certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) return std::nullopt;
  Certificate out;
  out.subject = name_text(X509_get_subject_name(certificate.get()));
  out.issuer = name_text(X509_get_issuer_name(certificate.get()));
  out.self_issued = out.subject == out.issuer;
  out.serial = serial_text(X509_get0_serialNumber(certificate.get()));
  out.not_before = seconds(X509_get0_notBefore(certificate.get()));
  out.not_after = seconds(X509_get0_notAfter(certificate.get()));
  std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  if (EVP_Digest(der.data(), der.size(), digest.data(), &length, EVP_sha1(), nullptr) == 1)
    out.fingerprint = hex_colons(Bytes(digest.data(), length), "0123456789abcdef");
  read_names(certificate.get(), out);
  return out;
}

}  // namespace picket::inspect::tls
