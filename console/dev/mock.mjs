// SPDX-License-Identifier: Apache-2.0
// A server for working on the console without picket: the built console and its API, with an invented
// machine (mock_live.mjs) and what `picket search --json` and `picket incidents --json` printed.
// Everybody is signed in as an admin; nothing is kept.
//
//   node dev/mock.mjs [PORT [RECORDS.jsonl INCIDENTS.jsonl [CHANGES_PER_S [FLOWS]]]]
import { createServer } from "node:http";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Machine } from "./mock_live.mjs";

const [port = "7481", recordsFile, incidentsFile, perSecond = "200", flowsMax = "400"] =
  process.argv.slice(2);
const dist = process.env.PICKET_DIST ?? fileURLToPath(new URL("../dist", import.meta.url));
const lines = (file) =>
  file && existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
const records = lines(recordsFile);
const incidents = lines(incidentsFile).map((one) => ({
  triage: { status: "open", verdict: "not_set" },
  ...one,
}));
const alerts = records
  .filter((record) => record.kind === "alert")
  .map((record) => record.alert ?? record);
const machine = new Machine(Number(flowsMax));
const kStepMs = 250;
setInterval(() => machine.step(Math.ceil((Number(perSecond) * kStepMs) / 1000)), kStepMs);

const kTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};
const kPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function sendFile(response, path) {
  const wanted = join(dist, path === "/" || !extname(path) ? "index.html" : path);
  if (!existsSync(wanted)) return response.writeHead(404).end();
  response.writeHead(200, {
    "Content-Type": kTypes[extname(wanted)] ?? "application/octet-stream",
    "Content-Security-Policy": kPolicy,
  });
  return response.end(readFileSync(wanted));
}

const at = (record, name) => name.split(".").reduce((value, part) => value?.[part], record);

function top(field) {
  const counts = new Map();
  for (const record of records) {
    const value = at(record, field);
    if (value !== undefined) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  }
  const values = [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count);
  return { field, values: values.slice(0, 6), records: records.length, distinct: values.length };
}

function bars() {
  const hours = new Map();
  for (const record of records)
    hours.set(
      Math.floor(Date.parse(record.time) / 3.6e6),
      (hours.get(Math.floor(Date.parse(record.time) / 3.6e6)) ?? 0) + 1,
    );
  return {
    width_s: 3600,
    bars: [...hours]
      .sort((a, b) => a[0] - b[0])
      .map(([hour, count]) => ({ time: new Date(hour * 3.6e6).toISOString(), count })),
  };
}

function talkers(field) {
  const found = new Map();
  for (const record of records.filter(({ kind }) => kind === "flow")) {
    const value = at(record, field);
    if (value === undefined) continue;
    const row = found.get(value) ?? {
      value: String(value),
      connections: 0,
      bytes_in: 0,
      bytes_out: 0,
      first: record.time,
      last: record.time,
      points: [],
    };
    found.set(value, row);
    row.connections += 1;
    row.bytes_in += at(record, "bytes.in") ?? 0;
    row.bytes_out += at(record, "bytes.out") ?? 0;
    if (record.time < row.first) row.first = record.time;
    if (record.time > row.last) row.last = record.time;
    row.points.push({
      time: `${record.time.slice(0, 10)}T00:00:00Z`,
      connections: 1,
      bytes_in: at(record, "bytes.in") ?? 0,
      bytes_out: at(record, "bytes.out") ?? 0,
    });
  }
  return [...found.values()].sort((a, b) => b.bytes_in + b.bytes_out - a.bytes_in - a.bytes_out);
}

const inTime = (points) => points.slice().sort((a, b) => a.time.localeCompare(b.time));

function stream(response, query) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const send = (name, data) => response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  send("frame", machine.frame(query));
  const timer = setInterval(() => {
    const frame = machine.frame(query);
    send("delta", {
      ...frame,
      group_keys: frame.groups.map((row) => row.key),
      flow_ids: frame.flows.map((row) => row.flow.id),
    });
  }, kStepMs);
  response.on("close", () => clearInterval(timer));
}

const kAnswers = {
  "/session": () => ({
    user: "mock",
    role: "admin",
    csrf_token: "x",
    expires: "2030-01-01T00:00:00Z",
    agent: true,
  }),
  "/live/frame": (query) => machine.frame(query),
  "/alerts": () => ({ alerts: alerts.slice(0, 50) }),
  "/incidents": () => ({
    incidents,
    total: incidents.length,
    by_status: { open: incidents.length },
    by_priority: { high: 1 },
  }),
  "/search": () => ({ records }),
  "/search/top": (query) => top(query.get("field")),
  "/search/histogram": () => bars(),
  "/search/complete": () => ({
    from: 0,
    completions: [{ text: "process.name:", kind: "field", meaning: "base name of the program" }],
  }),
  "/searches": () => ({ searches: [] }),
  "/exceptions": () => ({ exceptions: [] }),
  "/users": () => ({ users: [{ name: "eve", role: "analyst" }] }),
  "/history/moment": (query) => ({
    at: query.get("at"),
    flows: records.filter((record) => record.kind === "flow"),
    total: records.length,
  }),
  "/history/top": (query) => ({
    by: query.get("by"),
    rows: talkers(query.get("by")).slice(0, 100),
    distinct: talkers(query.get("by")).length,
  }),
  "/history/series": (query) => {
    const rows = talkers(query.get("by"));
    return {
      by: query.get("by"),
      width_s: 86400,
      rows: rows.slice(0, 50).map(({ value, points }) => ({ value, points: inTime(points) })),
      total: inTime(rows.flatMap(({ points }) => points)),
    };
  },
  "/history/new": (query) => ({
    by: query.get("by"),
    new: talkers(query.get("by")).slice(0, 20),
    seldom: talkers(query.get("by")).slice(20, 60),
  }),
  "/detections": () => ({
    detections: [
      { id: "beacon", name: "Beacon to one peer", detector: "behavior", state: "loaded", hits: 12 },
    ],
    total: 1,
  }),
  "/health": () => ({
    agent: machine.status(1),
    checks: [
      { name: "capture", state: "ok", text: "in the kernel" },
      { name: "disk", state: "warning", text: "91 % full", hint: "less is kept from 95 % on" },
    ],
    counters: [],
  }),
};

createServer((request, response) => {
  const url = new URL(request.url, "http://mock");
  if (!url.pathname.startsWith("/api/v1/")) return sendFile(response, url.pathname);
  const path = url.pathname.slice("/api/v1".length);
  if (path === "/live/stream") return stream(response, url.searchParams);
  const incident = incidents.find((one) => path === `/incidents/${one.id}`);
  const alert = alerts.find((one) => path === `/alerts/${one.id}`);
  const body = incident
    ? { incident, notes: [], changes: [] }
    : (alert ?? kAnswers[path]?.(url.searchParams));
  response.writeHead(body ? 200 : 404, {
    "Content-Type": body ? "application/json" : "application/problem+json",
  });
  return response.end(JSON.stringify(body ?? { title: "Not in the mock", status: 404 }));
}).listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
