// SPDX-License-Identifier: Apache-2.0
import { findKey, startsSequence, type Key } from "../keys";
import { assert, test } from "../testing";
import { filledBars } from "./bars";
import { accepted } from "./query_input";
import { sparkPath } from "./spark";
import { scrollFor, visibleSpan } from "./virtual_list";

test("only the rows in sight exist, however many there are", () => {
  const span = visibleSpan(100_000, 28 * 5000, 560);
  assert.ok(span.from > 4980 && span.from <= 5000 && span.to >= 5020 && span.to - span.from < 60);
  assert.deepEqual(visibleSpan(3, 0, 560), { from: 0, to: 3 });
  assert.deepEqual(visibleSpan(0, 900, 560), { from: 0, to: 0 });
  assert.deepEqual(visibleSpan(10, 99_999, 560), { from: 10, to: 10 });
});

test("the cursor is brought into sight by the shortest way", () => {
  assert.equal(scrollFor(3, 0, 560), 0);
  assert.equal(scrollFor(30, 0, 560), 31 * 28 - 560);
  assert.equal(scrollFor(2, 560, 560), 56);
});

test("keys of a sequence are found after their beginning", () => {
  const keys: Key[] = ["g n", "g i", "n"].map((name) => ({
    keys: name,
    does: name,
    run: () => undefined,
  }));
  assert.equal(findKey(keys, "g", "i")?.does, "g i");
  assert.equal(findKey(keys, "", "n")?.does, "n");
  assert.equal(findKey(keys, "g", "x"), undefined);
  assert.ok(startsSequence(keys, "g") && !startsSequence(keys, "n"));
});

test("a completion replaces what was typed of it and nothing else", () => {
  const at = { from: 4, until: 7, list: [] };
  assert.deepEqual(accepted("a:b pro x", at, "process.name:"), {
    text: "a:b process.name: x",
    at: 17,
  });
});

test("bars without records are there, empty", () => {
  const { bars } = filledBars(
    [
      { at: 10_000, value: 1 },
      { at: 40_000, value: 2 },
    ],
    10_000,
  );
  assert.deepEqual(
    bars.map((bar) => bar.value),
    [1, 0, 0, 2],
  );
  assert.deepEqual(filledBars([], 10_000).bars, []);
  const wide = filledBars(
    [
      { at: 0, value: 1 },
      { at: 5e11, value: 3 },
      { at: 1e12, value: 1 },
    ],
    1000,
  );
  assert.ok(wide.bars.length <= 241, "bounded");
  assert.equal(
    wide.bars.reduce((sum, bar) => sum + bar.value, 0),
    5,
    "nothing is left out",
  );
  const { bars: framed } = filledBars([{ at: 20_000, value: 5 }], 10_000, 0, 50_000);
  assert.deepEqual(
    framed.map((bar) => bar.value),
    [0, 0, 5, 0, 0, 0],
  );
});

test("a line of nothing is no line", () => {
  assert.equal(sparkPath([0, 0, 0]), "");
  assert.equal(sparkPath([]), "");
  assert.equal(sparkPath([0, 100], 10, 12), "M0.0 11.0L10.0 1.0");
});
