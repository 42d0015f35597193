// SPDX-License-Identifier: Apache-2.0
// Words of incidents.
import type { Incident, Triage } from "../../api/schema";
import { duration, milliseconds, plural } from "../../format";

export const kStates: Array<[Triage["status"], string]> = [
  ["open", "Open"],
  ["in_progress", "In progress"],
  ["waiting", "Waiting"],
  ["closed", "Closed"],
];

export const kResolutions: Array<[Triage["verdict"], string]> = [
  ["not_set", "Not set"],
  ["security_risk", "Security risk"],
  ["false_positive", "False positive"],
  ["benign", "Benign"],
  ["test", "Test"],
  ["managed_externally", "Managed externally"],
  ["insufficient_data", "Insufficient data"],
];

export const stateName = (state: string): string =>
  kStates.find(([id]) => id === state)?.[1] ?? state;
export const resolutionName = (id: string): string =>
  kResolutions.find(([known]) => known === id)?.[1] ?? id;
export const needsReason = (resolution: string): boolean =>
  resolution === "false_positive" || resolution === "benign";

const kTies: Record<string, string> = {
  trigger: "raised it",
  process: "same process",
  lineage: "lineage",
  executable: "same program",
  remote: "same peer",
  rule: "same rule",
  machine: "same time",
};
export const tieWord = (tie: string | undefined): string => kTies[tie ?? ""] ?? tie ?? "";

function someOf(list: string[] | undefined, what: string, many = `${what}s`): string {
  if (!list?.length) return "";
  return list.length <= 2
    ? list.join(" and ")
    : `${list[0]} and ${plural(list.length - 1, `other ${what}`, `other ${many}`)}`;
}

/** What happened, in a sentence after the title. */
export function sentence(incident: Incident): string {
  const kinds = new Set(incident.events.map((event) => event.rule?.id)).size;
  const span = (milliseconds(incident.until) - milliseconds(incident.from)) / 1000;
  const parts = [`${plural(incident.alerts, "alert")} of ${plural(kinds, "kind")}`];
  const hosts = someOf(incident.hosts, "machine");
  if (hosts) parts.push(`on ${hosts}`);
  const processes = someOf(incident.processes, "process", "processes");
  if (processes) parts.push(`about ${processes}`);
  const peers = someOf(incident.peers, "peer");
  if (peers) parts.push(`talking to ${peers}`);
  parts.push(span >= 1 ? `within ${duration(span)}` : "at one moment");
  return `${parts.join(" ")}.`;
}
