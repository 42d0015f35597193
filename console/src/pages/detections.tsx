// SPDX-License-Identifier: Apache-2.0
// Detections: one list of signatures, Sigma rules, behaviors and indicators with their hits; one rule
// with its alerts over time; and the exceptions with what each hides.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { call } from "../api/client";
import { Problem } from "../api/problem";
import type { ApiException, Detection } from "../api/schema";
import { mayDo, useApp } from "../app_state";
import { count, exact, plural } from "../format";
import { useKeys } from "../keys";
import { href, navigate, setParams, useRoute } from "../router";
import { AlertList } from "../ui/alert_list";
import { Bars, filledBars } from "../ui/bars";
import { endsOf, RangePicker, rangeOf } from "../ui/range";
import { useResource } from "../ui/resource";
import { Empty, Loaded } from "../ui/states";
import { Tabs } from "../ui/tabs";
import { Ago, Facts, Severity } from "../ui/value";
import { VirtualList } from "../ui/virtual_list";
import { ExceptionDialog } from "./exceptions/dialog";
import { Panel } from "./network/details";
import { barWidth, quoteValue, ranged, type Range } from "./search/query_text";

const kDetectors = ["sigma", "behavior", "indicator", "signature"] as const;
const kLimit = 10_000;

function rangeWords(range: Range): string {
  if (range.from || range.to) return "in the time chosen";
  return range.last === "all" ? "in all that is kept" : `in the last ${range.last}`;
}

function RulePanel({ rule, range, onClose }: { rule: Detection; range: Range; onClose: () => void }): JSX.Element {
  const { session } = useApp();
  const [excepting, setExcepting] = useState(false);
  const query = `rule.id:${quoteValue(rule.id)} detector:${rule.detector}`;
  const asked = ranged(query, range).text;
  const ends = useMemo(() => endsOf(range, Date.now()), [asked]);
  const width = ends.from === undefined ? "1d" : barWidth((ends.to - ends.from) / 1000);
  const alerts = useResource(asked, (signal) => call("listAlerts", { query: { query: asked, limit: 50 } }, signal));
  const over = useResource(`${asked} bars`, (signal) => call("histogram", { query: { query: ranged(`kind:alert ${query}`, range).text, width } }, signal));
  const bars = useMemo(
    () => filledBars((over.value?.bars ?? []).map((bar) => ({ at: Date.parse(bar.time), value: bar.count })), (over.value?.width_s ?? 3600) * 1000, ends.from, ends.from && ends.to),
    [over.value],
  );
  return (
    <Panel title={rule.name} detail={`${rule.detector} · ${rule.id}`} onClose={onClose}>
      <div class="panel-body">
        <Facts
          of={[
            ["Severity", rule.severity && <Severity of={rule.severity} />],
            ["State", rule.state === "loaded" ? "on" : "not loaded now: known from its alerts"],
            ["ATT&CK", rule.attack?.join(", ")],
            ["From", rule.place && <span class="mono wrap">{rule.place}</span>],
            ["Hits", `${count(rule.hits)} ${rangeWords(range)}`],
            ["Last hit", rule.last_hit && <Ago time={rule.last_hit} />],
            ["False positives", rule.false_positives ? plural(rule.false_positives, "incident") : undefined],
            ["Exceptions", rule.exceptions ? count(rule.exceptions) : undefined],
          ]}
        />
        <h3>Alerts {rangeWords(range)}</h3>
        {over.value && over.value.bars.length > 0 && (
          <Bars of={bars} label="alerts over time" onSpan={(from, to) => navigate(href("/search", { q: query, from: new Date(from).toISOString(), to: new Date(to).toISOString() }))} />
        )}
        <Loaded from={alerts} what="Loading its alerts">
          {(page) => (page.alerts.length ? <AlertList alerts={page.alerts} /> : <Empty title={`It raised nothing ${rangeWords(range)}`} />)}
        </Loaded>
        {mayDo(session, "analyst") && alerts.value?.alerts[0] && (
          <button type="button" onClick={() => setExcepting(true)}>Make an exception</button>
        )}
        {excepting && <ExceptionDialog from={alerts.value?.alerts[0]} onClose={() => setExcepting(false)} />}
      </div>
    </Panel>
  );
}

function Rules({ params }: { params: URLSearchParams }): JSX.Element {
  const detector = kDetectors.find((one) => one === params.get("detector"));
  const text = params.get("text") ?? "";
  const chosen = params.get("rule") ?? "";
  const onlyHits = params.get("hits") === "yes";
  const order = params.get("order") === "name" ? "name" : "hits";
  const range = rangeOf(params, "7d");
  const since = useMemo(() => new Date(endsOf(range, Date.now()).from ?? 0).toISOString(), [range.last, range.from]);
  const key = `${detector ?? ""} ${text} ${order} ${since}`;
  const found = useResource(key, (signal) => call("listDetections", { query: { detector, text: text || undefined, since, order, limit: kLimit } }, signal));
  const [cursor, setCursor] = useState(-1);
  const list = useMemo(() => (found.value?.detections ?? []).filter((one) => !onlyHits || one.hits > 0), [found.value, onlyHits]);
  const rule = list.find((one) => one.id === chosen);
  const pick = (index: number) => {
    setCursor(index);
    setParams({ rule: list[index]?.id });
  };
  useKeys([
    { keys: "j", does: "next rule", run: () => setCursor(Math.min(list.length - 1, cursor + 1)) },
    { keys: "k", does: "previous rule", run: () => setCursor(Math.max(0, cursor - 1)) },
    { keys: "Enter", does: "open it", run: () => pick(cursor) },
    { keys: "Escape", does: "close it", run: () => setParams({ rule: "" }) },
  ]);
  return (
    <>
      <div class="page-main">
        <div class="toolbar">
          <span class="chips" role="group" aria-label="Kind">
            <button type="button" class="chip" aria-pressed={!detector} onClick={() => setParams({ detector: "" })}>All</button>
            {kDetectors.map((one) => <button key={one} type="button" class="chip" aria-pressed={one === detector} onClick={() => setParams({ detector: one })}>{one}</button>)}
          </span>
          <input class="grow" data-find="true" aria-label="Text" placeholder="Name or id   ( / )" value={text} onInput={(event) => setParams({ text: event.currentTarget.value })} />
          <RangePicker range={range} />
          <label class="check"><input type="checkbox" checked={onlyHits} onChange={(event) => setParams({ hits: event.currentTarget.checked ? "yes" : "" })} /> with hits</label>
          <button type="button" onClick={() => setParams({ order: order === "hits" ? "name" : "" })}>{order === "hits" ? "by hits" : "by name"}</button>
        </div>
        <Loaded from={found} what="Loading rules">
          {(page) =>
            list.length ? (
              <>
                <VirtualList
                  label="Detections"
                  count={list.length}
                  cursor={cursor}
                  head={<div class="row row-rule row-head" role="row"><span>Severity</span><span>Name</span><span>Kind</span><span class="num">Hits</span><span class="num">Last hit</span><span class="num c-fp">False pos.</span><span class="c-state">State</span></div>}
                  row={(i) => {
                    const one = list[i]!;
                    return (
                      <div key={`${one.detector} ${one.id}`} role="row" class={`row row-rule${i === cursor ? " row-active" : ""}${one.id === chosen ? " row-picked" : ""}`} onClick={() => pick(i)}>
                        <span><Severity of={one.severity} /></span>
                        <span class="c-words" title={one.id}>{one.name}</span>
                        <span class="dim">{one.detector}</span>
                        <span class="num">{one.hits ? count(one.hits) : "·"}</span>
                        <span class="num dim"><Ago time={one.last_hit} /></span>
                        <span class="num c-fp">{one.false_positives ? count(one.false_positives) : "·"}</span>
                        <span class="dim c-state">{one.state === "loaded" ? "on" : "not loaded"}</span>
                      </div>
                    );
                  }}
                />
                <p class="dim foot num">{plural(list.length, "rule")}{page.total > page.detections.length ? ` of ${count(page.total)}: narrow to see the others` : ""}</p>
              </>
            ) : (
              <Empty title={page.total ? "No rule is like that" : "No rules are loaded"}>
                {page.total ? (
                  <button type="button" onClick={() => setParams({ detector: "", text: "", hits: "" })}>Show all</button>
                ) : (
                  <>Behaviors are built in. <code>picket run --sigma DIR --indicators FILE</code> adds rules and lists.</>
                )}
              </Empty>
            )
          }
        </Loaded>
      </div>
      {rule && <RulePanel key={rule.id} rule={rule} range={range} onClose={() => setParams({ rule: "" })} />}
    </>
  );
}

const kConditions: Array<[keyof ApiException & string, string]> = [
  ["rule", "rule"], ["program", "program"], ["parent", "started by"], ["sha256", "SHA-256"], ["address", "address"], ["name", "name"], ["host", "machine"],
];

function Exceptions(): JSX.Element {
  const { session, tell } = useApp();
  const found = useResource("exceptions", (signal) => call("listExceptions", {}, signal));
  const end = (id: number) =>
    void call("removeException", { path: { id } }).then(
      () => {
        tell("It is alerted about again");
        found.reload();
      },
      (error: unknown) => tell(Problem.of(error).title, true),
    );
  return (
    <Loaded from={found} what="Loading exceptions">
      {({ exceptions }) =>
        exceptions.length ? (
          <div class="table-scroll">
            <table class="table">
              <thead><tr><th>When</th><th>Reason</th><th class="num">Hidden</th><th>Last</th><th>Ends</th><th>By</th><th /></tr></thead>
              <tbody>
                {exceptions.map((one) => (
                  <tr key={one.id} class={one.expired ? "dim" : ""}>
                    <td>{kConditions.map(([name, title]) => one[name] && <p key={name}><span class="dim">{title}</span> <span class="mono wrap">{String(one[name])}</span></p>)}</td>
                    <td>{one.reason}</td>
                    <td class="num">{count(one.hidden)}</td>
                    <td><Ago time={one.last_hidden} /></td>
                    <td title={exact(one.expires)}>{one.expired ? "ended" : one.expires ? <Ago time={one.expires} /> : "never"}</td>
                    <td>{one.by} <span class="dim"><Ago time={one.at} /></span></td>
                    <td>{mayDo(session, "analyst") && !one.expired && <button type="button" onClick={() => end(one.id)}>End it</button>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <Empty title="Nothing is excepted">
            When an alert is right about what happened and wrong about what it means, make an exception from its incident. Each says
            why, ends by itself, and counts what it hides.
          </Empty>
        )
      }
    </Loaded>
  );
}

export function DetectionsPage(): JSX.Element {
  const { params } = useRoute();
  const tab = params.get("tab") ?? "rules";
  return (
    <div class={`page detections${params.get("rule") && tab === "rules" ? " with-panel" : ""}`}>
      <Tabs label="Detections" active={tab} onPick={(id) => setParams({ tab: id === "rules" ? "" : id, rule: "" })} tabs={[{ id: "rules", name: "Rules" }, { id: "exceptions", name: "Exceptions" }]} />
      <div class="page-columns">{tab === "rules" ? <Rules params={params} /> : <div class="page-main"><Exceptions /></div>}</div>
    </div>
  );
}
