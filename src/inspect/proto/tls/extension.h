// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/proto/tls/client_hello.h"

namespace picket::inspect::tls {

// Reads a whole extension into the fields of `out` that it fills, if it is one that picket knows.
// Content that does not fit the type is noted in out.weirds and left out. Allocates for ALPN only.
void read_extension(const Extension& extension, ClientHello& out);

}  // namespace picket::inspect::tls
