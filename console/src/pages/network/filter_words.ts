// SPDX-License-Identifier: Apache-2.0
// Completion of the filter language (docs/reference/filter.md): its terms, and values that are on
// the screen anyway.
import type { Completion, Completions } from "../../ui/query_input";
import type { Picture } from "./live_frame";

const kTerms: Completion[] = [
  { text: "process:", note: "name or path of the program" },
  { text: "port:", note: "either port: 443, 80,443, 1-1024" },
  { text: "addr:", note: "either address: 10.0.0.0/8" },
  { text: "name:", note: "remote name: *.example.com" },
  { text: "user:", note: "name or number" },
  { text: "pid:", note: "process id" },
  { text: "remote:", note: "remote address" },
  { text: "rport:", note: "remote port" },
  { text: "lport:", note: "local port" },
  { text: "proto:", note: "tcp, udp, icmp, raw" },
  { text: "state:", note: "established, listen, syn_sent" },
  { text: "dir:", note: "outbound, inbound, listening" },
  { text: "unit:", note: "systemd unit" },
  { text: "container:", note: "id or name" },
  { text: "country:", note: "needs --geo" },
  { text: "asn:", note: "needs --geo" },
  { text: "owner:", note: "process, kernel, none, hidden, lost" },
  { text: "listening", note: "waits for others" },
  { text: "open", note: "is not over" },
  { text: "closed", note: "is over" },
];
const kWords: Record<string, string[]> = {
  proto: ["tcp", "udp", "icmp", "raw", "packet", "other"],
  state: ["established", "listen", "syn_sent", "close_wait", "time_wait", "closed", "open"],
  dir: ["outbound", "inbound", "listening", "unknown"],
  owner: ["process", "kernel", "none", "hidden", "lost"],
};
const kOffersMax = 12;

const quoted = (value: string) => (/[\s,:"]/.test(value) ? `"${value.replace(/"/g, "")}"` : value);

function valuesOf(term: string, picture: Picture | undefined): string[] {
  const flows = picture?.flows.map((row) => row.flow) ?? [];
  if (term === "process") return (picture?.groups ?? []).map((row) => row.name);
  if (term === "user") return flows.map((flow) => flow.process?.user ?? "");
  if (term === "unit") return flows.map((flow) => flow.unit ?? "");
  if (term === "name") return flows.map((flow) => flow.remote?.name ?? "");
  if (term === "remote" || term === "addr") return flows.map((flow) => flow.remote?.ip ?? "");
  return kWords[term] ?? [];
}

export function completeFilter(
  text: string,
  at: number,
  picture: Picture | undefined,
): Completions {
  const start = Math.max(text.lastIndexOf(" ", at - 1), text.lastIndexOf("\t", at - 1)) + 1;
  const minus = text[start] === "-" ? 1 : 0;
  const word = text.slice(start + minus, at).toLowerCase();
  const colon = word.indexOf(":");
  if (colon < 0) {
    const list = kTerms.filter((term) => term.text !== word && term.text.startsWith(word));
    return { from: start + minus, until: at, list: list.slice(0, kOffersMax) };
  }
  const typed = word.slice(colon + 1).replace(/^"/, "");
  const values = new Set(
    valuesOf(word.slice(0, colon), picture).filter(
      (value) => value && value.toLowerCase().startsWith(typed),
    ),
  );
  const list = [...values]
    .filter((value) => value.toLowerCase() !== typed)
    .sort()
    .slice(0, kOffersMax);
  return {
    from: start + minus + colon + 1,
    until: at,
    list: list.map((value) => ({ text: quoted(value) })),
  };
}
