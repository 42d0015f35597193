# SPDX-License-Identifier: Apache-2.0
"""The console in a real browser: every page of a running picket, and of a store from a log."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import contract
from agent import Picket, picket_binary
from e2e_case import SKIPPED, main
from sandbox import SERVER_V4, Sandbox

HERE = pathlib.Path(__file__).resolve().parent
BROWSER_S = 120
LINK_S = 15
RULE = """
title: Encoded command
id: 11111111-1111-1111-1111-111111111111
level: high
tags: [attack.execution, attack.t1059.001]
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: ' -enc '}
  condition: selection
"""


def node_modules():
    """Where the console's build put playwright-core, or None."""
    build = os.environ.get("PICKET_CONSOLE_BUILD")
    places = [pathlib.Path(build)] if build else sorted(HERE.parents[1].glob("build*/console"))
    for place in places:
        if (place / "node_modules/playwright-core").is_dir():
            return place / "node_modules"
    return None


def why_not():
    """Why there can be no browser here, or None."""
    for program in ("node", "chromium"):
        if not shutil.which(program):
            return "needs the program `%s`" % program
    if node_modules() is None:
        return "needs the console's packages (the target `console`, with a network)"
    if subprocess.run([picket_binary(), "console", "--help"], capture_output=True,
                      check=False).returncode != 0:
        return "this picket has no console"
    return None


def browse(case, script, *arguments):
    """Runs the steps of a script in the browser; each that fails is told."""
    environment = dict(os.environ, PICKET_NODE_MODULES=str(node_modules()),
                       PICKET_CHROMIUM=shutil.which("chromium"))
    done = subprocess.run(["node", str(HERE / "console" / script), *arguments], env=environment,
                          capture_output=True, text=True, timeout=BROWSER_S, check=False)
    sys.stdout.write(done.stdout)
    case.assertEqual(done.returncode, 0, done.stdout + done.stderr)


class ConsolePages(unittest.TestCase):
    def test_live(self):
        box = Sandbox()
        self.addCleanup(box.close)
        sink = box.start_sink()
        picket = Picket(box, console="127.0.0.1:0")
        self.addCleanup(picket.close)
        picket.start()
        over = threading.Event()

        def talk():
            while not over.is_set():
                box.run("short_lived", "tcp", SERVER_V4, sink.port, 10, 2)
                over.wait(0.2)
        talker = threading.Thread(target=talk)
        talker.start()
        try:
            browse(self, "live.mjs", picket.ready["sign_in"], "one_shot")
        finally:
            over.set()
            talker.join()

    def test_store(self):
        with tempfile.TemporaryDirectory(prefix="picket-e2e-") as folder:
            self.analyze(pathlib.Path(folder))
            server = subprocess.Popen(
                contract.serve_command(picket_binary(), folder + "/store") +
                ["--console", "127.0.0.1:0"],
                stdout=subprocess.PIPE, text=True)
            try:
                browse(self, "store.mjs", server.stdout.readline().split()[-1])
            finally:
                server.terminate()
                server.wait(LINK_S)
                server.stdout.close()

    def analyze(self, folder):
        records = [{"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational",
                    "Hostname": "WS1", "ProcessGuid": "{%d}" % pid, "ProcessId": str(pid),
                    "UtcTime": "2026-01-02 03:04:%02d.000" % pid, "User": "WS1\\eve",
                    "Image": "C:\\Users\\eve\\a%d.exe" % pid, "ParentProcessGuid": "{1}",
                    "ParentProcessId": "1", "ParentImage": "C:\\Windows\\explorer.exe",
                    "CommandLine": "a -enc AAAA"} for pid in (7, 8)]
        records += [{"EventID": 3, "Channel": "Microsoft-Windows-Sysmon/Operational",
                     "Hostname": "WS1", "ProcessGuid": "{7}", "ProcessId": "7",
                     "UtcTime": "2026-01-02 03:05:%02d.000" % second, "User": "WS1\\eve",
                     "Image": "C:\\Users\\eve\\a7.exe", "Protocol": "tcp", "Initiated": "true",
                     "SourceIp": "10.0.0.5", "SourcePort": "50000",
                     "DestinationIp": "203.0.113.9", "DestinationPort": "4444"}
                    for second in range(5)]
        (folder / "log.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n")
        (folder / "rule.yml").write_text(RULE)
        done = subprocess.run([picket_binary(), "analyze", "--store", str(folder / "store"),
                               "--sigma", str(folder / "rule.yml"), str(folder / "log.jsonl")],
                              capture_output=True, text=True, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        shutil.chown(folder, contract.AGENT_USER)
        for path in (folder / "store").rglob("*"):
            shutil.chown(path, contract.AGENT_USER)
        shutil.chown(folder / "store", contract.AGENT_USER)


if __name__ == "__main__":
    REASON = why_not()
    if REASON:
        print("SKIP:", REASON)
        sys.exit(SKIPPED)
    main()
