// SPDX-License-Identifier: Apache-2.0
// Detections: one list of signatures, Sigma rules, behaviors and indicators with their hits; one rule
// with its alerts over time; and the exceptions with what each hides.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { call } from "../../api/client";
import { count, plural } from "../../format";
import { useKeys } from "../../keys";
import { setParams, useRoute } from "../../router";
import { endsOf, RangePicker, rangeOf } from "../../ui/range";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { Tabs } from "../../ui/tabs";
import { Ago, Severity } from "../../ui/value";
import { VirtualList } from "../../ui/virtual_list";
import { Exceptions } from "../exceptions/list";
import { RulePanel } from "./rule_panel";

const kDetectors = ["sigma", "behavior", "indicator", "signature"] as const;
const kLimit = 10_000;

function Rules({ params }: { params: URLSearchParams }): JSX.Element {
  const detector = kDetectors.find((one) => one === params.get("detector"));
  const text = params.get("text") ?? "";
  const chosen = params.get("rule") ?? "";
  const onlyHits = params.get("hits") === "yes";
  const order = params.get("order") === "name" ? "name" : "hits";
  const range = rangeOf(params, "7d");
  const since = useMemo(
    () => new Date(endsOf(range, Date.now()).from ?? 0).toISOString(),
    [range.last, range.from],
  );
  const key = `${detector ?? ""} ${text} ${order} ${since}`;
  const found = useResource(key, (signal) =>
    call(
      "listDetections",
      { query: { detector, text: text || undefined, since, order, limit: kLimit } },
      signal,
    ),
  );
  const [cursor, setCursor] = useState(-1);
  const list = useMemo(
    () => (found.value?.detections ?? []).filter((one) => !onlyHits || one.hits > 0),
    [found.value, onlyHits],
  );
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
            <button
              type="button"
              class="chip"
              aria-pressed={!detector}
              onClick={() => setParams({ detector: "" })}
            >
              All
            </button>
            {kDetectors.map((one) => (
              <button
                key={one}
                type="button"
                class="chip"
                aria-pressed={one === detector}
                onClick={() => setParams({ detector: one })}
              >
                {one}
              </button>
            ))}
          </span>
          <input
            class="grow"
            data-find="true"
            aria-label="Text"
            placeholder="Name or id   ( / )"
            value={text}
            onInput={(event) => setParams({ text: event.currentTarget.value })}
          />
          <RangePicker range={range} />
          <label class="check">
            <input
              type="checkbox"
              checked={onlyHits}
              onChange={(event) => setParams({ hits: event.currentTarget.checked ? "yes" : "" })}
            />{" "}
            with hits
          </label>
          <button
            type="button"
            onClick={() => setParams({ order: order === "hits" ? "name" : "" })}
          >
            {order === "hits" ? "by hits" : "by name"}
          </button>
        </div>
        <Loaded from={found} what="Loading rules">
          {(page) =>
            list.length ? (
              <>
                <VirtualList
                  label="Detections"
                  count={list.length}
                  cursor={cursor}
                  head={
                    <div class="row row-rule row-head" role="row">
                      <span role="columnheader">Severity</span>
                      <span role="columnheader">Name</span>
                      <span role="columnheader">Kind</span>
                      <span role="columnheader" class="num">
                        Hits
                      </span>
                      <span role="columnheader" class="num">
                        Last hit
                      </span>
                      <span role="columnheader" class="num c-fp">
                        False pos.
                      </span>
                      <span role="columnheader" class="c-state">
                        State
                      </span>
                    </div>
                  }
                  row={(i) => {
                    const one = list[i]!;
                    return (
                      <div
                        key={`${one.detector} ${one.id}`}
                        role="row"
                        class={`row row-rule${i === cursor ? " row-active" : ""}${one.id === chosen ? " row-picked" : ""}`}
                        onClick={() => pick(i)}
                      >
                        <span role="cell">
                          <Severity of={one.severity} />
                        </span>
                        <span role="cell" class="c-words" title={one.id}>
                          {one.name}
                        </span>
                        <span role="cell" class="dim">
                          {one.detector}
                        </span>
                        <span role="cell" class="num">
                          {one.hits ? count(one.hits) : "·"}
                        </span>
                        <span role="cell" class="num dim">
                          <Ago time={one.last_hit} />
                        </span>
                        <span role="cell" class="num c-fp">
                          {one.false_positives ? count(one.false_positives) : "·"}
                        </span>
                        <span role="cell" class="dim c-state">
                          {one.state === "loaded" ? "on" : "not loaded"}
                        </span>
                      </div>
                    );
                  }}
                />
                <p class="dim foot num">
                  {plural(list.length, "rule")}
                  {page.total > page.detections.length
                    ? ` of ${count(page.total)}: narrow to see the others`
                    : ""}
                </p>
              </>
            ) : (
              <Empty title={page.total ? "No rule is like that" : "No rules are loaded"}>
                {page.total ? (
                  <button
                    type="button"
                    onClick={() => setParams({ detector: "", text: "", hits: "" })}
                  >
                    Show all
                  </button>
                ) : (
                  <>
                    Behaviors are built in. <code>picket run --sigma DIR --indicators FILE</code>{" "}
                    adds rules and lists.
                  </>
                )}
              </Empty>
            )
          }
        </Loaded>
      </div>
      {rule && (
        <RulePanel
          key={rule.id}
          rule={rule}
          range={range}
          onClose={() => setParams({ rule: "" })}
        />
      )}
    </>
  );
}

export function DetectionsPage(): JSX.Element {
  const { params } = useRoute();
  const tab = params.get("tab") ?? "rules";
  return (
    <div class={`page detections${params.get("rule") && tab === "rules" ? " with-panel" : ""}`}>
      <Tabs
        label="Detections"
        active={tab}
        onPick={(id) => setParams({ tab: id === "rules" ? "" : id, rule: "" })}
        tabs={[
          { id: "rules", name: "Rules" },
          { id: "exceptions", name: "Exceptions" },
        ]}
      />
      <div class="page-columns">
        {tab === "rules" ? (
          <Rules params={params} />
        ) : (
          <div class="page-main">
            <Exceptions />
          </div>
        )}
      </div>
    </div>
  );
}
