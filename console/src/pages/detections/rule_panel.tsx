// SPDX-License-Identifier: Apache-2.0
// One rule: what it is, and its alerts over time.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { call } from "../../api/client";
import type { Detection } from "../../api/schema";
import { mayDo, useApp } from "../../app_state";
import { count, plural } from "../../format";
import { href, navigate } from "../../router";
import { AlertList } from "../../ui/alert_list";
import { Bars, filledBars } from "../../ui/bars";
import { Panel } from "../../ui/panel";
import { endsOf } from "../../ui/range";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { Ago, Facts, Severity } from "../../ui/value";
import { ExceptionDialog } from "../exceptions/dialog";
import { barWidth, quoteValue, ranged, type Range } from "../search/query_text";

function rangeWords(range: Range): string {
  if (range.from || range.to) return "in the time chosen";
  return range.last === "all" ? "in all that is kept" : `in the last ${range.last}`;
}

export function RulePanel({
  rule,
  range,
  onClose,
}: {
  rule: Detection;
  range: Range;
  onClose: () => void;
}): JSX.Element {
  const { session } = useApp();
  const [excepting, setExcepting] = useState(false);
  const query = `rule.id:${quoteValue(rule.id)} detector:${rule.detector}`;
  const asked = ranged(query, range).text;
  const ends = useMemo(() => endsOf(range, Date.now()), [asked]);
  const width = ends.from === undefined ? "1d" : barWidth((ends.to - ends.from) / 1000);
  const alerts = useResource(asked, (signal) =>
    call("listAlerts", { query: { query: asked, limit: 50 } }, signal),
  );
  const over = useResource(`${asked} bars`, (signal) =>
    call(
      "histogram",
      { query: { query: ranged(`kind:alert ${query}`, range).text, width } },
      signal,
    ),
  );
  const bars = useMemo(
    () =>
      filledBars(
        (over.value?.bars ?? []).map((bar) => ({ at: Date.parse(bar.time), value: bar.count })),
        (over.value?.width_s ?? 3600) * 1000,
        ends.from,
        ends.from && ends.to,
      ),
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
            [
              "False positives",
              rule.false_positives ? plural(rule.false_positives, "incident") : undefined,
            ],
            ["Exceptions", rule.exceptions ? count(rule.exceptions) : undefined],
          ]}
        />
        <h3>Alerts {rangeWords(range)}</h3>
        {over.value && over.value.bars.length > 0 && (
          <Bars
            of={bars}
            label="alerts over time"
            onSpan={(from, to) =>
              navigate(
                href("/search", {
                  q: query,
                  from: new Date(from).toISOString(),
                  to: new Date(to).toISOString(),
                }),
              )
            }
          />
        )}
        <Loaded from={alerts} what="Loading its alerts">
          {(page) =>
            page.alerts.length ? (
              <AlertList alerts={page.alerts} />
            ) : (
              <Empty title={`It raised nothing ${rangeWords(range)}`} />
            )
          }
        </Loaded>
        {mayDo(session, "analyst") && alerts.value?.alerts[0] && (
          <button type="button" onClick={() => setExcepting(true)}>
            Make an exception
          </button>
        )}
        {excepting && (
          <ExceptionDialog from={alerts.value?.alerts[0]} onClose={() => setExcepting(false)} />
        )}
      </div>
    </Panel>
  );
}
