// SPDX-License-Identifier: Apache-2.0
// The words for a connection: short ones for a row, whole ones for its details.
import type { Flow } from "../../api/schema";
import { endpoint } from "../../format";

const kShortStates: Record<string, string> = {
  established: "estab",
  listening: "listen",
  listen: "listen",
  syn_sent: "syn sent",
  syn_recv: "syn recv",
  fin_wait1: "closing",
  fin_wait2: "closing",
  last_ack: "closing",
  close_wait: "close wait",
  time_wait: "time wait",
};

export function stateWord(flow: Flow): string {
  if (flow.direction === "listening") return "listen";
  return kShortStates[flow.state] ?? flow.state;
}

const kArrows: Record<string, string> = {
  outbound: "→",
  inbound: "←",
  listening: "◦",
  unknown: "·",
};
export const arrow = (flow: Flow): string => kArrows[flow.direction] ?? "·";

const kDirections: Record<string, string> = {
  outbound: "outbound: this machine opened it",
  inbound: "inbound: the other side opened it",
  listening: "waits for others",
  unknown: "not known who opened it",
};
export const directionWords = (flow: Flow): string => kDirections[flow.direction] ?? flow.direction;

export function remoteWords(flow: Flow): string {
  if (!flow.remote) return flow.direction === "listening" ? "anybody" : "";
  return endpoint(flow.remote);
}

const kSources: Record<string, string> = {
  dns: "from a DNS answer",
  mdns: "from an mDNS answer",
  sni: "asked for in the TLS greeting",
  host: "asked for in the HTTP request",
};
export const nameSource = (source: string | undefined): string =>
  source ? (kSources[source] ?? source) : "";

const kAttributions: Record<string, string> = {
  hook: "certain: taken in the kernel while the process acted",
  inherited: "from the listener that took it; not yet used by a process",
  found: "certain: held it when picket looked",
  polled: "read from /proc afterwards",
  none: "nobody",
};
export const attributionWords = (flow: Flow): string =>
  kAttributions[flow.attribution] ?? flow.attribution;

const kOwners: Record<string, string> = {
  kernel: "the kernel itself",
  none: "no process holds it",
  hidden: "somebody else's: no right to see whose",
  lost: "not known: the record was lost",
};
/** Who holds it, when that is not a process. */
export const ownerWords = (flow: Flow): string => kOwners[flow.owner] ?? "";
