// SPDX-License-Identifier: Apache-2.0
import type { Frame, FrameDelta, GroupRow, Status } from "../../api/schema";
import { assert, test } from "../../testing";
import { freeOrder, heldOrder, kHeldMax, type Held } from "../../ui/held";
import { fromFrame, groupKey, withDelta } from "./live_frame";
import { remembered, withSample } from "./rates";

const status = (now: string) =>
  ({
    type: "status",
    now,
    bytes_in_per_s: 10,
    bytes_out_per_s: 5,
    flows_per_s: 2,
  }) as unknown as Status;
const group = (key: string, flows = 1, history: number[] = []) =>
  ({ key, name: key, flows, history }) as unknown as GroupRow;
const frame = (groups: GroupRow[]): Frame => ({
  status: status("2026-01-02T00:00:00Z"),
  groups,
  groups_total: groups.length,
  flows: [],
  flows_total: 0,
});
const delta = (groups: GroupRow[], keys?: string[]): FrameDelta => ({
  status: status("2026-01-02T00:00:01Z"),
  groups,
  groups_total: 2,
  flows: [],
  flows_total: 0,
  ...(keys ? { group_keys: keys } : {}),
});
const names = (rows: GroupRow[]) => rows.map((row) => `${row.key}${row.flows}`).join(" ");

test("a delta replaces rows, takes new ones and follows the order it names", () => {
  const before = fromFrame(frame([group("a"), group("b"), group("c")]));
  const after = withDelta(before, delta([group("b", 7), group("d")], ["d", "b", "a"]));
  assert.equal(names(after.groups), "d1 b7 a1");
  assert.equal(names(before.groups), "a1 b1 c1", "what was shown before is not touched");
});

test("without an order in the delta the rows keep theirs", () => {
  const before = fromFrame(frame([group("a"), group("b")]));
  assert.equal(names(withDelta(before, delta([group("a", 3)])).groups), "a3 b1");
  assert.ok(
    withDelta(before, delta([])).groups === before.groups,
    "nothing changed: nothing to draw again",
  );
});

test("while the order is held no row moves: the gone stay, the new come last", () => {
  const shown = freeOrder([group("a"), group("b"), group("c")]);
  const held = heldOrder(shown, [group("c", 9), group("new"), group("a", 2)], groupKey);
  assert.equal(
    held.map(({ row, gone }) => `${row.key}${row.flows}${gone ? "x" : ""}`).join(" "),
    "a2 b1x c9 new1",
  );
  const back = heldOrder(held, [group("b", 4), group("c"), group("a")], groupKey);
  assert.equal(
    back.map(({ row, gone }) => `${row.key}${gone ? "x" : ""}`).join(" "),
    "a b c newx",
    "what comes back takes its old place",
  );
});

test("places of what is gone are kept to a bound, those at the top longest", () => {
  let held: Held<GroupRow>[] = freeOrder([group("first")]);
  for (let round = 0; round < 4; ++round) {
    const now = Array.from({ length: 2000 }, (_, i) => group(`${round}-${i}`));
    held = heldOrder(held, now, groupKey);
  }
  assert.equal(held.length, kHeldMax);
  assert.equal(held[0]?.row.key, "first");
  assert.equal(held.filter(({ gone }) => !gone).length, 2000, "what is there is never left out");
});

test("the strip begins with what the rows remember and takes one sample a second", () => {
  const groups = [group("a", 1, [1, 2, 3]), group("b", 1, [20])];
  const at = Date.parse("2026-01-02T00:00:10Z");
  assert.deepEqual(
    remembered(groups, at).map((sample) => sample.bytes),
    [1, 2, 23],
  );
  const first = withSample([], status("2026-01-02T00:00:10.2Z"), groups);
  assert.deepEqual(
    first.map((sample) => (at - sample.at) / 1000),
    [3, 2, 1, 0],
  );
  assert.ok(
    withSample(first, status("2026-01-02T00:00:10.7Z"), groups) === first,
    "the same second",
  );
  assert.equal(withSample(first, status("2026-01-02T00:00:11Z"), groups).length, 5);
});
