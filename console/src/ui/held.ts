// SPDX-License-Identifier: Apache-2.0
// The order of a table while a reader is at it.
import { useRef } from "preact/hooks";

export interface Held<T> {
  row: T;
  gone: boolean; // it is no more, and keeps its place only while the order is held
}

/** More places are not kept: those of what is gone are given up from the end. */
export const kHeldMax = 5000;

function bounded<T>(rows: Held<T>[]): Held<T>[] {
  let surplus = rows.length - kHeldMax;
  if (surplus <= 0) return rows;
  const kept: Held<T>[] = [];
  for (let i = rows.length - 1; i >= 0; --i) {
    const held = rows[i]!;
    if (held.gone && surplus > 0) surplus -= 1;
    else kept.push(held);
  }
  return kept.reverse();
}

/** The order on screen while a reader is at it: rows stay where they are, new ones come at the end,
 *  those that are gone leave their place empty-handed instead of pulling up what is below. */
export function heldOrder<T>(shown: Held<T>[], now: T[], keyOf: (row: T) => string): Held<T>[] {
  const current = new Map(now.map((row) => [keyOf(row), row]));
  const result: Held<T>[] = [];
  for (const { row } of shown) {
    const key = keyOf(row);
    const fresh = current.get(key);
    result.push(fresh ? { row: fresh, gone: false } : { row, gone: true });
    current.delete(key);
  }
  for (const row of current.values()) result.push({ row, gone: false });
  return bounded(result);
}

export function freeOrder<T>(now: T[]): Held<T>[] {
  return now.map((row) => ({ row, gone: false }));
}

/** While `hold`, rows of the same `key` keep their places; else the order is the server's. */
export function useHeld<T>(
  rows: T[],
  keyOf: (row: T) => string,
  hold: boolean,
  key: string,
): Held<T>[] {
  const shown = useRef<{ key: string; source: T[]; rows: Held<T>[] }>({
    key: "",
    source: [],
    rows: [],
  });
  const before = shown.current;
  if (before.source === rows && before.key === key && hold) return before.rows;
  const keep = hold && before.key === key && before.rows.length > 0;
  const next = keep ? heldOrder(before.rows, rows, keyOf) : freeOrder(rows);
  shown.current = { key, source: rows, rows: next };
  return next;
}
