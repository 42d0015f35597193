# SPDX-License-Identifier: Apache-2.0
"""Does the judge judge? Plants every mistake picket could make and wants a complaint about it."""

import copy
import json
import time
import unittest

import contract
import verify

NETNS = 4026532001


def truth_line(index):
    return {"kind": "short_lived.tcp", "pid": 1000 + index, "executable": "/opt/one_shot",
            "deleted": False, "memfd": False,
            "arguments": ["one_shot", "tcp", "10.77.0.1", "4000", str(index)],
            "start_after_ns": 1_000_000_000 * index + 1_000_000_000,
            "start_before_ns": 1_000_000_000 * index + 1_000_500_000,
            "transports": ["tcp"], "directions": ["outbound"],
            "local": {"ip": "10.77.0.2", "port": 40000 + index},
            "remote": {"ip": "10.77.0.1", "port": 4000},
            "attributions": ["hook"], "earlier_pids": [], "uid": 0, "network_namespace": NETNS}


def process_event(row, **changes):
    event = {"type": "process", "event": "started", "pid": row["pid"],
             "start": row["start_after_ns"] + 100_000, "executable": row["executable"],
             "arguments": row["arguments"], "uid": 0}
    return {**event, **changes}


def flow_event(row, event="opened", **changes):
    made = {"type": "flow", "event": event, "id": "f%d" % row["pid"], "transport": "tcp",
            "direction": "outbound", "state": "established", "local": row["local"],
            "remote": row["remote"], "owner": "process", "attribution": "hook",
            "network_namespace": {"id": NETNS},
            "process": {"pid": row["pid"], "start": row["start_after_ns"] + 100_000,
                        "executable": row["executable"], "uid": 0}}
    return {**made, **changes}


class Judge(unittest.TestCase):
    def setUp(self):
        self.lines = [truth_line(index) for index in range(3)]
        self.events = []
        for line in self.lines:
            self.events += [process_event(line), flow_event(line), flow_event(line, "closed")]

    def judge(self):
        seen = contract.Seen()
        for event in self.events:
            seen.take(json.loads(json.dumps(event)))
        rows = verify.read_truth("\n".join(json.dumps(line) for line in self.lines))
        return verify.compare(rows, seen)

    def one_complaint(self, *words):
        complaints = self.judge()
        self.assertEqual(len(complaints), 1, complaints)
        for word in words:
            self.assertIn(word, complaints[0])

    def change_flow(self, index, **changes):
        for event in self.events:
            if event["type"] == "flow" and event["id"] == "f%d" % (1000 + index):
                event.update(copy.deepcopy(changes))

    def test_the_truth_passes(self):
        self.assertEqual(self.judge(), [])

    def test_a_missing_row(self):
        self.events = [event for event in self.events if event.get("id") != "f1001"]
        self.one_complaint("LOST", "pid 1001")

    def test_a_wrong_pid(self):
        other = self.lines[2]
        self.change_flow(1, process={"pid": other["pid"], "start": other["start_after_ns"] + 100_000,
                                     "executable": other["executable"]})
        complaints = self.judge()
        self.assertEqual(len(complaints), 1, complaints)
        self.assertIn("WRONG", complaints[0])
        self.assertIn("pid 1002", complaints[0])

    def test_a_wrong_pid_corrected_later_is_still_a_guess(self):
        wrong = flow_event(self.lines[0])
        wrong["process"] = {"pid": 1, "start": 5, "executable": "/sbin/init"}
        self.events.insert(1, wrong)
        self.one_complaint("before", "[1]")

    def test_an_earlier_rightful_owner_is_no_mistake(self):
        wrong = flow_event(self.lines[0])
        wrong["process"] = {"pid": 77, "start": 5, "executable": "/giver"}
        self.events.insert(1, wrong)
        self.lines[0]["earlier_pids"] = [77]
        self.assertEqual(self.judge(), [])

    def test_a_reused_pid(self):
        self.change_flow(1, process={"pid": 1001, "start": 77, "executable": "/opt/one_shot"})
        self.one_complaint("never appeared")

    def test_another_life_of_the_pid(self):
        line = self.lines[1]
        for event in self.events:
            if event.get("pid") == line["pid"]:
                event["start"] = 77
        self.change_flow(1, process={"pid": 1001, "start": 77, "executable": "/opt/one_shot"})
        self.one_complaint("started at 77")

    def test_guessed_rows(self):
        for attribution in ("found", "polled", "inherited", "none"):
            with self.subTest(attribution):
                self.setUp()
                self.change_flow(0, attribution=attribution)
                self.one_complaint("attribution " + attribution)

    def test_unowned_rows(self):
        for owner in ("kernel", "none", "hidden", "lost"):
            with self.subTest(owner):
                self.setUp()
                self.change_flow(0, owner=owner)
                self.one_complaint("owner is " + owner)

    def test_wrong_executable(self):
        self.events[0]["executable"] = "/usr/bin/dd"
        self.one_complaint("executable '/usr/bin/dd'")

    def test_wrong_executable_in_the_flow_alone(self):
        self.change_flow(0, process={"pid": 1000, "start": self.lines[0]["start_after_ns"] + 100_000,
                                     "executable": "/usr/bin/dd"})
        self.one_complaint("executable in the flow")

    def test_wrong_arguments(self):
        self.events[0]["arguments"] = self.lines[1]["arguments"]
        self.one_complaint("arguments")

    def test_wrong_address_port_direction_transport_namespace(self):
        line = self.lines[0]
        for change in ({"remote": {"ip": "10.77.0.9", "port": 4000}},
                       {"remote": {"ip": "10.77.0.1", "port": 4001}},
                       {"local": {"ip": "10.77.0.2", "port": 39999}},
                       {"local": {"ip": "10.77.0.3", "port": line["local"]["port"]}},
                       {"direction": "inbound"}, {"transport": "udp"},
                       {"network_namespace": {"id": 1}}):
            with self.subTest(change):
                self.setUp()
                self.change_flow(0, **change)
                complaints = self.judge()
                self.assertEqual(sorted(c.split()[0] for c in complaints), ["EXTRA", "LOST"])

    def test_a_row_too_many(self):
        self.events.append(flow_event(self.lines[0], id="ghost"))
        self.one_complaint("EXTRA")

    def test_a_wrong_user(self):
        line = self.lines[0]
        self.change_flow(0, process={"pid": 1000, "start": line["start_after_ns"] + 100_000,
                                     "executable": line["executable"], "uid": 1000})
        self.one_complaint("uid 1000")

    def test_memfd_and_deleted_must_be_told(self):
        self.lines[0]["memfd"] = True
        self.one_complaint("memfd told as False")
        self.setUp()
        self.lines[0]["deleted"] = True
        self.one_complaint("deleted")

    def test_mapped_addresses_are_the_same_address(self):
        self.change_flow(0, remote={"ip": "::ffff:10.77.0.1", "port": 4000})
        self.assertEqual(self.judge(), [])

    def test_many_complaints_are_cut_and_counted(self):
        self.lines = [truth_line(index) for index in range(100)]
        self.events = []
        complaints = self.judge()
        self.assertEqual(len(complaints), verify.COMPLAINTS_MAX + 1)
        self.assertIn("75 more", complaints[-1])

    def test_a_server_with_ten_thousand_peers_is_judged_at_once(self):
        self.lines, self.events = [], []
        for index in range(10_000):
            line = truth_line(0)
            line["directions"] = ["inbound"]
            line["remote"] = {"ip": "10.77.0.1", "port": 1025 + index}
            self.lines.append(line)
            self.events.append(flow_event(line, id=str(index), direction="inbound"))
        self.events.append(process_event(self.lines[0]))
        began = time.process_time()
        self.assertEqual(self.judge(), [])
        self.assertLess(time.process_time() - began, 10)

    def test_mirrored_rows_are_the_servers(self):
        rows = verify.read_truth(json.dumps(self.lines[0]))
        server = verify.Truth("sink", 7, "/opt/sink", ["sink"], [], [], None, None)
        mirror = verify.mirrored(rows, server)[0]
        self.assertEqual((mirror.pid, mirror.local.port, mirror.remote.port, mirror.directions),
                         (7, 4000, 40000, ["inbound"]))


class Readers(unittest.TestCase):
    def test_ready_lines(self):
        self.assertEqual(contract.ready_facts('{"type":"ready","bootstrap_ms":12}')["bootstrap_ms"], 12)
        self.assertIsNone(contract.ready_facts("ready"))
        self.assertIsNone(contract.ready_facts('{"type":"status","ready":true}'))

    def test_snapshots_are_lines(self):
        text = json.dumps(flow_event(truth_line(0))) + "\n" + json.dumps(flow_event(truth_line(1)))
        self.assertEqual(list(contract.Seen().take_text(text).flows), ["f1000", "f1001"])

    def test_lines_a_slow_reader_missed_are_known(self):
        seen = contract.Seen()
        self.assertFalse(seen.take({"type": "lost", "lines": 7}))
        self.assertEqual(seen.lost_lines, 7)

    def test_losses(self):
        self.assertEqual(contract.Status('{"lost":0,"losses":{}}').losses, {})
        self.assertEqual(contract.Status('{"lost":3,"losses":{"a":3,"b":0}}').losses, {"a": 3})
        self.assertEqual(contract.Status('{"lost":3,"losses":{}}').losses, {"lost": 3})
        with self.assertRaises(KeyError):
            contract.Status("{}").losses


if __name__ == "__main__":
    unittest.main()
