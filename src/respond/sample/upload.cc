// SPDX-License-Identifier: Apache-2.0
#include "respond/sample/upload.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "base/json_writer.h"
#include "base/unique_fd.h"
#include "base/utf8.h"

namespace picket::respond {
namespace {

constexpr size_t kSentAtOnce = 64 * 1024;
constexpr size_t kAnswerBytesMax = 16 * 1024;

std::unexpected<Error> tls_failure(const std::string& what) {
  char text[256] = "the connection ended";
  if (const unsigned long error = ERR_get_error()) ERR_error_string_n(error, text, sizeof text);
  return failure(what + ": " + text);
}

Result<UniqueFd> connect_to(const HttpsUrl& url) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  if (const int error = ::getaddrinfo(url.host.c_str(), url.port.c_str(), &wanted, &found))
    return failure("find " + printable(url.host) + ": " + ::gai_strerror(error));
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, &::freeaddrinfo);
  const timeval patience{kUploadSeconds, 0};
  int why = 0;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    UniqueFd socket(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol));
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (socket && ::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) return socket;
    why = errno;
  }
  return system_failure("connect to " + printable(url.host), why);
}

class TlsConnection {
 public:
  static Result<TlsConnection> open(const UploadTo& to) {
    TlsConnection made;
    TRY_ASSIGN(made.socket_, connect_to(to.url));
    made.context_.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* context = made.context_.get();
    if (!context) return tls_failure("TLS");
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_default_verify_paths(context);
    if (!to.ca_file.empty() &&
        SSL_CTX_load_verify_locations(context, to.ca_file.c_str(), nullptr) != 1)
      return tls_failure("read " + printable(to.ca_file));
    made.tls_.reset(SSL_new(context));
    SSL* tls = made.tls_.get();
    if (!tls) return tls_failure("TLS");
    SSL_set_tlsext_host_name(tls, to.url.host.c_str());
    // The name, or the address, must be the certificate's.
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), to.url.host.c_str()) != 1 &&
        SSL_set1_host(tls, to.url.host.c_str()) != 1)
      return tls_failure("TLS");
    ERR_clear_error();
    SSL_set_fd(tls, made.socket_.get());
    if (SSL_connect(tls) != 1) {
      const long verified = SSL_get_verify_result(tls);
      if (verified != X509_V_OK)
        return failure("the server's certificate is not trusted: " +
                           std::string(X509_verify_cert_error_string(verified)),
                       "--ca FILE names who vouches for it.");
      return tls_failure("TLS with " + printable(to.url.host));
    }
    return made;
  }

  Result<void> send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int count = SSL_write(tls_.get(), bytes.data(),
                                  static_cast<int>(std::min(bytes.size(), kSentAtOnce)));
      if (count <= 0) return tls_failure("send");
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    return {};
  }

  Result<std::string> receive_line() {
    std::string answer;
    char piece[1024];
    while (answer.find('\n') == std::string::npos && answer.size() < kAnswerBytesMax) {
      const int count = SSL_read(tls_.get(), piece, sizeof piece);
      if (count <= 0) break;
      answer.append(piece, static_cast<size_t>(count));
    }
    const size_t end = answer.find_first_of("\r\n");
    if (end == std::string::npos) return tls_failure("wait for the answer");
    return answer.substr(0, end);
  }

 private:
  TlsConnection() = default;
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    void operator()(SSL* tls) const { SSL_free(tls); }
  };
  UniqueFd socket_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> tls_;
};

std::string request_head(const UploadTo& to, const std::string& name, std::string_view type,
                         uint64_t bytes) {
  const bool v6 = to.url.host.find(':') != std::string::npos;
  std::string head = "POST " + to.url.path +
                     " HTTP/1.1\r\nHost: " + (v6 ? "[" + to.url.host + "]" : to.url.host) +
                     (to.url.port == "443" ? "" : ":" + to.url.port) +
                     "\r\nUser-Agent: picket\r\nContent-Type: " + std::string(type) +
                     "\r\nContent-Length: " + std::to_string(bytes) +
                     "\r\nAccept: application/json\r\nConnection: close\r\n";
  if (!to.misp) head += "Content-Disposition: attachment; filename=\"" + name + "\"\r\n";
  if (!to.key.empty()) head += "Authorization: " + to.key + "\r\n";
  return head + "\r\n";
}

Result<std::string> read_all(int file, uint64_t size) {
  std::string bytes(size, '\0');
  for (uint64_t at = 0; at < size;) {
    const ssize_t count = ::pread(file, bytes.data() + at, size - at, static_cast<off_t>(at));
    if (count <= 0) return system_failure("read the bundle");
    at += static_cast<uint64_t>(count);
  }
  return bytes;
}

// An event with the bundle as an encrypted attachment (MISP API, events/upload_sample).
std::string misp_body(const std::string& bundle, const std::string& name,
                      const std::string& about) {
  std::string encoded(4 * ((bundle.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                                   reinterpret_cast<const unsigned char*>(bundle.data()),
                                   static_cast<int>(bundle.size()));
  encoded.resize(static_cast<size_t>(size));
  std::string body;
  JsonWriter out(body);
  out.begin_object().key("request").begin_object().key("files").begin_array();
  out.begin_object().member("filename", name).member("data", encoded).end_object().end_array();
  out.member("distribution", 0).member("info", about).member("to_ids", 1);
  out.end_object().end_object();
  return body;
}

Result<void> send_request(TlsConnection& connection, const UploadTo& to, int file, uint64_t size,
                          const std::string& name, const std::string& about) {
  if (to.misp) {
    if (size > kMispBytesMax) return failure("the bundle is larger than 256 MiB");
    TRY_ASSIGN(const std::string bundle, read_all(file, size));
    const std::string body = misp_body(bundle, name, about);
    TRY(connection.send(request_head(to, name, "application/json", body.size())));
    return connection.send(body);
  }
  TRY(connection.send(request_head(to, name, "application/zip", size)));
  std::string piece(kSentAtOnce, '\0');
  for (uint64_t at = 0; at < size;) {
    const ssize_t count = ::pread(file, piece.data(), piece.size(), static_cast<off_t>(at));
    if (count <= 0) return system_failure("read the bundle");
    TRY(connection.send(std::string_view(piece).substr(0, static_cast<size_t>(count))));
    at += static_cast<uint64_t>(count);
  }
  return {};
}

}  // namespace

std::optional<HttpsUrl> parse_https_url(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  for (const char c : url)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f || c == '@')
      return std::nullopt;
  url.remove_prefix(kScheme.size());
  HttpsUrl out;
  const size_t slash = std::min(url.find('/'), url.size());
  std::string_view authority = url.substr(0, slash);
  if (slash < url.size()) out.path = url.substr(slash, url.find('#') - slash);
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  out.host = authority.substr(0, colon);
  if (colon != std::string_view::npos) out.port = authority.substr(colon + 1);
  if (out.host.starts_with('[')) out.host = out.host.substr(1, out.host.size() - 2);
  const bool numeric = !out.port.empty() && out.port.size() <= 5 &&
                       out.port.find_first_not_of("0123456789") == std::string::npos;
  if (out.host.empty() || !numeric) return std::nullopt;
  return out;
}

Result<std::string> upload(const UploadTo& to, const std::string& path, const std::string& name,
                           const std::string& about) {
  if (to.key.find_first_of("\r\n") != std::string::npos) return failure("the key has line breaks");
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0) return system_failure("open " + printable(path));
  const auto size = static_cast<uint64_t>(facts.st_size);
  if (size > kUploadBytesMax) return failure("the bundle is larger than 1 GiB");
  ::signal(SIGPIPE, SIG_IGN);  // a server that hangs up is an error, not the end
  TRY_ASSIGN(TlsConnection connection, TlsConnection::open(to));
  TRY(send_request(connection, to, file.get(), size, name, about));
  TRY_ASSIGN(const std::string status, connection.receive_line());
  // HTTP/1.1 200 OK
  if (!status.starts_with("HTTP/1.") || status.size() < 12 || status[9] != '2')
    return failure("the server did not take it: " + printable(status));
  return status;
}

}  // namespace picket::respond
