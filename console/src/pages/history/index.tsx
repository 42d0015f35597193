// SPDX-License-Identifier: Apache-2.0
// History: who talked most, by day; what is new and what is seldom; and any moment as it was.
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { call } from "../../api/client";
import type { Point } from "../../api/schema";
import { bytes, plural, shortCount } from "../../format";
import { href, navigate, setParams, useRoute } from "../../router";
import { Bars, filledBars } from "../../ui/bars";
import { endsOf, RangePicker, rangeOf } from "../../ui/range";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { Tabs } from "../../ui/tabs";
import { Moment } from "../network/moment";
import { type Range } from "../search/query_text";
import { kBy, Talkers, type By } from "./talkers";

const kHourRangeMs = 4 * 86_400_000; // shorter spans are shown by hour

const allBytes = (point: Point) => point.bytes_in + point.bytes_out;

function Top({ by, range }: { by: By; range: Range }): JSX.Element {
  const { from, to } = useMemo(() => endsOf(range, Date.now()), [range.last, range.from, range.to]);
  const since = from === undefined ? "1970-01-01T00:00:00Z" : new Date(from).toISOString();
  const span = { by, since, until: range.to ? new Date(to).toISOString() : undefined };
  const width = from !== undefined && to - from <= kHourRangeMs ? "1h" : "1d";
  const key = `${by} ${since} ${range.to ?? ""}`;
  const top = useResource(key, (signal) =>
    call("topTalkers", { query: { ...span, limit: 100 } }, signal),
  );
  const series = useResource(key, (signal) =>
    call("talkSeries", { query: { ...span, width, limit: 50 } }, signal),
  );
  const width_ms = (series.value?.width_s ?? 86_400) * 1000;
  const filled = (points: Point[], ends: [number | undefined, number | undefined]) =>
    filledBars(
      points.map((point) => ({ at: Date.parse(point.time), value: allBytes(point) })),
      width_ms,
      ...ends,
    );
  const total = useMemo(
    () => filled(series.value?.total ?? [], [from, from === undefined ? undefined : to]),
    [series.value],
  );
  const lines = useMemo(() => {
    const ends: [number | undefined, number | undefined] = [
      total.bars[0]?.at,
      total.bars[total.bars.length - 1]?.at,
    ];
    return new Map(
      (series.value?.rows ?? []).map((row) => [
        row.value,
        filled(row.points, ends).bars.map((bar) => bar.value),
      ]),
    );
  }, [series.value, total]);
  const go = (begin: number, end: number) => {
    if (end - begin <= total.width_ms * 1.5)
      navigate(href("/history", { tab: "moment", at: new Date((begin + end) / 2).toISOString() }));
    else
      setParams(
        { from: new Date(begin).toISOString(), to: new Date(end).toISOString(), last: "" },
        true,
      );
  };
  return (
    <Loaded from={top} what="Adding up who talked">
      {(found) =>
        found.rows.length ? (
          <>
            {total.bars.length > 0 && (
              <Bars of={total} label="bytes over time" format={bytes} onSpan={go} />
            )}
            <p class="dim pad num">
              {plural(found.distinct, "value")}
              {found.distinct > found.rows.length
                ? `, the ${found.rows.length} that talked most`
                : ""}
            </p>
            <Talkers rows={found.rows} by={by} series={lines} />
          </>
        ) : (
          <Empty title="Nothing was kept of that time">
            Connections are written down once they end.{" "}
            <button type="button" onClick={() => setParams({ last: "all", from: "", to: "" })}>
              Look at all that is kept
            </button>
          </Empty>
        )
      }
    </Loaded>
  );
}

function NewOnes({ by, range }: { by: By; range: Range }): JSX.Element {
  const { from } = useMemo(() => endsOf(range, Date.now()), [range.last, range.from]);
  const since = from === undefined ? "1970-01-01T00:00:00Z" : new Date(from).toISOString();
  const found = useResource(`${by} ${since} ${range.to ?? ""}`, (signal) =>
    call("newDestinations", { query: { by, since, until: range.to || undefined } }, signal),
  );
  return (
    <Loaded from={found} what="Looking for what was never there before">
      {(page) => (
        <div class="two-lists">
          <section>
            <h3>Seen for the first time ({shortCount(page.new.length)})</h3>
            <p class="dim">Nothing of all that is kept before this time has it.</p>
            {page.new.length ? <Talkers rows={page.new} by={by} /> : <Empty title="Nothing new" />}
          </section>
          <section>
            <h3>Seldom ({shortCount(page.seldom.length)})</h3>
            <p class="dim">At most three connections in all that is kept.</p>
            {page.seldom.length ? (
              <Talkers rows={page.seldom} by={by} />
            ) : (
              <Empty title="Nothing is seldom" />
            )}
          </section>
        </div>
      )}
    </Loaded>
  );
}

function Scrub({ at }: { at: string }): JSX.Element {
  const shown = at || new Date(Date.now() - 600_000).toISOString();
  const step = (minutes: number) =>
    setParams({ at: new Date(Date.parse(shown) + minutes * 60_000).toISOString() });
  const day = shown.slice(0, 10);
  const minute = Math.floor((Date.parse(shown) - Date.parse(`${day}T00:00:00Z`)) / 60_000);
  return (
    <>
      <div class="toolbar">
        <label>
          Day{" "}
          <input
            type="date"
            value={day}
            max={new Date().toISOString().slice(0, 10)}
            onChange={(event) =>
              event.currentTarget.value &&
              setParams({ at: `${event.currentTarget.value}${shown.slice(10)}` })
            }
          />
        </label>
        <button type="button" onClick={() => step(-10)}>
          −10 min
        </button>
        <button type="button" onClick={() => step(-1)}>
          −1 min
        </button>
        <input
          class="grow"
          type="range"
          min={0}
          max={1439}
          value={minute}
          aria-label="Time of day"
          aria-valuetext={shown.slice(11, 16)}
          onChange={(event) =>
            setParams({
              at: new Date(
                Date.parse(`${day}T00:00:00Z`) + Number(event.currentTarget.value) * 60_000,
              ).toISOString(),
            })
          }
        />
        <b class="num">{shown.slice(11, 19)}Z</b>
        <button type="button" onClick={() => step(1)}>
          +1 min
        </button>
        <button type="button" onClick={() => step(10)}>
          +10 min
        </button>
      </div>
      <Moment at={shown} />
    </>
  );
}

export function HistoryPage(): JSX.Element {
  const { params } = useRoute();
  const tab = params.get("tab") ?? "top";
  const by =
    kBy.find(([id]) => id === params.get("by"))?.[0] ??
    (tab === "new" ? "remote.ip" : "process.name");
  const range = rangeOf(params, tab === "new" ? "24h" : "7d");
  return (
    <div class="page history">
      <div class="toolbar">
        <Tabs
          label="What of history"
          active={tab}
          onPick={(id) => setParams({ tab: id === "top" ? "" : id, by: "" })}
          tabs={[
            { id: "top", name: "Top talkers" },
            { id: "new", name: "New and seldom" },
            { id: "moment", name: "A moment" },
          ]}
        />
        {tab !== "moment" && (
          <>
            <label class="pick-one">
              <span class="sr">By</span>
              <select value={by} onChange={(event) => setParams({ by: event.currentTarget.value })}>
                {kBy.map(([id, name]) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            </label>
            <RangePicker range={range} />
          </>
        )}
      </div>
      {tab === "top" && <Top by={by} range={range} />}
      {tab === "new" && <NewOnes by={by} range={range} />}
      {tab === "moment" && <Scrub at={params.get("at") ?? ""} />}
    </div>
  );
}
