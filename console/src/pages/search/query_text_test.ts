// SPDX-License-Identifier: Apache-2.0
import { assert, test } from "../../testing";
import { barWidth, quoteValue, ranged, spanSeconds, withTerm } from "./query_text";
import { bytesBefore, placeOfByte } from "../../ui/bytes_at";
import { leavesOf, summaryOf, textOf } from "./record_words";

test("a value is quoted so that it means only itself", () => {
  assert.equal(quoteValue("curl"), "curl");
  assert.equal(quoteValue("Beacon to one peer"), '"Beacon to one peer"');
  assert.equal(quoteValue("C:\\Windows\\a.exe"), '"C:\\\\Windows\\\\a.exe"');
  assert.equal(quoteValue("what?*"), '"what\\?\\*"');
  assert.equal(quoteValue("fd00::1"), '"fd00::1"');
  assert.equal(quoteValue("OR"), '"OR"');
});

test("a term narrows what was typed, also when that is an OR", () => {
  assert.equal(withTerm("", "a:b"), "a:b");
  assert.equal(withTerm("x:y", "a:b"), "x:y a:b");
  assert.equal(withTerm("x:y a:b", "a:b"), "x:y a:b");
  assert.equal(withTerm("x OR y", "a:b"), "(x OR y) a:b");
});

test("the time stands first, so that places are shifted by a known number", () => {
  const asked = ranged("bad:", { last: "24h" });
  assert.equal(asked.text, "last:24h (bad:)");
  assert.equal(asked.text.slice(asked.prefix, asked.prefix + 4), "bad:");
  assert.equal(ranged("", { last: "24h" }).text, "last:24h");
  assert.equal(ranged("x", { last: "all" }).text, "x");
  assert.equal(
    ranged("x", { from: "2026-01-02T00:00:00.000Z" }).text,
    "time:[2026-01-02T00:00:00.000Z TO *] (x)",
  );
});

test("bars are 1 to 120", () => {
  for (const span of [60, 900, 3600, 86_400, 7 * 86_400, 30 * 86_400, 400 * 86_400]) {
    const bars = span / spanSeconds(barWidth(span));
    assert.ok(bars >= 1 && bars <= 120, `${span} s: ${bars}`);
  }
});

test("bytes and letters are told apart", () => {
  assert.equal(bytesBefore("häß", 2), 3);
  assert.equal(placeOfByte("häß", 3), 2);
  assert.equal(placeOfByte("a😀b", 5), 3);
  assert.equal(placeOfByte("abc", 99), 3);
});

test("records are read by dotted names", () => {
  const record = {
    time: "t",
    kind: "dns" as const,
    process: { name: "curl" },
    dns: { name: "a.example", type: "A", answers: ["192.0.2.7", "192.0.2.8"] },
  };
  assert.equal(textOf(record, "process.name"), "curl");
  assert.equal(textOf(record, "dns.answers"), "192.0.2.7, 192.0.2.8");
  assert.equal(textOf(record, "process.nothing.below"), "");
  assert.equal(summaryOf(record), "a.example A = 192.0.2.7, 192.0.2.8");
  assert.deepEqual(leavesOf(record).slice(-2), [
    { name: "dns.answers", value: "192.0.2.7" },
    { name: "dns.answers", value: "192.0.2.8" },
  ]);
});
