// SPDX-License-Identifier: Apache-2.0
#include "app/capture/capture_settings.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace picket::app::capture {
namespace {

constexpr std::string_view kHttp = "app-layer.protocols.http.libhtp.default-config.";

std::vector<uint16_t> ports_of(std::string_view text, std::vector<uint16_t> otherwise) {
  std::vector<uint16_t> ports;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    uint16_t port = 0;
    const auto [next, error] = std::from_chars(at, end, port);
    if (error == std::errc()) ports.push_back(port);
    at = error == std::errc() ? next : at + 1;
  }
  return ports.empty() ? std::move(otherwise) : ports;
}

packet::DecodeOptions decode_options(const inspect::Settings& settings) {
  packet::DecodeOptions options;
  options.vxlan = settings.flag("decoder.vxlan.enabled", true);
  options.geneve = settings.flag("decoder.geneve.enabled", true);
  options.teredo = settings.flag("decoder.teredo.enabled", true);
  options.erspan_1 = settings.flag("decoder.erspan.typeI.enabled", true);
  options.vxlan_ports = ports_of(settings.text("decoder.vxlan.ports"), options.vxlan_ports);
  options.geneve_ports = ports_of(settings.text("decoder.geneve.ports"), options.geneve_ports);
  options.teredo_ports = ports_of(settings.text("decoder.teredo.ports"), options.teredo_ports);
  return options;
}

inspect::AppSettings app_settings(const inspect::Settings& settings) {
  inspect::AppSettings app;
  const auto http = [](std::string_view name) { return std::string(kHttp) + std::string(name); };
  app.http_request_body_max =
      settings.number(http("request-body-limit"), app.http_request_body_max);
  app.http_response_body_max =
      settings.number(http("response-body-limit"), app.http_response_body_max);
  app.http_bomb_from = settings.number(http("compression-bomb-limit"), app.http_bomb_from);
  app.http_decompress_layers_max = static_cast<uint32_t>(std::min<uint64_t>(
      settings.number(http("response-body-decompress-layer-limit"), app.http_decompress_layers_max),
      8));
  app.http_decode_plus_in_query = settings.flag(http("query-plusspace-decode"), false);
  app.http_double_decode = settings.flag(http("double-decode-path"), false) ||
                           settings.flag(http("double-decode-query"), false);
  settings.visit("", [&app](std::string_view key, std::string_view value) {
    if (!key.ends_with("force-hash")) return;
    app.file_md5 |= value.find("md5") != std::string_view::npos;
    app.file_sha1 |= value.find("sha1") != std::string_view::npos;
    app.file_sha256 |= value.find("sha256") != std::string_view::npos;
  });
  if (settings.flag("outputs.file-store.enabled", false) || settings.flag("file-store", false)) {
    app.file_sha256 = true;
    if (settings.find("outputs.file-store.stream-depth") != nullptr) {
      app.file_follow_all = true;
      app.file_follow_max = settings.number("outputs.file-store.stream-depth", 0);
    }
  }
  return app;
}

}  // namespace

Result<std::unique_ptr<CaptureSettings>> CaptureSettings::create(
    const std::vector<std::string>& assignments, const std::string& checksums, bool ips) {
  auto made = std::make_unique<CaptureSettings>();
  for (const std::string& assignment : assignments)
    if (!made->settings.set(assignment))
      return failure("--set " + assignment + ": wants key=value",
                     "for example --set stream.midstream=true");
  if (checksums == "all")
    made->checksums = ChecksumMode::kAll;
  else if (checksums == "none")
    made->checksums = ChecksumMode::kNone;
  else if (!checksums.empty() && checksums != "auto")
    return failure("-k " + checksums + ": wants all, none or auto");
  TRY_ASSIGN(made->stream, inspect::stream::StreamOptions::from(made->settings, ips));
  made->app = app_settings(made->settings);
  made->decode = decode_options(made->settings);
  made->decode.checksums = made->checksums != ChecksumMode::kNone;
  made->ips = ips;
  return made;
}

}  // namespace picket::app::capture
