# SPDX-License-Identifier: Apache-2.0
"""What happened is kept: found again while picket runs, after it ended, and after it was killed."""

import subprocess
import time

import contract
from e2e_case import SERVER_V4, E2eCase, main

BURST = 200
WRITTEN_WITHIN_S = 20


class History(E2eCase):
    def search(self, query, *options):
        done = subprocess.run(
            contract.search_command(self.picket.binary, self.picket.socket, query, *options),
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def kept(self, query):
        return int(self.search(query, "--count").replace(",", ""))

    def wait_for(self, query, count):
        deadline = time.monotonic() + WRITTEN_WITHIN_S
        while self.kept(query) < count:
            self.assertLess(time.monotonic(), deadline, "%s: %d of %d" %
                            (query, self.kept(query), count))

    def make_connections(self):
        self.box.run("burst", "tcp", SERVER_V4, self.sink.port, BURST, 5 * BURST, "quiet")

    def test_connections_are_found_again_after_restart_and_kill(self):
        query = "kind:flow direction:outbound process.name:burst remote.ip:%s" % SERVER_V4
        self.make_connections()
        # Of many alike in one second a part stands for all (agent.suspicion_alike).
        self.wait_for(query, 1)
        flow = contract.records(self.search(query + " connection.state:over", "--json"))[0]
        self.assertEqual(flow["remote"], {"ip": SERVER_V4, "port": self.sink.port})
        self.assertTrue(flow["process"]["executable"].endswith("/burst"))
        self.wait_for("kind:process process.id:\"%s\"" % flow["process"]["id"], 1)

        before = self.kept("")
        self.picket.kill_agent()
        self.assertGreaterEqual(self.kept(""), before, "what was seen is lost by kill -9")
        self.make_connections()
        self.wait_for("", before + 1)
        self.assertEqual(self.picket.stop(), 0)
        self.assertGreater(self.kept(query), 0)


if __name__ == "__main__":
    main()
