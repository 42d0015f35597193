// SPDX-License-Identifier: Apache-2.0
// The time range of a page, in its address: last=24h, or from= and to=.
import type { JSX } from "preact";
import { exact } from "../format";
import type { Range } from "../pages/search/query_text";
import { spanSeconds } from "../pages/search/query_text";
import { setParams } from "../router";

const kSpans: Array<[string, string]> = [
  ["15m", "15 min"],
  ["1h", "1 hour"],
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["30d", "30 days"],
  ["all", "All"],
];

export function rangeOf(params: URLSearchParams, otherwise = "24h"): Range {
  const from = params.get("from") ?? "";
  const to = params.get("to") ?? "";
  if (from || to) return { from, to };
  return { last: params.get("last") ?? otherwise };
}

/** Its ends in milliseconds; `from` undefined: everything. */
export function endsOf(range: Range, now: number): { from: number | undefined; to: number } {
  if (range.from || range.to) {
    return {
      from: range.from ? Date.parse(range.from) : undefined,
      to: range.to ? Date.parse(range.to) : now,
    };
  }
  const span = spanSeconds(range.last ?? "");
  return { from: Number.isNaN(span) ? undefined : now - span * 1000, to: now };
}

export function setSpan(from: number, to: number): void {
  setParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), last: "" }, true);
}

export function RangePicker({ range }: { range: Range }): JSX.Element {
  const custom = Boolean(range.from || range.to);
  return (
    <span class="chips range" role="group" aria-label="Time range">
      {kSpans.map(([id, name]) => (
        <button
          key={id}
          type="button"
          class="chip"
          aria-pressed={!custom && range.last === id}
          onClick={() => setParams({ last: id, from: "", to: "" })}
        >
          {name}
        </button>
      ))}
      {custom && (
        <button
          type="button"
          class="chip num"
          aria-pressed="true"
          title="Forget this span"
          onClick={() => setParams({ from: "", to: "" })}
        >
          {range.from ? exact(range.from) : "…"} – {range.to ? exact(range.to) : "now"} ×
        </button>
      )}
    </span>
  );
}
