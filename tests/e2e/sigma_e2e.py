# SPDX-License-Identifier: Apache-2.0
"""Sigma rules, live: real processes and connections caught by public-style rules, beside others that
come close; a broken rule is named and keeps nothing from working."""

import json
import subprocess
import sys

import contract
from agent import Picket
from alert_case import FAR_AWAY, AlertCase
from e2e_case import SERVER_V4, main

STARTED = "11111111-0000-4000-8000-000000000001"
TALKED = "11111111-0000-4000-8000-000000000002"
RULES = """
title: A program is told to take everything along
id: %s
status: stable
level: high
tags: [attack.exfiltration, attack.t1041]
logsource: {product: linux, category: process_creation}
detection:
  selection:
    Image|contains: /python3
    CommandLine|contains|all: [--collect, secrets]
  condition: selection
---
title: A relay calls a documentation network
id: %s
level: medium
logsource: {product: linux, category: network_connection}
detection:
  selection:
    Image|endswith: /relayd
    Initiated: 'true'
    DestinationIp|cidr: 203.0.113.0/24
  filter: {DestinationPort: 1}
  condition: selection and not filter
"""
BROKEN = "title: broken\nlogsource: {product: linux}\ndetection:\n  s: {a|nonsense: b}\n  condition: s\n"
WAITER = "import sys; print('{}', flush=True); sys.stdin.read()"


class SigmaLive(AlertCase):
    @classmethod
    def make_picket(cls):
        rules = cls.folder / "rules"
        rules.mkdir()
        (rules / "good.yml").write_text(RULES % (STARTED, TALKED))
        (rules / "broken.yml").write_text(BROKEN)
        return Picket(cls.box, options=contract.sigma_options(rules))

    def start_waiter(self, *words):
        held = self.box.start(sys.executable, "-c", WAITER, *words, stdin=subprocess.PIPE)
        held.first_line()
        self.addCleanup(held.finish)
        return self.pid_below(held)

    def by_rules(self, alert):
        return alert["detector"] == "sigma"

    def test_a_process_that_a_rule_names(self):
        pid = self.start_waiter("--collect", "/srv/secrets")
        alert = self.wait_for(lambda alert: alert["rule"]["id"] == STARTED)
        self.assertEqual(alert["process"]["pid"], pid)
        self.assertEqual(alert["severity"], "high")
        self.assertIn("--collect", alert["process"]["command_line"])
        self.assertIn("good.yml:", alert["rule"]["place"])
        self.assertIn({"tactic": "TA0010", "technique": "T1041"}, alert["attack"])

    def test_a_process_that_comes_close(self):
        self.assert_quiet(self.start_waiter("--collect", "/srv/leaves"), self.by_rules)

    def test_a_connection_that_a_rule_names(self):
        relay = self.copy("open_many", "relayd")
        pid = self.pid_below(self.hold_connection(relay))
        alert = self.wait_for(lambda alert: alert["rule"]["id"] == TALKED)
        self.assertEqual(alert["process"]["executable"], str(relay))
        self.assertEqual(alert["process"]["pid"], pid)
        self.assertEqual(alert["connection"]["remote"]["ip"], FAR_AWAY)
        self.assertEqual(alert["connection"]["direction"], "outbound")
        marked = contract.suspicions(self.picket.snapshot_text())
        self.assertTrue(marked.get(pid), "the row of the connection carries a mark")

    def test_a_connection_that_comes_close(self):
        relay = self.copy("open_many", "relayd", self.make_folder("near"))
        nearby = self.hold_connection(relay, SERVER_V4)
        self.assert_quiet(self.pid_below(nearby), self.by_rules)

    def make_folder(self, name):
        folder = self.folder / name
        folder.mkdir()
        return folder

    def test_a_broken_rule_is_named_and_the_rest_loads(self):
        self.assertIn("broken.yml:", self.picket.log())
        self.assertIn("nonsense", self.picket.log())
        status = json.loads(self.picket.status_text())
        self.assertIn("2 of 3 documents loaded", status["sigma"])
        self.assertIn("detect.sigma.live_records", status["counters"])


if __name__ == "__main__":
    main()
