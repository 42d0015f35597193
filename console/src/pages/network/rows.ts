// SPDX-License-Identifier: Apache-2.0
// The rows of the table, one below the other: groups, and below the open one its processes and
// their connections. A suspicious row is followed by the reason in words.
import type { FlowRow, GroupRow } from "../../api/schema";
import type { Held } from "../../ui/held";

export interface ProcessRow {
  pid: number;
  start: number;
  name: string;
  user: string;
  flows: number;
  listeners: number;
  bytes_in_per_s: number;
  bytes_out_per_s: number;
  suspicion: string;
}

export type Row =
  | { kind: "group"; key: string; group: GroupRow; open: boolean; gone: boolean }
  | { kind: "process"; key: string; process: ProcessRow }
  | { kind: "flow"; key: string; flow: FlowRow; gone: boolean; depth: number; named: boolean } // named: says whose it is
  | { kind: "why"; key: string; reason: string; depth: number }
  | { kind: "note"; key: string; text: string };

/** Connections by the process that holds them, in the order in which they first appear. */
export function byProcess(
  flows: Held<FlowRow>[],
): Array<{ process: ProcessRow | undefined; flows: Held<FlowRow>[] }> {
  const found = new Map<string, { process: ProcessRow | undefined; flows: Held<FlowRow>[] }>();
  for (const held of flows) {
    const { flow, suspicion } = held.row;
    const owner = flow.process;
    const key = owner ? `${owner.pid}@${owner.start}` : "";
    let entry = found.get(key);
    if (!entry) {
      entry = { process: owner ? emptyProcess(owner) : undefined, flows: [] };
      found.set(key, entry);
    }
    entry.flows.push(held);
    if (!entry.process || held.gone) continue;
    entry.process.flows += 1;
    if (flow.direction === "listening") entry.process.listeners += 1;
    entry.process.bytes_in_per_s += flow.bytes_in_per_s ?? 0;
    entry.process.bytes_out_per_s += flow.bytes_out_per_s ?? 0;
    entry.process.suspicion ||= suspicion ?? "";
  }
  return [...found.values()];
}

function emptyProcess(owner: NonNullable<FlowRow["flow"]["process"]>): ProcessRow {
  return {
    pid: owner.pid ?? 0,
    start: owner.start ?? 0,
    name: owner.name ?? "",
    user: owner.user ?? "",
    flows: 0,
    listeners: 0,
    bytes_in_per_s: 0,
    bytes_out_per_s: 0,
    suspicion: "",
  };
}

/** The same reason about another pid or port is no news. */
const gist = (reason: string): string => reason.replace(/\d+/g, "0");

function pushFlow(
  rows: Row[],
  held: Held<FlowRow>,
  depth: number,
  named: boolean,
  said: Set<string>,
): void {
  const { row, gone } = held;
  rows.push({ kind: "flow", key: `f ${row.flow.id}`, flow: row, gone, depth, named });
  if (!row.suspicion || said.has(gist(row.suspicion))) return;
  said.add(gist(row.suspicion));
  rows.push({ kind: "why", key: `w ${row.flow.id}`, reason: row.suspicion, depth });
}

function pushOpen(
  rows: Row[],
  group: GroupRow,
  flows: Held<FlowRow>[],
  total: number,
  said: Set<string>,
): void {
  const parts = byProcess(flows);
  const single = parts.length === 1;
  for (const part of parts) {
    // A process with one connection is one row: the connection, which says whose it is.
    const own = part.process !== undefined && !single && part.flows.length > 1;
    if (part.process && own) {
      rows.push({
        kind: "process",
        key: `p ${part.process.pid}@${part.process.start}`,
        process: part.process,
      });
    }
    for (const held of part.flows) pushFlow(rows, held, own ? 2 : 1, !own && !single, said);
  }
  if (total > flows.length) {
    rows.push({
      kind: "note",
      key: `n ${group.key}`,
      text: `${total - flows.length} more connections: filter to see them`,
    });
  }
}

export interface Table {
  groups: Held<GroupRow>[];
  flows: Held<FlowRow>[]; // of the open group; in a flat table, all
  flows_total: number;
  open: string; // key of the open group
  flat: boolean;
}

export function rowsOf(table: Table): Row[] {
  const rows: Row[] = [];
  const said = new Set<string>();
  if (table.flat) {
    for (const held of table.flows) pushFlow(rows, held, 0, true, said);
    if (table.flows_total > table.flows.length) {
      rows.push({
        kind: "note",
        key: "n",
        text: `${table.flows_total - table.flows.length} more: filter to see them`,
      });
    }
    return rows;
  }
  for (const { row: group, gone } of table.groups) {
    const open = group.key === table.open;
    rows.push({ kind: "group", key: `g ${group.key}`, group, open, gone });
    if (group.suspicion && !said.has(gist(group.suspicion))) {
      said.add(gist(group.suspicion));
      rows.push({ kind: "why", key: `w ${group.key}`, reason: group.suspicion, depth: 0 });
    }
    if (open) pushOpen(rows, group, table.flows, table.flows_total, said);
  }
  return rows;
}

/** Where the reader can go with j and k: not on explanations. */
export function isStop(row: Row | undefined): boolean {
  return row !== undefined && row.kind !== "why" && row.kind !== "note";
}

export function nextStop(rows: Row[], from: number, step: 1 | -1): number {
  for (let i = from + step; i >= 0 && i < rows.length; i += step) if (isStop(rows[i])) return i;
  return from;
}
