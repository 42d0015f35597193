// SPDX-License-Identifier: Apache-2.0
// An incident as Markdown, to be put into a ticket or a mail.
import type { IncidentPage } from "../../api/schema";
import { exact } from "../../format";
import { resolutionName, sentence, stateName, tieWord } from "./words";

/** Text that stays itself in Markdown; a line stays a line. */
const plain = (text: string): string =>
  text.replace(/[\r\n]+/g, " ").replace(/([\\`*_{}[\]<>#|~])/g, "\\$1");

function listOf(title: string, lines: string[]): string[] {
  return lines.length ? ["", `## ${title}`, "", ...lines] : [];
}

export function reportOf(page: IncidentPage): string {
  const { incident, notes } = page;
  const { triage } = incident;
  const entities = (["hosts", "processes", "users", "peers", "files"] as const)
    .filter((kind) => incident[kind]?.length)
    .map((kind) => `- ${kind}: ${(incident[kind] ?? []).map(plain).join(", ")}`);
  const decided = [
    stateName(triage.status),
    triage.verdict === "not_set" ? "" : resolutionName(triage.verdict),
    triage.assignee ? `assigned to ${plain(triage.assignee)}` : "",
  ];
  return [
    `# ${plain(incident.title)}`,
    "",
    plain(sentence(incident)),
    "",
    `- priority: ${incident.priority}`,
    `- from ${exact(incident.from)} until ${exact(incident.until)}`,
    `- ${decided.filter(Boolean).join(", ")}${triage.reason ? `: ${plain(triage.reason)}` : ""}`,
    ...(incident.tactics?.length
      ? [
          `- ATT&CK: ${incident.tactics.map((tactic) => tactic.name ?? tactic.id).join(", ")} (${(incident.techniques ?? []).join(", ")})`,
        ]
      : []),
    `- id: ${incident.id}`,
    ...(incident.odd ?? []).map((odd) => `- odd: ${plain(odd)}`),
    ...listOf(
      "What happened",
      incident.events.map(
        (event) =>
          `- ${exact(event.time)} ${event.severity ?? ""}, **${plain(event.rule?.name ?? event.rule?.id ?? "")}**${(event.count ?? 1) > 1 ? ` (${event.count} times)` : ""}: ${plain(event.reason ?? "")} (${tieWord(event.tie)})`,
      ),
    ),
    ...listOf("Who and what", entities),
    ...listOf(
      "What to do",
      (incident.recommended ?? []).map(
        (one) => `- ${plain(one.what ?? "")} ${plain(one.why ?? "")}`,
      ),
    ),
    ...listOf(
      "Notes",
      notes.map((note) => `- ${exact(note.time)} ${plain(note.by)}: ${plain(note.text)}`),
    ),
    "",
  ].join("\n");
}
