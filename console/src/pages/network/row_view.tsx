// SPDX-License-Identifier: Apache-2.0
// One row of the table, 28 pixels high. The cells of groups and of connections share the columns, so
// that numbers line up whatever is open.
import type { JSX } from "preact";
import { memo } from "../../ui/memo";
import { ago, count, endpoint, plural, rate } from "../../format";
import { Spark } from "../../ui/spark";
import { arrow, nameSource, ownerWords, remoteWords, stateWord } from "./flow_words";
import type { Row } from "./rows";

interface Props {
  row: Row;
  index: number;
  active: boolean; // the cursor is on it
  picked: boolean; // its details are open
  now: number; // whole seconds, for ages
  onPick: (row: Row, index: number) => void;
}

const marks = (props: Props, gone: boolean, age = "steady") =>
  `row row-${props.row.kind}${props.active ? " row-active" : ""}${props.picked ? " row-picked" : ""}${gone ? " row-gone" : ""}${age === "steady" ? "" : ` row-${age}`}`;

function GroupCells({ row }: { row: Extract<Row, { kind: "group" }> }): JSX.Element {
  const { group } = row;
  return (
    <>
      <span role="cell" class="cell-name" title={group.detail ?? group.name}>
        <span class="twist" aria-hidden="true">
          {row.open ? "▾" : "▸"}
        </span>
        {group.suspicion && (
          <span class="flag" title="suspicious">
            ⚑
          </span>
        )}
        <b>{group.name}</b>
        {group.detail && <span class="dim cell-detail">{group.detail}</span>}
      </span>
      <span role="cell" class="num c-procs">
        {count(group.processes)}
      </span>
      <span role="cell" class="num c-flows">
        {count(group.flows)}
      </span>
      <span role="cell" class="num c-listen">
        {group.listeners ? count(group.listeners) : "·"}
      </span>
      <span role="cell" class="num c-in" title={`${count(group.bytes_in)} bytes in all`}>
        {rate(group.bytes_in_per_s)}
      </span>
      <span role="cell" class="num c-out" title={`${count(group.bytes_out)} bytes in all`}>
        {rate(group.bytes_out_per_s)}
      </span>
      <span role="cell" class="c-spark">
        <Spark values={group.history} label={`traffic of ${group.name} in the last minute`} />
      </span>
      <span role="cell" class="c-remote mono" title={group.remote}>
        {group.remote ?? ""}
      </span>
    </>
  );
}

function ProcessCells({ row }: { row: Extract<Row, { kind: "process" }> }): JSX.Element {
  const { process } = row;
  return (
    <>
      <span role="cell" class="cell-name indent-1">
        {process.suspicion && (
          <span class="flag" title="suspicious">
            ⚑
          </span>
        )}
        <b>{process.name}</b>{" "}
        <span class="dim">
          pid {process.pid} · {process.user}
        </span>
      </span>
      <span role="cell" class="num c-procs" />
      <span role="cell" class="num c-flows">
        {count(process.flows)}
      </span>
      <span role="cell" class="num c-listen">
        {process.listeners ? count(process.listeners) : "·"}
      </span>
      <span role="cell" class="num c-in">
        {rate(process.bytes_in_per_s)}
      </span>
      <span role="cell" class="num c-out">
        {rate(process.bytes_out_per_s)}
      </span>
      <span role="cell" class="c-spark" />
      <span role="cell" class="c-remote" />
    </>
  );
}

function FlowCells({
  row,
  now,
}: {
  row: Extract<Row, { kind: "flow" }>;
  now: number;
}): JSX.Element {
  const { flow, suspicion } = row.flow;
  const owner = flow.process
    ? `${flow.process.name ?? ""} ${flow.process.pid ?? ""}`
    : ownerWords(flow);
  return (
    <>
      <span role="cell" class={`cell-name cell-flow indent-${row.depth}`}>
        <span class="flag" title={suspicion}>
          {suspicion ? "⚑" : ""}
        </span>
        {row.named && (
          <b class="flow-owner" title={flow.process?.executable}>
            {owner}
          </b>
        )}
        <span class="state-word">{row.gone ? "gone" : stateWord(flow)}</span>
        <span class="dim">{flow.transport}</span>
        <span class="mono dim">{endpoint(flow.local)}</span>
        <span class="dim" title={flow.direction}>
          {arrow(flow)}
        </span>
        <span class="mono flow-remote">{flow.remote?.name ?? remoteWords(flow)}</span>
      </span>
      <span role="cell" class="num c-in">
        {rate(flow.bytes_in_per_s)}
      </span>
      <span role="cell" class="num c-out">
        {rate(flow.bytes_out_per_s)}
      </span>
      <span role="cell" class="c-spark dim num">
        {ago(flow.opened, now)}
      </span>
      <span
        role="cell"
        class="c-remote mono"
        title={flow.remote?.name ? nameSource(flow.remote.name_source) : undefined}
      >
        {flow.remote?.name ? remoteWords(flow) : ""}
        {flow.remote?.country && <span class="dim"> {flow.remote.country}</span>}
      </span>
    </>
  );
}

function RowViewPlain(props: Props): JSX.Element {
  const { row, index, onPick } = props;
  const pick = () => onPick(row, index);
  if (row.kind === "why") {
    return (
      <div
        class={`row row-why indent-${row.depth + 1}`}
        title={row.reason}
        onClick={pick}
        role="row"
      >
        <span class="why-word">Why</span> {row.reason}
      </div>
    );
  }
  if (row.kind === "note")
    return (
      <div class="row row-note indent-1 dim" role="row">
        {row.text}
      </div>
    );
  const gone = row.kind !== "process" && row.gone;
  const label =
    row.kind === "group"
      ? `${row.group.name}, ${plural(row.group.flows, "connection")}`
      : undefined;
  return (
    <div
      class={marks(props, gone, row.kind === "flow" ? row.flow.age : "steady")}
      role="row"
      aria-rowindex={index + 1}
      aria-expanded={row.kind === "group" ? row.open : undefined}
      aria-label={label}
      data-key={row.key}
      onClick={pick}
    >
      {row.kind === "group" && <GroupCells row={row} />}
      {row.kind === "process" && <ProcessCells row={row} />}
      {row.kind === "flow" && <FlowCells row={row} now={props.now} />}
    </div>
  );
}

/** Drawn again only when something of it changed: what keeps thousands of changes a second smooth. */
export const RowView = memo(
  RowViewPlain,
  (a, b) =>
    a.index === b.index &&
    a.active === b.active &&
    a.picked === b.picked &&
    (a.now === b.now || a.row.kind !== "flow") &&
    a.onPick === b.onPick &&
    sameRow(a.row, b.row),
);

function sameRow(a: Row, b: Row): boolean {
  if (a.kind !== b.kind || a.key !== b.key) return false;
  if (a.kind === "group" && b.kind === "group")
    return a.group === b.group && a.open === b.open && a.gone === b.gone;
  if (a.kind === "flow" && b.kind === "flow")
    return a.flow === b.flow && a.gone === b.gone && a.depth === b.depth && a.named === b.named;
  if (a.kind === "why" && b.kind === "why") return a.reason === b.reason;
  if (a.kind === "note" && b.kind === "note") return a.text === b.text;
  return false;
}
