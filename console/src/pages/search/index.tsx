// SPDX-License-Identifier: Apache-2.0
// Search: what was kept, by query. The histogram narrows the time, the facets narrow the values, and
// every value of a record leads on.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { call } from "../../api/client";
import type { ApiRecord } from "../../api/schema";
import { bytes, exact, plural, shortTime } from "../../format";
import { useKeys } from "../../keys";
import { href, setParams, useRoute } from "../../router";
import { Bars, filledBars } from "../../ui/bars";
import { bytesBefore, placeOfByte } from "../../ui/bytes_at";
import { QueryInput, type Completions, type InputError } from "../../ui/query_input";
import { endsOf, RangePicker, rangeOf, setSpan } from "../../ui/range";
import { useResource } from "../../ui/resource";
import { Empty, Loading, ProblemNote } from "../../ui/states";
import { VirtualList } from "../../ui/virtual_list";
import { Severity } from "../../ui/value";
import { Facets } from "./facets";
import { barWidth, ranged, withTerm, type Range } from "./query_text";
import { RecordPanel } from "./record_panel";
import { processOf, remoteOf, summaryOf, textOf, valueOf } from "./record_words";
import { useResults, type Results } from "./results";
import { SavedSearches } from "./saved";

async function complete(text: string, at: number, signal: AbortSignal): Promise<Completions> {
  const found = await call(
    "completeQuery",
    { query: { query: text, at: bytesBefore(text, at) } },
    signal,
  );
  const from = placeOfByte(text, found.from);
  return {
    from,
    until: found.until === undefined ? at : placeOfByte(text, found.until),
    list: found.completions.slice(0, 12).map((one) => ({
      text: one.text,
      note: one.count !== undefined ? plural(one.count, "record") : one.meaning,
    })),
  };
}

/** The place in what was typed of a problem that the server found in what was asked. */
export function queryError(
  results: Results,
  query: string,
  prefix: number,
): InputError | undefined {
  const { problem } = results;
  if (!problem || problem.status !== 400) return undefined;
  const at = problem.position === undefined ? undefined : problem.position - prefix;
  return {
    at: at === undefined || at < 0 ? undefined : placeOfByte(query, at),
    message: problem.detail || problem.title,
    hint: problem.hint,
  };
}

function Histogram({ query, range }: { query: string; range: Range }): JSX.Element | null {
  const { from, to } = useMemo(() => endsOf(range, Date.now()), [query]);
  const width = from === undefined ? "1d" : barWidth((to - from) / 1000);
  const found = useResource(`${width} ${query}`, (signal) =>
    call("histogram", { query: { query, width } }, signal),
  );
  const width_ms = (found.value?.width_s ?? 3600) * 1000;
  const bars = useMemo(
    () =>
      filledBars(
        (found.value?.bars ?? []).map((bar) => ({ at: Date.parse(bar.time), value: bar.count })),
        width_ms,
        from,
        from === undefined ? undefined : to,
      ),
    [found.value],
  );
  if (!found.value) return <div class="bars bars-empty" />;
  return <Bars of={bars} label="How many records over time" onSpan={setSpan} />;
}

function RecordRow({
  record,
  active,
  picked,
  onPick,
}: {
  record: ApiRecord;
  active: boolean;
  picked: boolean;
  onPick: () => void;
}): JSX.Element {
  const sent = Number(valueOf(record, "bytes.out") ?? 0) + Number(valueOf(record, "bytes.in") ?? 0);
  const severity = textOf(record, "severity");
  return (
    <div
      class={`row row-record${active ? " row-active" : ""}${picked ? " row-picked" : ""}`}
      role="row"
      onClick={onPick}
    >
      <span role="cell" class="num dim" title={exact(record.time)}>
        {shortTime(record.time, Date.now())}
      </span>
      <span role="cell" class="kind">
        {severity ? <Severity of={severity} /> : record.kind}
      </span>
      <span role="cell" class="c-process">
        {processOf(record)}
      </span>
      <span role="cell" class="mono c-peer">
        {remoteOf(record)}
      </span>
      <span role="cell" class="c-words dim">
        {summaryOf(record)}
      </span>
      <span role="cell" class="num dim c-size">
        {sent ? bytes(sent) : ""}
      </span>
    </div>
  );
}

function Found({
  results,
  cursor,
  picked,
  onPick,
}: {
  results: Results;
  cursor: number;
  picked: number;
  onPick: (index: number) => void;
}): JSX.Element {
  const { records, loading, problem, complete: all } = results;
  if (!records.length && loading) return <Loading what="Searching" />;
  if (!records.length && problem)
    return problem.status === 400 ? (
      <Empty title="The query is not understood">The place is marked above.</Empty>
    ) : (
      <ProblemNote problem={problem} />
    );
  if (!records.length) {
    return (
      <Empty title="Nothing that was kept matches">
        Widen the time, or leave out a term. For example{" "}
        <a class="mono" href={href("/search", { q: "severity:>=medium", last: "30d" })}>
          severity:&gt;=medium
        </a>
        ,{" "}
        <a class="mono" href={href("/search", { q: "kind:dns dns.name:*.example.org" })}>
          kind:dns dns.name:*.example.org
        </a>
        ,{" "}
        <a
          class="mono"
          href={href("/search", { q: "remote.port:[1 TO 1023] -remote.ip:10.0.0.0/8" })}
        >
          remote.port:[1 TO 1023]
        </a>
      </Empty>
    );
  }
  return (
    <>
      <VirtualList
        label="Records"
        count={records.length}
        cursor={cursor}
        onEnd={results.more}
        head={
          <div class="row row-record row-head" role="row">
            <span role="columnheader">Time</span>
            <span role="columnheader">Kind</span>
            <span role="columnheader">Process</span>
            <span role="columnheader">Remote</span>
            <span role="columnheader" class="c-words">
              What
            </span>
            <span role="columnheader" class="num c-size">
              Size
            </span>
          </div>
        }
        row={(i) => (
          <RecordRow
            key={i}
            record={records[i]!}
            active={i === cursor}
            picked={i === picked}
            onPick={() => onPick(i)}
          />
        )}
      />
      <p class="dim foot num">
        {plural(records.length, "record")}
        {all ? "" : " so far, more as you scroll"}
        {loading ? " · loading" : ""}
      </p>
    </>
  );
}

export function SearchPage(): JSX.Element {
  const { params } = useRoute();
  const query = params.get("q") ?? "";
  const range = rangeOf(params);
  const order = params.get("order") === "oldest" ? "oldest" : "newest";
  const [round, setRound] = useState(0);
  const [cursor, setCursor] = useState(-1);
  const asked = ranged(query, range);
  const results = useResults(asked.text, order, round);
  const picked = Number(params.get("row") ?? -1);
  const record = picked >= 0 ? results.records[picked] : undefined;
  const bad = queryError(results, query, asked.prefix);
  useEffect(() => setCursor(-1), [asked.text]);

  const term = (added: string) => setParams({ q: withTerm(query, added), row: "" }, true);
  const pick = (index: number) => {
    setCursor(index);
    setParams({ row: index >= 0 ? String(index) : "" });
  };
  const go = (by: number) => {
    const next = Math.max(0, Math.min(results.records.length - 1, cursor + by));
    if (record) pick(next);
    else setCursor(next);
  };
  useKeys([
    { keys: "j", does: "next record", run: () => go(1) },
    { keys: "k", does: "previous record", run: () => go(-1) },
    { keys: "Enter", does: "open it", run: () => cursor >= 0 && pick(cursor) },
    { keys: "r", does: "search again", run: () => setRound(round + 1) },
    { keys: "Escape", does: "close the record", run: () => pick(-1) },
  ]);

  return (
    <div class={`page search${record ? " with-panel" : ""}`}>
      <div class="page-main">
        <div class="toolbar">
          <QueryInput
            label="Query"
            placeholder="process.name:curl AND NOT remote.ip:10.0.0.0/8   ( / )"
            value={query}
            complete={complete}
            error={bad}
            onSubmit={(text) => {
              setParams({ q: text, row: "" }, true);
              setRound((n) => n + 1);
            }}
          />
          <RangePicker range={range} />
          <button
            type="button"
            onClick={() => setParams({ order: order === "newest" ? "oldest" : "" })}
            title="Order in time"
          >
            {order === "newest" ? "newest first" : "oldest first"}
          </button>
          <SavedSearches query={query} />
          <details class="menu">
            <summary class="button">Export</summary>
            <div class="menu-body">
              {(["native", "ocsf", "ecs", "eve", "cef"] as const).map((format) => (
                <a
                  key={format}
                  href={href("/api/v1/export", { query: asked.text, format })}
                  download={`picket.${format}.${format === "cef" ? "txt" : "ndjson"}`}
                >
                  {format === "native" ? "picket's own JSON" : format.toUpperCase()}
                </a>
              ))}
            </div>
          </details>
        </div>
        {!bad && <Histogram query={asked.text} range={range} />}
        {results.problems.map((problem) => (
          <p key={problem} class="notice">
            {problem}
          </p>
        ))}
        <div class="search-columns">
          {!bad && <Facets query={asked.text} onTerm={term} />}
          <div class="search-found">
            <Found results={results} cursor={cursor} picked={picked} onPick={pick} />
          </div>
        </div>
      </div>
      {record && (
        <RecordPanel key={picked} record={record} onTerm={term} onClose={() => pick(-1)} />
      )}
    </div>
  );
}
