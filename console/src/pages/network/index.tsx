// SPDX-License-Identifier: Apache-2.0
// Network activity: what talks now. Applications open in place into processes and connections; the
// row under the reader's hand stays where it is.
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useApp } from "../../app_state";
import type { Alert, FlowDetails } from "../../api/schema";
import { count, exact, milliseconds } from "../../format";
import { useKeys } from "../../keys";
import { href, navigate, setParams, useRoute } from "../../router";
import { useNow, useVisible } from "../../ui/clock";
import { useHeld } from "../../ui/held";
import { Empty, Loading, ProblemNote } from "../../ui/states";
import { VirtualList } from "../../ui/virtual_list";
import { FlowPanel, ProcessPanel } from "./details";
import { flowKey, groupKey, type Picture } from "./live_frame";
import { Moment } from "./moment";
import { RowView } from "./row_view";
import { nextStop, rowsOf, type Row } from "./rows";
import { StatusLine } from "./status_line";
import { Strip } from "./strip";
import { kViews, Toolbar, type View } from "./toolbar";
import { useLive, type LiveQuery } from "./use_live";
import { Heading, type Order } from "./heading";

const kFlowsMax = 2000;
const kGroupsMax = 2000;
const kEventsPerSecond = 4;
const kAlertWordMs = 30_000;

interface Wanted {
  view: View;
  filter: string;
  order: Order;
  open: string;
  flow: string;
  hideLocal: boolean;
}

function wantedOf(params: URLSearchParams): Wanted {
  const view = kViews.find(({ id }) => id === params.get("by")) ?? kViews[0]!;
  return {
    view,
    filter: params.get("filter") ?? "",
    order: (params.get("order") as Order | null) ?? "traffic",
    open: params.get("open") ?? "",
    flow: params.get("flow") ?? "",
    hideLocal: params.get("local") === "no",
  };
}

export function queryOf(wanted: Wanted): LiveQuery {
  const { view } = wanted;
  const filter = [view.filter, wanted.filter].filter(Boolean).join(" ");
  const withFlows = view.flat || wanted.open !== "";
  return {
    per_s: kEventsPerSecond,
    grouping: view.grouping,
    group_order: wanted.order,
    flow_order: wanted.order === "traffic" ? "traffic" : "newest",
    filter: filter || undefined,
    hide_local: wanted.hideLocal || undefined,
    selected_group: view.flat ? undefined : wanted.open || undefined,
    selected_flow: wanted.flow || undefined,
    // The strip above is made of the groups' history, so a flat table asks for them too.
    groups_max: kGroupsMax,
    flows_max: withFlows ? kFlowsMax : 0,
  };
}

/** Questions with the same key have the same rows, whatever is open or selected among them. */
function keyOf(query: LiveQuery | undefined): string {
  return JSON.stringify([query?.grouping, query?.group_order, query?.filter, query?.hide_local]);
}

function NothingHere({ wanted, picture }: { wanted: Wanted; picture: Picture }): JSX.Element {
  if (wanted.filter) {
    return (
      <Empty title={`Nothing matches ${wanted.filter}`}>
        {count(picture.status.flows_open)} connections are open.{" "}
        <button type="button" onClick={() => setParams({ filter: "" })}>
          Show all
        </button>
      </Empty>
    );
  }
  return (
    <Empty title="Nobody talks">
      picket watches since {exact(picture.status.since)}. The first connection of any program
      appears here at once.
    </Empty>
  );
}

/** The details that were last sent, for as long as the same connection is looked at. */
function useLastDetails(
  picture: Picture | undefined,
  flow: string,
): [FlowDetails | undefined, FlowDetails | undefined] {
  const last = useRef<FlowDetails>();
  const now = picture?.details?.flow.id === flow ? picture.details : undefined;
  if (now) last.current = now;
  return [now, last.current?.flow.id === flow ? last.current : undefined];
}

/** A word about what was just found; the bad only, and seldom: the table and the incidents show it anyway. */
function useAlertWord(tell: (text: string) => void): (alert: Alert) => void {
  const last = useRef(0);
  return (alert) => {
    const bad = alert.severity === "high" || alert.severity === "critical";
    if (!bad || Date.now() - last.current < kAlertWordMs) return;
    last.current = Date.now();
    tell(`⚑ ${alert.reason}`);
  };
}

export function NetworkPage(): JSX.Element {
  const { session, tell } = useApp();
  const { params } = useRoute();
  const wanted = wantedOf(params);
  const at = params.get("at") ?? "";
  const pid = Number(params.get("pid") ?? 0);
  const visible = useVisible();
  const [paused, setPaused] = useState(false);
  const [pointed, setPointed] = useState(false);
  const [cursor, setCursor] = useState("");
  const live = useLive(
    session.agent && !at && visible ? queryOf(wanted) : undefined,
    paused,
    useAlertWord(tell),
  );
  const { picture } = live;
  const now = Math.floor(useNow() / 1000) * 1000;
  const hold = pointed || cursor !== "";
  const tableKey = keyOf(live.of);
  const groups = useHeld(picture?.groups ?? [], groupKey, hold, tableKey);
  const flows = useHeld(
    picture?.flows ?? [],
    flowKey,
    hold,
    `${tableKey} ${live.of?.selected_group ?? ""}`,
  );
  const rows = useMemo(
    () =>
      rowsOf({
        groups,
        flows,
        flows_total: picture?.flows_total ?? 0,
        open: wanted.open,
        flat: wanted.view.flat,
      }),
    [groups, flows, picture?.flows_total, wanted.open, wanted.view.id],
  );
  const cursorAt = cursor ? rows.findIndex((row) => row.key === cursor) : -1;
  const suspicious = rows.filter(
    (row) =>
      (row.kind === "group" && row.group.suspicion) ||
      (wanted.view.flat && row.kind === "flow" && row.flow.suspicion),
  );
  const [details, lastDetails] = useLastDetails(picture, wanted.flow);

  useEffect(() => setCursor(""), [tableKey]);

  const act = useCallback((row: Row) => {
    if (row.kind === "group") {
      const open = new URLSearchParams(location.search).get("open");
      setParams({ open: open === row.group.key ? "" : row.group.key });
    } else if (row.kind === "flow") setParams({ flow: row.flow.flow.id, pid: "" }, true);
    else if (row.kind === "process")
      setParams({ pid: String(row.process.pid), flow: "", tab: "" }, true);
  }, []);
  const pick = useCallback((row: Row) => {
    setCursor(row.key);
    act(row);
  }, []);
  const closePanel = () => setParams({ flow: "", pid: "", tab: "" });
  const step = (by: 1 | -1) => {
    const next = cursorAt < 0 ? nextStop(rows, -1, 1) : nextStop(rows, cursorAt, by);
    setCursor(rows[next]?.key ?? "");
  };

  useKeys([
    { keys: "j", does: "next row", run: () => step(1) },
    { keys: "k", does: "previous row", run: () => step(-1) },
    { keys: "ArrowDown", does: "next row", run: () => step(1) },
    { keys: "ArrowUp", does: "previous row", run: () => step(-1) },
    {
      keys: "Enter",
      does: "open the row",
      run: () => {
        const row = rows[cursorAt];
        if (row) act(row);
      },
    },
    { keys: "p", does: "pause the picture, not the capture", run: () => setPaused((old) => !old) },
    {
      keys: "s",
      does: "sort again",
      run: () => {
        setCursor("");
        setPointed(false);
      },
    },
    {
      keys: "Escape",
      does: "close the details, leave the row",
      run: () => (wanted.flow || pid ? closePanel() : setCursor("")),
    },
  ]);

  if (!session.agent && !at) {
    return (
      <Empty title="There is no live picture here">
        This console shows what was kept, not a running picket.{" "}
        <a href="/history">See the history</a> or <a href="/incidents">the incidents</a>.
      </Empty>
    );
  }
  const panel = wanted.flow || pid;
  return (
    <div class={`page network${panel ? " with-panel" : ""}`}>
      <div class="page-main">
        {picture && (
          <StatusLine
            status={picture.status}
            suspicious={suspicious.length}
            onSuspicious={() =>
              setCursor(
                suspicious.find((row) => rows.indexOf(row) > cursorAt)?.key ??
                  suspicious[0]?.key ??
                  "",
              )
            }
          />
        )}
        {!at && (
          <Strip
            samples={live.samples}
            at={at}
            onPick={(time) => setParams({ at: new Date(time).toISOString() }, true)}
          />
        )}
        {at ? (
          <p class="notice">
            As it was at <b class="num">{exact(at)}</b>, from what was kept.{" "}
            <button
              type="button"
              onClick={() => setParams({ at: new Date(milliseconds(at) - 60_000).toISOString() })}
            >
              a minute before
            </button>{" "}
            <button
              type="button"
              onClick={() => setParams({ at: new Date(milliseconds(at) + 60_000).toISOString() })}
            >
              a minute after
            </button>{" "}
            <button type="button" class="primary" onClick={() => setParams({ at: "" })}>
              Back to live
            </button>
          </p>
        ) : (
          <Toolbar
            view={wanted.view}
            filter={wanted.filter}
            order={wanted.order}
            hideLocal={wanted.hideLocal}
            picture={picture}
            paused={paused}
            missed={live.missed}
            held={hold && !paused}
            onPause={() => setPaused(!paused)}
            onSort={() => {
              setCursor("");
              setPointed(false);
            }}
          />
        )}
        {live.problem && <ProblemNote problem={live.problem} />}
        {at ? (
          <Moment at={at} />
        ) : !picture ? (
          !live.problem && <Loading what="Asking picket what goes on" />
        ) : rows.length === 0 ? (
          !picture.filter_error && <NothingHere wanted={wanted} picture={picture} />
        ) : (
          <div
            class="table-box"
            onPointerEnter={() => setPointed(true)}
            onPointerMove={() => setPointed(true)}
            onPointerLeave={() => setPointed(false)}
          >
            <VirtualList
              label="Network activity"
              class="net-table"
              count={rows.length}
              cursor={cursorAt}
              head={<Heading view={wanted.view} order={wanted.order} />}
              row={(i) => {
                const row = rows[i]!;
                return (
                  <RowView
                    key={row.key}
                    row={row}
                    index={i}
                    active={row.key === cursor}
                    now={now}
                    onPick={pick}
                    picked={
                      row.kind === "flow"
                        ? row.flow.flow.id === wanted.flow
                        : row.kind === "process" && row.process.pid === pid
                    }
                  />
                );
              }}
            />
          </div>
        )}
      </div>
      {wanted.flow && <FlowPanel details={details} last={lastDetails} onClose={closePanel} />}
      {!wanted.flow && pid > 0 && <ProcessPanel pid={pid} onClose={closePanel} />}
    </div>
  );
}

/** Where a link to the programs that talk to an address goes. */
export const activityOf = (filter: string): string => href("/", { filter });
export const openActivity = (filter: string): void => navigate(activityOf(filter));
