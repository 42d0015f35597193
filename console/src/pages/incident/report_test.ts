// SPDX-License-Identifier: Apache-2.0
import type { IncidentPage } from "../../api/schema";
import { assert, test } from "../../testing";
import { reportOf } from "./report";

test("a report says what is known, and text of others stays text", () => {
  const page = {
    incident: {
      id: "019b7ca9-8f2e-8e6a-b1c4-2f6a4c2f100f",
      title: "Beacon: [a.exe](http://evil.example)",
      priority: "high",
      from: "2026-01-02T03:04:05Z",
      until: "2026-01-02T03:05:05Z",
      alerts: 3,
      hosts: ["WS1"],
      processes: ["a.exe (pid 7)"],
      techniques: ["T1071"],
      tactics: [{ id: "TA0011", name: "Command and Control" }],
      events: [
        {
          time: "2026-01-02T03:04:05Z",
          severity: "high",
          count: 2,
          rule: { id: "beacon", name: "Beacon" },
          reason: "every 15 s\n# not a heading",
          tie: "trigger",
        },
      ],
      recommended: [{ what: "Block it.", why: "It gives orders." }],
      triage: { status: "closed", verdict: "security_risk", reason: "real" },
    },
    notes: [{ time: "2026-01-02T04:00:00Z", by: "eve", text: "*seen*" }],
    changes: [],
  } as unknown as IncidentPage;
  const text = reportOf(page);
  for (const part of [
    "# Beacon: \\[a.exe\\](http://evil.example)",
    "3 alerts of 1 kind on WS1 about a.exe (pid 7) within 1m.",
    "- Closed, Security risk: real",
    "Command and Control (T1071)",
    "**Beacon** (2 times): every 15 s \\# not a heading (raised it)",
    "- Block it. It gives orders.",
    "eve: \\*seen\\*",
  ]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes("\n# not"), "a line of somebody else's text begins no heading");
});
