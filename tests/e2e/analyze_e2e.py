# SPDX-License-Identifier: Apache-2.0
"""`picket analyze` and `picket content` as a person calls them: what is found, what is told, what is
written, and that whoever parses has no rights."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

import contract

PICKET = os.environ.get("PICKET_BINARY")
SECCOMP_FILTER = "2"

RULES = """
title: Encoded command
id: 11111111-1111-1111-1111-111111111111
level: high
tags: [attack.execution, attack.t1059.001]
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: ' -enc '}
  condition: selection
---
title: Any process
id: 22222222-2222-2222-2222-222222222222
level: low
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '.exe'}
  condition: selection
"""


def record(second, command, guid="{1}"):
    return json.dumps({
        "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "WS1",
        "EventTime": "2026-01-02T03:04:%02dZ" % second, "ProcessGuid": guid, "ProcessId": "77",
        "UtcTime": "2026-01-02 03:04:%02d.000" % second,
        "Image": "C:\\Users\\eve\\a.exe", "CommandLine": command, "User": "WS1\\eve"}) + "\n"


def web_capture(body):
    """A capture (pcap, link type RAW) of one web page being fetched; checksums are left empty."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    ask = b"GET /a.bin HTTP/1.1\r\nHost: files.example\r\n\r\n"
    here, there = (b"\x0a\0\0\x01", 40000), (b"\xc0\0\x02\x01", 80)
    syn, ack = 2, 16
    steps = [(here, there, 1, 0, syn, b""), (there, here, 1, 2, syn | ack, b""),
             (here, there, 2, 2, ack, b""), (here, there, 2, 2, ack, ask),
             (there, here, 2, 2 + len(ask), ack, answer),
             (here, there, 2 + len(ask), 2 + len(answer), ack, b"")]
    out = struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101)
    for second, (source, target, sequence, acknowledged, flags, payload) in enumerate(steps):
        segment = struct.pack("!HHIIBBHHH", source[1], target[1], sequence, acknowledged, 5 << 4,
                              flags, 65535, 0, 0) + payload
        packet = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0, source[0],
                             target[0]) + segment
        out += struct.pack("<IIII", 1700000000 + second, 0, len(packet), len(packet)) + packet
    return out


def lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


class Analyze(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-analyze-"))
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder)
        self.rules = self.write("rules.yml", RULES)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_picket(self, command, code, **more):
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def analyze(self, *inputs, code, stdin=None, check=True, **options):
        command = contract.analyze_command(PICKET, *inputs, sigma=self.rules, behaviors=False,
                                           **options)
        if check:
            command.append("--check")
        return self.run_picket(command, code, input=stdin)

    def test_says_what_who_when_and_why(self):
        log = self.write("log.json", record(5, "x -enc AAAA") + record(6, "plain", "{2}"))
        text = self.analyze(log, code=1).stdout
        for word in ("Encoded command", "a.exe", "WS1", "2026-01-02 03:04:05Z", "-enc AAAA",
                     "T1059.001", "1 incident"):
            self.assertIn(word, text)
        self.assertNotIn("Any process", text)

    def test_exit_codes(self):
        quiet = self.write("quiet.json", record(5, "plain"))
        loud = self.write("loud.json", record(5, "x -enc AAAA"))
        broken = self.write("broken.json", record(5, "plain") + '{"torn": \n')
        self.analyze(quiet, code=0)
        self.analyze(loud, code=1)
        self.analyze(loud, code=0, check=False)
        self.analyze(quiet, code=1, min_severity="low")
        self.analyze(loud, code=0, min_severity="critical")
        self.run_picket([PICKET, "analyze", str(quiet), "--min-severity", "hihg"], 2)
        self.analyze(self.folder / "absent", code=3)
        told = self.analyze(broken, loud, code=3).stdout
        self.assertIn("broken.json at byte ", told)
        self.assertIn("Encoded command", told, "the rest goes on")

    def test_outputs(self):
        log = self.write("log.json", record(5, "x -enc AAAA") + record(4, "plain"))
        out = {name: self.folder / name for name in ("events", "incidents", "eve", "r.md", "r.html")}
        self.analyze(log, code=1, events=out["events"], incidents=out["incidents"], eve=out["eve"],
                     reports=(out["r.md"], out["r.html"]))
        alerts = lines(out["events"])
        self.assertEqual([alert["severity"] for alert in alerts], ["low", "high", "low"])
        self.assertEqual(alerts[1]["process"]["pid"], 77)
        self.assertEqual(alerts[1]["source"]["input"], str(log))
        incident, = lines(out["incidents"])
        self.assertEqual(incident["priority"], "high")
        self.assertIn(alerts[1]["id"], [member["alert"] for member in incident["events"]])
        self.assertEqual([line["event_type"] for line in lines(out["eve"])], ["alert"] * 3)
        self.assertIn("Encoded command", out["r.md"].read_text())
        self.assertIn("Encoded command", out["r.html"].read_text())
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         sorted([*out, "log.json", "rules.yml"]), "nothing temporary is left")

    def test_json_on_standard_output(self):
        log = self.write("log.json", record(5, "x -enc AAAA"))
        *alerts, summary = map(json.loads, self.analyze(
            log, code=1, json_lines=True).stdout.splitlines())
        self.assertEqual([alert["rule"]["name"] for alert in alerts], ["Encoded command"])
        self.assertEqual((summary["type"], summary["records"]), ("summary", 1))
        self.assertEqual(summary["alerts"]["low"], 1)

    def test_timeline_goes_by_time_across_inputs(self):
        late = self.write("a.json", record(9, "late -enc A"))
        early = self.write("b.json", record(1, "early -enc A"))
        told = self.analyze(late, early, code=1, timeline=True).stdout.splitlines()
        self.assertEqual(len(told), 2)
        self.assertIn("early", told[0])
        self.assertIn("late", told[1])

    def test_indicators(self):
        log = self.write("log.json", json.dumps({
            "EventID": 3, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "WS1",
            "EventTime": "2026-01-02T03:04:05Z", "ProcessGuid": "{1}", "ProcessId": "77",
            "Image": "C:\\Users\\eve\\a.exe", "Protocol": "tcp", "Initiated": "true",
            "SourceIp": "10.0.0.5", "SourcePort": "50000",
            "DestinationIp": "203.0.113.9", "DestinationPort": "443"}) + "\n")
        known_bad = self.write("bad.txt", "# known bad\n203.0.113.9\n")
        self.analyze(log, code=0)
        told = self.analyze(log, code=1, indicators=known_bad).stdout
        self.assertIn("203.0.113.9", told)
        self.assertIn("Compared with 1 indicator of", told)

    def test_standard_input_and_archives(self):
        self.assertIn("Encoded command",
                      self.analyze("-", code=1, stdin=record(5, "x -enc AAAA")).stdout)
        self.write("logs/a.json", record(5, "x -enc AAAA"))
        archive = shutil.make_archive(str(self.folder / "logs"), "zip", self.folder / "logs")
        self.assertIn("logs.zip:a.json", self.analyze(archive, code=1).stdout)

    def test_any_number_of_threads_gives_the_same(self):
        for number in range(20):
            self.write("logs/%d.json" % number, "".join(
                record((number * 3 + i) % 60, "x -enc A" if i % 2 else "p", "{%d-%d}" % (number, i))
                for i in range(50)))
        texts = []
        for threads in (1, 2, 7):
            out = self.folder / ("events%d" % threads)
            self.analyze(self.folder / "logs", code=1, threads=threads, events=out)
            texts.append(out.read_text())
        self.assertEqual(len(texts[0].splitlines()), 1500)
        self.assertEqual(texts[0], texts[1])
        self.assertEqual(texts[0], texts[2])

    def started(self, **options):
        """An analysis that waits for its standard input, and the process that reads."""
        command = contract.analyze_command(PICKET, "-", sigma=self.rules, threads=2, **options)
        parent = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        self.addCleanup(parent.stdin.close)
        self.addCleanup(parent.stdout.close)
        self.addCleanup(parent.stderr.close)
        self.addCleanup(parent.kill)
        while True:  # its threads are filtered last
            children = pathlib.Path("/proc/%d/task/%d/children" % (parent.pid, parent.pid))
            child = children.read_text().split()
            if child and ("Seccomp:\t" + SECCOMP_FILTER) in pathlib.Path(
                    "/proc/%s/status" % child[0]).read_text():
                return parent, int(child[0])
            self.assertIsNone(parent.poll(), "it ended early")

    def test_who_parses_has_no_rights(self):
        parent, child = self.started()
        for task in pathlib.Path("/proc/%d/task" % child).iterdir():
            status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines()
                          if ":\t" in line)
            self.assertEqual(status["Seccomp"], SECCOMP_FILTER)
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertEqual(int(status["CapEff"], 16), 0)
            if os.geteuid() == 0:
                self.assertNotIn("0", status["Uid"].split())
        told, _ = parent.communicate(record(5, "x -enc AAAA"), timeout=60)
        self.assertIn("Encoded command", told)

    def test_what_only_the_caller_may_read_is_read(self):
        log = self.write("log.json", record(5, "x -enc AAAA"))
        log.chmod(0o600)
        self.analyze(log, code=1)

    def test_a_reader_that_dies_leaves_no_output(self):
        out = self.write("events", "before")
        parent, child = self.started(events=out)
        os.kill(child, signal.SIGSEGV)
        _, told = parent.communicate(timeout=60)
        self.assertEqual(parent.returncode, 3)
        self.assertIn("Segmentation fault", told)
        self.assertEqual(out.read_text(), "before")
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["events", "rules.yml"])

    def test_interrupted_it_tells_what_it_has(self):
        parent, child = self.started()
        parent.stdin.write(record(5, "x -enc AAAA"))
        parent.stdin.flush()
        os.kill(child, signal.SIGINT)
        told, _ = parent.communicate(timeout=60)
        self.assertEqual(parent.returncode, 3)
        self.assertIn("Stopped before the end", told)

    def test_files_that_signatures_ask_for_are_kept(self):
        capture = self.folder / "web.pcap"
        body = b"MZ" + bytes(range(256)) * 200
        capture.write_bytes(web_capture(body))
        name = hashlib.sha256(body).hexdigest()
        rules = self.write("a.rules", 'alert http any any -> any any (msg:"program"; '
                                      'file.data; content:"MZ"; startswith; filestore; sid:1;)\n')
        kept = self.folder / "kept"
        eve = self.folder / "eve.json"
        command = [PICKET, "analyze", "-k", "none", "--rules", str(rules), "--eve", str(eve),
                   "--keep-files", str(kept), str(capture)]
        done = self.run_picket(command, 0)
        self.assertIn("kept 1 files", done.stderr)
        self.assertEqual([path.name for path in kept.iterdir()], [name])
        self.assertEqual((kept / name).read_bytes(), body)
        self.assertEqual((kept / name).stat().st_mode & 0o7777, 0o400)
        told = [one["fileinfo"] for one in lines(eve) if one["event_type"] == "fileinfo"]
        self.assertEqual([(one["stored"], one["sha256"]) for one in told], [(True, name)])
        # Nobody asks for it: it is not kept. A folder that the reading account may not use: said.
        rules.write_text(rules.read_text().replace("MZ", "ZM"))
        shutil.rmtree(kept)
        self.run_picket(command, 0)
        self.assertEqual(list(kept.iterdir()), [])
        if os.geteuid() == 0:
            os.chown(kept, 0, 0)
            self.assertIn("not there yet", self.run_picket(command, 3).stderr)

    def test_content_check(self):
        good = json.loads(self.run_picket(
            contract.content_check_command(PICKET, self.rules), 0).stdout)
        self.assertEqual((good["loaded"], good["errors"]), (2, []))
        bad = self.write("bad/rule.yml", RULES + "---\ntitle: Half a rule\nlogsource: {}\n")
        told = json.loads(self.run_picket(
            contract.content_check_command(PICKET, bad.parent), 1).stdout)
        self.assertEqual((told["loaded"], told["found"]), (2, 3))
        self.assertEqual(told["errors"][0]["title"], "Half a rule")
        self.assertGreater(told["errors"][0]["line"], 15)
        self.run_picket(contract.content_check_command(PICKET, self.folder / "absent"), 3)

    def test_content_test(self):
        self.write("samples/one/log.json", record(5, "x -enc AAAA"))
        info = ("rule_metadata:\n  - id: 11111111-1111-1111-1111-111111111111\n"
                "regression_tests_info:\n  - name: n\n    match_count: %d\n    path: else/log.json\n")
        self.write("samples/one/info.yml", info % 1)
        command = contract.content_test_command(PICKET, self.folder / "samples", self.rules)
        self.assertEqual(json.loads(self.run_picket(command, 0).stdout)["passed"], 1)
        self.write("samples/one/info.yml", info % 2)
        other, = json.loads(self.run_picket(command, 0).stdout)["other_counts"]
        self.assertEqual((other["matches"], other["match_count"]), (1, 2))
        self.write("samples/one/log.json", record(5, "plain"))
        failed, = json.loads(self.run_picket(command, 1).stdout)["failed"]
        self.assertEqual(failed["problem"], "its rule does not match")

    def test_public_samples_fire_their_rules(self):
        shared = os.environ.get("PICKET_SHARED")
        sigma = pathlib.Path(shared or "/absent") / "corpus/sigma"
        if not sigma.is_dir():
            self.skipTest("PICKET_SHARED names no corpus")
        command = contract.content_test_command(PICKET, sigma / "regression", sigma)
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        told = json.loads(done.stdout)
        self.assertGreater(told["samples"], 100)
        self.assertLessEqual(len(told["failed"]), 1, told["failed"])


if __name__ == "__main__":
    if not PICKET:
        sys.exit(77)
    unittest.main()
