// SPDX-License-Identifier: Apache-2.0
// The order of a table while a reader is at it.
import { useRef } from "preact/hooks";
import { freeOrder, heldOrder, type Held } from "./live_frame";

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
