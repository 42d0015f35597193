// SPDX-License-Identifier: Apache-2.0
import type { Alert, Incident } from "../../api/schema";
import { assert, test } from "../../testing";
import { graphOf, kNodesMax } from "./graph_layout";

const incident = (events: Incident["events"]) => ({ events }) as unknown as Incident;
const layers = (graph: ReturnType<typeof graphOf>) =>
  Object.fromEntries(graph.nodes.map((node) => [node.name, node.layer]));

test("who was started stands right of who started it, and peers right of all processes", () => {
  const events = [
    {
      alert: "1",
      time: "2026-01-02T00:00:01Z",
      host: "WS1",
      process: "sh (pid 7)",
      severity: "medium",
      count: 2,
    },
    {
      alert: "2",
      time: "2026-01-02T00:00:02Z",
      host: "WS1",
      process: "a.exe (pid 8)",
      peer: "203.0.113.9:443",
      severity: "high",
    },
  ];
  const alerts = new Map([
    ["1", { process: { pid: 7, parent: { pid: 1, executable: "/usr/sbin/nginx" } } }],
    ["2", { process: { pid: 8, parent: { pid: 7, name: "sh" } } }],
  ]) as unknown as Map<string, Alert>;
  const graph = graphOf(incident(events), alerts);
  assert.deepEqual(layers(graph), {
    "sh (pid 7)": 1,
    "nginx (pid 1)": 0,
    "a.exe (pid 8)": 2,
    "203.0.113.9:443": 3,
  });
  assert.deepEqual(graph.edges.map((edge) => edge.says).sort(), [
    "started",
    "started",
    "talked to",
  ]);
});

test("processes that seem to have started each other do not run forever", () => {
  const events = [
    { alert: "1", time: "t1", host: "h", process: "a (pid 1)" },
    { alert: "2", time: "t2", host: "h", process: "b (pid 2)" },
  ];
  const alerts = new Map([
    ["1", { process: { parent: { name: "b", pid: 2 } } }],
    ["2", { process: { parent: { name: "a", pid: 1 } } }],
  ]) as unknown as Map<string, Alert>;
  assert.equal(graphOf(incident(events), alerts).nodes.length, 2);
});

test("the worst are drawn when there are too many, and the others counted", () => {
  const events = Array.from({ length: 200 }, (_, i) => ({
    alert: String(i),
    time: "t",
    process: `p (pid ${i})`,
    severity: i === 150 ? "critical" : "low",
  }));
  const graph = graphOf(incident(events), new Map());
  assert.equal(graph.nodes.length, kNodesMax);
  assert.equal(graph.left_out, 200 - kNodesMax);
  assert.ok(graph.nodes.some((node) => node.name === "p (pid 150)"));
});

test("what only a pid is known of is the process that others name", () => {
  const events = [
    {
      alert: "1",
      time: "t1",
      host: "h",
      process: "powershell.exe (pid 7)",
      severity: "medium",
      count: 1,
    },
    {
      alert: "2",
      time: "t2",
      host: "h",
      process: "process (pid 7)",
      peer: "203.0.113.9:80",
      severity: "high",
      count: 3,
    },
    { alert: "3", time: "t3", host: "other", process: "process (pid 7)", severity: "low" },
  ];
  const graph = graphOf(incident(events), new Map());
  const node = graph.nodes.find(({ name }) => name === "powershell.exe (pid 7)");
  assert.deepEqual([node?.severity, node?.alerts], ["high", 4]);
  assert.equal(graph.nodes.filter(({ kind }) => kind === "process").length, 2);
  assert.equal(graph.edges[0]?.from, node?.id);
});
