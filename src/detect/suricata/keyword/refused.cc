// SPDX-License-Identifier: Apache-2.0
// Keywords that are known and refused, each with the reason.
#include "detect/suricata/keyword/keyword.h"

namespace picket::detect::suricata::keyword {
namespace {

constexpr Keyword kKeywords[] = {
    {"lua", "luajit", State::kRefused, "A condition written in Lua.", "lua:x.lua;",
     "picket runs no code of rules"},
    {"replace", "", State::kRefused, "Changes bytes as they pass.", "replace:\"x\";",
     "picket does not change traffic"},
    {"frame", "", State::kRefused, "Looks into frames, parts of a protocol's stream.",
     "frame:http1.request;", "frames are not told apart; use the buffers of the protocol"},
    {"config", "", State::kRefused, "Changes what is logged.",
     "config: logging disable, type tx, scope tx;", "rules do not change what picket records"},
    {"rpc", "", State::kRefused, "Sun RPC program, version and procedure.", "rpc:100000,*,*;",
     "no public rule uses it; use content at its place"},
    {"nfq_set_mark", "", State::kRefused, "Marks packets for netfilter.", "nfq_set_mark:1;",
     "picket does not sit in a netfilter queue"},
};

}  // namespace

Keywords refused_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
