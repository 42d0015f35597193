// SPDX-License-Identifier: Apache-2.0
// A filter is typed by a person or sent by a client of the agent's socket: whatever it says, it is
// refused with a place inside the text or it can be asked about any flow.
#include <cstdlib>

#include "view/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace picket;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = view::Filter::parse(text);
  if (!filter) {
    if (filter.error().message.empty() || filter.error().next.empty()) std::abort();
    return 0;
  }
  view::FilterSubject subject;
  subject.local = {*IpAddress::parse("10.0.0.5"), 41822};
  subject.remote = {*IpAddress::parse("2001:db8::9"), 443};
  subject.pid = 4122;
  subject.process = "curl";
  subject.executable = "/usr/bin/curl";
  subject.user = "www-data";
  subject.unit = "nginx.service";
  subject.container = "docker:0123456789ab";
  subject.remote_name = "update.example.com";
  const bool once = filter->matches(subject);
  if (once != filter->matches(subject)) std::abort();
  if (filter->matches_all() && !once) std::abort();
  return 0;
}
