// SPDX-License-Identifier: Apache-2.0
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Alert, Incident } from "../../api/schema";
import { count, shortTime } from "../../format";
import { graphOf, type GraphNode } from "./graph_layout";

const kNodeWidth = 152;
const kNodeHeight = 44;
const kStepX = 178;
const kStepY = 58;
const kPad = 8;
const kLetters = 19;

const cut = (text: string, letters = kLetters) =>
  text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
const left = (node: GraphNode) => kPad + node.layer * kStepX;
const top = (node: GraphNode) => kPad + node.slot * kStepY;
const kSigns = { process: "▣", peer: "◎", file: "▤" };
const kKinds = { process: "process", peer: "host", file: "file" };

interface Props {
  incident: Incident;
  alerts: Map<string, Alert>;
  chosen: string; // id of a node
  onChoose: (node: GraphNode) => void;
}

/** Processes, hosts and files; the arrows say who started whom and who talked to whom. */
export function IncidentGraph({ incident, alerts, chosen, onChoose }: Props): JSX.Element {
  const graph = useMemo(() => graphOf(incident, alerts), [incident, alerts]);
  const byId = useMemo(() => new Map(graph.nodes.map((node) => [node.id, node])), [graph]);
  if (!graph.nodes.length)
    return <p class="dim pad">No process, host or file is named by these alerts.</p>;
  const width = Math.max(...graph.nodes.map((node) => left(node))) + kNodeWidth + kPad;
  const height = Math.max(...graph.nodes.map((node) => top(node))) + kNodeHeight + kPad;
  const key = (event: KeyboardEvent, node: GraphNode) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    onChoose(node);
  };
  return (
    <div class="graph">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label="processes, hosts and files of the incident"
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" class="graph-arrow" />
          </marker>
        </defs>
        {graph.edges.map((edge) => {
          const from = byId.get(edge.from)!;
          const to = byId.get(edge.to)!;
          const x1 = left(from) + kNodeWidth;
          const y1 = top(from) + kNodeHeight / 2;
          const x2 = left(to);
          const y2 = top(to) + kNodeHeight / 2;
          const bend = Math.max(24, Math.abs(x2 - x1) / 2);
          return (
            <path
              key={`${edge.from}>${edge.to}`}
              class={`graph-edge edge-${edge.says.split(" ")[0]}`}
              marker-end="url(#arrow)"
              d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
            >
              <title>{`${from.name} ${edge.says} ${to.name}`}</title>
            </path>
          );
        })}
        {graph.nodes.map((node) => (
          <g
            key={node.id}
            class={`graph-node node-${node.kind} worst-${node.severity || "none"}${node.id === chosen ? " node-chosen" : ""}`}
            transform={`translate(${left(node)} ${top(node)})`}
            tabindex={0}
            role="button"
            aria-label={`${kKinds[node.kind]} ${node.name}, ${node.severity || "nothing found"}`}
            onClick={() => onChoose(node)}
            onKeyDown={(event) => key(event, node)}
          >
            <title>{[node.name, node.detail, node.host].filter(Boolean).join("\n")}</title>
            <rect width={kNodeWidth} height={kNodeHeight} rx="4" />
            <text x="10" y="18">
              <tspan class="graph-sign">{kSigns[node.kind]}</tspan>{" "}
              {cut(node.name.replace(/ \(pid (\d+)\)$/, " $1"))}
            </text>
            <text x="10" y="35" class="graph-sub">
              {node.alerts
                ? `${node.severity === "informational" ? "info" : node.severity} · ${count(node.alerts)}×`
                : "not raised itself"}
              {node.first ? ` · ${shortTime(node.first, Date.parse(incident.from))}` : ""}
            </text>
          </g>
        ))}
      </svg>
      {graph.left_out > 0 && (
        <p class="dim">{count(graph.left_out)} more that matter less are not drawn.</p>
      )}
    </div>
  );
}
