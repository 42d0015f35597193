// SPDX-License-Identifier: Apache-2.0
import { assert, test } from "../testing";
import { EventParser } from "./events";

test("events come whole however the stream is cut", () => {
  const text =
    'event: frame\ndata: {"a":1}\n\n: still here\n\nevent: delta\r\ndata: one\r\ndata: two\r\n\r\ndata: plain\n\n';
  const wanted = [
    { name: "frame", data: '{"a":1}' },
    { name: "delta", data: "one\ntwo" },
    { name: "message", data: "plain" },
  ];
  for (let size = 1; size < text.length; ++size) {
    const parser = new EventParser();
    const events = [];
    for (let at = 0; at < text.length; at += size)
      events.push(...parser.feed(text.slice(at, at + size)));
    assert.deepEqual(events, wanted, `in pieces of ${size}`);
  }
});

test("an event without data is none, and its name does not stay", () => {
  const parser = new EventParser();
  assert.deepEqual(parser.feed("event: lost\n\ndata: x\n\n"), [{ name: "message", data: "x" }]);
});
