// SPDX-License-Identifier: Apache-2.0
import { ago, bytes, count, duration, endpoint, exact, percent, rate, shortTime } from "./format";
import { assert, test } from "./testing";

test("bytes have at most three digits and a unit", () => {
  assert.equal(bytes(0), "0 B");
  assert.equal(bytes(999), "999 B");
  assert.equal(bytes(1000), "1.0 K");
  assert.equal(bytes(9949), "9.9 K");
  assert.equal(bytes(9950), "10 K");
  assert.equal(bytes(999_499), "999 K");
  assert.equal(bytes(999_500), "1.0 M");
  assert.equal(bytes(2.1e18), "2100 P");
  assert.equal(bytes(undefined), "");
  assert.equal(bytes(NaN), "");
});

test("what does not move is a dot, what is not known nothing", () => {
  assert.equal(rate(0), "·");
  assert.equal(rate(0.49), "·");
  assert.equal(rate(1), "1 B");
  assert.equal(rate(undefined), "");
});

test("counts are grouped by thousands", () => {
  assert.equal(count(2114), "2,114");
  assert.equal(count(1_000_000), "1,000,000");
  assert.equal(count(7), "7");
});

test("durations say the largest unit", () => {
  assert.equal(duration(0.2), "<1s");
  assert.equal(duration(59), "59s");
  assert.equal(duration(3599), "59m");
  assert.equal(duration(86_399), "23h");
  assert.equal(duration(86_400 * 3), "3d");
});

test("times are UTC, relative to now, and empty when there is none", () => {
  const now = Date.parse("2026-01-02T12:00:00Z");
  assert.equal(ago("2026-01-02T11:59:56Z", now), "4s ago");
  assert.equal(ago("2026-01-02T12:00:10Z", now), "in 10s");
  assert.equal(ago("2026-01-02T12:00:01Z", now), "now");
  assert.equal(ago(undefined, now), "");
  assert.equal(exact("2026-01-02T03:04:05.678901Z"), "2026-01-02 03:04:05Z");
  assert.equal(exact("nonsense"), "");
  assert.equal(shortTime("2026-01-02T03:04:05Z", now), "03:04:05");
  assert.equal(shortTime("2026-01-01T03:04:05Z", now), "1 Jan 03:04");
  assert.equal(shortTime("2020-09-18T13:07:51Z", now), "2020-09-18 13:07");
});

test("addresses of both families take their port", () => {
  assert.equal(endpoint({ ip: "10.0.0.5", port: 443 }), "10.0.0.5:443");
  assert.equal(endpoint({ ip: "fd00::1", port: 53 }), "[fd00::1]:53");
  assert.equal(endpoint({ ip: "fd00::1" }), "fd00::1");
  assert.equal(endpoint({ port: 8080 }), "*:8080");
  assert.equal(endpoint(undefined), "");
});

test("a share is 100 % only when it is", () => {
  assert.equal(percent(1), "100 %");
  assert.equal(percent(0.9993), "99.9 %");
  assert.equal(percent(0), "0 %");
});
