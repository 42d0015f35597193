// SPDX-License-Identifier: Apache-2.0
// Writing the query language (docs/reference/search.md): values that mean themselves, terms added to
// what somebody typed, and the time range around it.

/** A value as it has to be written to mean just itself. */
export function quoteValue(value: string): string {
  if (
    /^[A-Za-z0-9_./@%+=~-]+$/.test(value) &&
    !/^(AND|OR|NOT|TO)$/.test(value) &&
    !value.startsWith("-")
  )
    return value;
  return `"${value.replace(/[\\"*?]/g, "\\$&")}"`;
}

/** `query` narrowed by a term. An OR in it keeps its meaning. */
export function withTerm(query: string, term: string): string {
  const text = query.trim();
  if (!text) return term;
  if (text.split(/\s+/).includes(term)) return text;
  return /\bOR\b/.test(text) && !/^\(.*\)$/.test(text) ? `(${text}) ${term}` : `${text} ${term}`;
}

export function withoutTerm(query: string, term: string): string {
  return query.split(term).join(" ").replace(/\s+/g, " ").trim();
}

export interface Range {
  last?: string; // "24h"
  from?: string; // times
  to?: string;
}

/** What is asked for: the time first, so that a place in `query` is a place after `prefix` letters. */
export function ranged(query: string, range: Range): { text: string; prefix: number } {
  let time = "";
  if (range.from || range.to) time = `time:[${range.from || "*"} TO ${range.to || "*"}]`;
  else if (range.last && range.last !== "all") time = `last:${range.last}`;
  const typed = query.trim();
  if (!time) return { text: query, prefix: 0 };
  if (!typed) return { text: time, prefix: time.length };
  return { text: `${time} (${query})`, prefix: time.length + 2 };
}

/** A bar's width such that a range has some 60 to 120 bars: "10s", "5m", "1h", "1d". */
export function barWidth(span_s: number): string {
  const widths: Array<[number, string]> = [
    [1, "1s"],
    [5, "5s"],
    [10, "10s"],
    [30, "30s"],
    [60, "1m"],
    [300, "5m"],
    [900, "15m"],
    [1800, "30m"],
    [3600, "1h"],
    [10_800, "3h"],
    [21_600, "6h"],
    [86_400, "1d"],
    [604_800, "7d"],
  ];
  return (widths.find(([width]) => span_s / width <= 120) ?? widths[widths.length - 1]!)[1];
}

const kUnits: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** "24h" -> 86400; NaN when it is no span. */
export function spanSeconds(text: string): number {
  const found = /^(\d+)([smhdw])$/.exec(text);
  return found ? Number(found[1]) * (kUnits[found[2]!] ?? NaN) : NaN;
}
