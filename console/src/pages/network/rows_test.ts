// SPDX-License-Identifier: Apache-2.0
import type { FlowRow, GroupRow } from "../../api/schema";
import { assert, test } from "../../testing";
import { freeOrder } from "../../ui/held";
import { nextStop, rowsOf } from "./rows";
import { filterError } from "./toolbar";
import { completeFilter } from "./filter_words";

const group = (key: string, suspicion?: string) =>
  ({
    key,
    name: key,
    flows: 2,
    history: [],
    ...(suspicion ? { suspicion } : {}),
  }) as unknown as GroupRow;
const flow = (id: string, pid: number, suspicion?: string): FlowRow =>
  ({
    age: "steady",
    ...(suspicion ? { suspicion } : {}),
    flow: { id, direction: "outbound", process: { pid, start: 1, name: "p" }, bytes_in_per_s: 4 },
  }) as unknown as FlowRow;
const table = (flows: FlowRow[], groups: GroupRow[], open: string, total = flows.length) =>
  rowsOf({
    groups: freeOrder(groups),
    flows: freeOrder(flows),
    flows_total: total,
    open,
    flat: false,
  });
const kinds = (rows: Array<{ kind: string }>) => rows.map((row) => row.kind).join(" ");

test("the open group shows its processes and, below each, what it talks to", () => {
  const rows = table([flow("1", 10), flow("2", 11), flow("3", 10)], [group("a"), group("b")], "a");
  assert.equal(kinds(rows), "group process flow flow flow group");
  const last = rows[4];
  assert.ok(last?.kind === "flow" && last.named, "a process with one connection is one row");
  const first = rows[1];
  assert.ok(
    first?.kind === "process" && first.process.flows === 2 && first.process.bytes_in_per_s === 8,
  );
});

test("a single process needs no row of its own", () => {
  assert.equal(kinds(table([flow("1", 10), flow("2", 10)], [group("a")], "a")), "group flow flow");
});

test("the reason follows what is suspicious, once", () => {
  const rows = table(
    [flow("1", 10, "pid 10 looks like csrss"), flow("2", 10, "beacon")],
    [group("a", "pid 9 looks like csrss")],
    "a",
  );
  assert.equal(kinds(rows), "group why flow flow why");
});

test("what was not sent is told", () => {
  const rows = table([flow("1", 10)], [group("a")], "a", 5000);
  const last = rows[rows.length - 1];
  assert.ok(last?.kind === "note" && last.text.startsWith("4999 more"));
});

test("the cursor passes over explanations and stays at the ends", () => {
  const rows = table([flow("1", 10)], [group("a", "why"), group("b")], "");
  assert.equal(kinds(rows), "group why group");
  assert.equal(nextStop(rows, 0, 1), 2);
  assert.equal(nextStop(rows, 2, 1), 2);
  assert.equal(nextStop(rows, 2, -1), 0);
});

test("an error of the filter is shown where it was typed, though the view added a term", () => {
  const error = filterError(
    "filter, character 17: expected a port\n  as in port:443",
    "port:abc",
    "-listening ".length,
  );
  assert.deepEqual(error, { at: 5, message: "expected a port", hint: "as in port:443" });
  assert.equal(filterError("", "x", 0), undefined);
});

test("a filter is completed by its terms, then by their words", () => {
  assert.deepEqual(
    completeFilter("curl -pro", 9, undefined).list.map((one) => one.text),
    ["process:", "proto:"],
  );
  const words = completeFilter("dir:o", 5, undefined);
  assert.deepEqual(
    [words.from, words.until, words.list.map((one) => one.text)],
    [4, 5, ["outbound"]],
  );
});
