# SPDX-License-Identifier: Apache-2.0
"""Names of peers: DNS answers tied to the process that asked, SNI and Host above them."""

import json
import pathlib
import subprocess
import sys
import time

import contract
from agent import picket_binary
from e2e_case import E2eCase, main
from sandbox import SERVER_V4

PATIENCE_S = 20
PEER = pathlib.Path(__file__).resolve().parent / "traffic" / "name_peer.py"


class Names(E2eCase):
    def flows(self):
        out = subprocess.run(contract.snapshot_command(picket_binary(), self.picket.socket),
                             capture_output=True, text=True, check=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def test_each_source(self):
        server = self.box.start(sys.executable, PEER, "server", SERVER_V4, SERVER_V4, cgroup="-",
                                namespace=self.box.server)
        server.first_line()
        client = self.box.start(sys.executable, PEER, "client", SERVER_V4, self.sink.port,
                                stdin=subprocess.PIPE)
        truth = client.first_line()
        wanted = {row["port"]: (row["name"], row["source"]) for row in truth["rows"]}
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = {flow["local"]["port"]: flow for flow in self.flows()
                     if flow.get("process", {}).get("pid") == truth["pid"]
                     and flow["transport"] == "tcp"}
            names = {port: (flow["remote"].get("name"), flow["remote"].get("name_source"))
                     for port, flow in found.items()}
            if names == wanted or time.monotonic() > deadline:
                break
        self.assertEqual(names, wanted)
        dns = next(flow["remote"] for flow in found.values() if flow["remote"]["name_source"] == "dns")
        self.assertEqual(dns["name_ttl_s"], 60)
        self.assertLessEqual(dns["name_age_s"], PATIENCE_S)

    def test_an_address_nobody_asked_for_has_no_name(self):
        rows = self.rows_of("short_lived", "tcp", SERVER_V4, self.sink.port, 5, 2)
        self.assert_credited(rows)


if __name__ == "__main__":
    main()
