// SPDX-License-Identifier: Apache-2.0
// The graph of an incident: who started whom, who talked to whom, which files were touched. Laid out
// in layers from left to right: a process stands right of the one that started it, and what it
// talked to right of it; within a layer the earliest stands on top.
import type { Alert, Incident } from "../../api/schema";

export type NodeKind = "process" | "peer" | "file";

export interface GraphNode {
  id: string;
  kind: NodeKind;
  name: string;
  detail: string;
  host: string;
  first: string; // time, RFC 3339; "" when only known from others
  severity: string; // the worst that was raised about it
  alerts: number;
  layer: number;
  slot: number;
}

export interface GraphEdge {
  from: string;
  to: string;
  says: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
  left_out: number; // nodes that there was no room for
}

export const kNodesMax = 60;
const kRanks = ["informational", "low", "medium", "high", "critical"];
const worse = (a: string, b: string) => (kRanks.indexOf(b) > kRanks.indexOf(a) ? b : a);

interface AlertProcess {
  id?: string;
  pid?: number;
  name?: string;
  executable?: string;
  command_line?: string;
  parent?: { id?: string; pid?: number; name?: string; executable?: string };
}

const baseName = (path: string | undefined) => (path ?? "").replace(/^.*[\\/]/, "");
const labelOf = (name: string, pid: number | undefined) =>
  pid === undefined ? name : `${name || "process"} (pid ${pid})`;

class Builder {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges = new Map<string, GraphEdge>();

  node(kind: NodeKind, host: string, name: string, detail: string, time: string): GraphNode {
    const id = `${kind}|${host}|${name}`;
    let node = this.nodes.get(id);
    if (!node) {
      node = {
        id,
        kind,
        name,
        detail,
        host,
        first: time,
        severity: "",
        alerts: 0,
        layer: 0,
        slot: 0,
      };
      this.nodes.set(id, node);
    }
    if (time && (!node.first || time < node.first)) node.first = time;
    if (!node.detail) node.detail = detail;
    return node;
  }

  edge(from: GraphNode, to: GraphNode, says: string): void {
    if (from.id !== to.id)
      this.edges.set(`${from.id}>${to.id}`, { from: from.id, to: to.id, says });
  }
}

function addEvent(
  builder: Builder,
  event: Incident["events"][number],
  alert: Alert | undefined,
): void {
  const host = event.host ?? "";
  const time = event.time ?? "";
  const known = alert?.process as AlertProcess | undefined;
  const process = event.process
    ? builder.node(
        "process",
        host,
        event.process,
        known?.command_line ?? known?.executable ?? "",
        time,
      )
    : undefined;
  const peer = event.peer ? builder.node("peer", "", event.peer, "", time) : undefined;
  for (const node of [process, peer]) {
    if (!node) continue;
    node.severity = worse(node.severity, event.severity ?? "");
    node.alerts += event.count ?? 1;
  }
  if (process && peer) builder.edge(process, peer, "talked to");
  const parent = known?.parent;
  if (process && parent && (parent.executable || parent.name)) {
    const name = labelOf(parent.name ?? baseName(parent.executable), parent.pid);
    builder.edge(
      builder.node("process", host, name, parent.executable ?? "", ""),
      process,
      "started",
    );
  }
  const file = alert?.file as { path?: string; name?: string } | undefined;
  if (file && (file.path || file.name)) {
    const node = builder.node(
      "file",
      host,
      baseName(file.path ?? file.name),
      file.path ?? "",
      time,
    );
    node.severity = worse(node.severity, event.severity ?? "");
    const by = process ?? peer;
    if (by) builder.edge(by, node, "file");
  }
}

/** How many steps from whoever started first; a circle, which nobody can have started, ends. */
function setLayers(nodes: Map<string, GraphNode>, edges: GraphEdge[]): void {
  for (let round = 0; round < nodes.size; ++round) {
    let changed = false;
    for (const edge of edges) {
      const from = nodes.get(edge.from);
      const to = nodes.get(edge.to);
      if (!from || !to || to.layer > from.layer || from.layer >= 8) continue;
      to.layer = from.layer + 1;
      changed = true;
    }
    if (!changed) break;
  }
  // Peers and files stand together at the end of the processes that lead to them.
  const deepest = Math.max(
    0,
    ...[...nodes.values()].filter((node) => node.kind === "process").map((node) => node.layer),
  );
  for (const node of nodes.values())
    if (node.kind !== "process") node.layer = Math.max(1, deepest + 1);
}

function setSlots(nodes: GraphNode[], edges: GraphEdge[]): void {
  const layers = new Map<number, GraphNode[]>();
  for (const node of nodes) {
    const list = layers.get(node.layer);
    if (list) list.push(node);
    else layers.set(node.layer, [node]);
  }
  const slotOf = new Map<string, number>();
  for (const layer of [...layers.keys()].sort((a, b) => a - b)) {
    const list = layers.get(layer) ?? [];
    const sources = (node: GraphNode) =>
      edges.filter((edge) => edge.to === node.id).map((edge) => slotOf.get(edge.from) ?? 0);
    const middle = (node: GraphNode) => {
      const places = sources(node);
      return places.length ? places.reduce((a, b) => a + b, 0) / places.length : 0;
    };
    list.sort((a, b) => (a.first || "~").localeCompare(b.first || "~") || middle(a) - middle(b));
    if (layer > 0) list.sort((a, b) => middle(a) - middle(b));
    list.forEach((node, slot) => {
      node.slot = slot;
      slotOf.set(node.id, slot);
    });
  }
}

/** The pid in "a.exe (pid 77)"; "" when there is none. */
export const pidOf = (process: string): string => /\(pid (\d+)\)$/.exec(process)?.[1] ?? "";
export const isNameless = (process: string): boolean => process.startsWith("process (pid ");

/** An alert that knows only the pid is about the process that others name, when there is just one. */
function joinNameless(builder: Builder): void {
  const all = [...builder.nodes.values()].filter((node) => node.kind === "process");
  for (const node of all.filter(({ name }) => isNameless(name))) {
    const named = all.filter(
      (one) =>
        one.host === node.host && !isNameless(one.name) && pidOf(one.name) === pidOf(node.name),
    );
    const [only] = named;
    if (!only || named.length > 1) continue;
    only.severity = worse(only.severity, node.severity);
    only.alerts += node.alerts;
    if (node.first && (!only.first || node.first < only.first)) only.first = node.first;
    builder.nodes.delete(node.id);
    for (const [key, edge] of [...builder.edges]) {
      if (edge.from !== node.id && edge.to !== node.id) continue;
      builder.edges.delete(key);
      const moved = {
        ...edge,
        from: edge.from === node.id ? only.id : edge.from,
        to: edge.to === node.id ? only.id : edge.to,
      };
      if (moved.from !== moved.to) builder.edges.set(`${moved.from}>${moved.to}`, moved);
    }
  }
}

/** `alerts`: those of the incident's events that were loaded, by id; they tell of parents and files. */
export function graphOf(incident: Incident, alerts: Map<string, Alert>): Graph {
  const builder = new Builder();
  for (const event of incident.events) addEvent(builder, event, alerts.get(event.alert ?? ""));
  joinNameless(builder);
  const all = [...builder.nodes.values()];
  const kept = all
    .slice()
    .sort((a, b) => kRanks.indexOf(b.severity) - kRanks.indexOf(a.severity) || b.alerts - a.alerts)
    .slice(0, kNodesMax);
  const nodes = new Map(kept.map((node) => [node.id, node]));
  const edges = [...builder.edges.values()].filter(
    (edge) => nodes.has(edge.from) && nodes.has(edge.to),
  );
  setLayers(nodes, edges);
  setSlots(kept, edges);
  return { nodes: kept, edges, left_out: all.length - kept.length };
}
