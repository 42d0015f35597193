# SPDX-License-Identifier: Apache-2.0
"""What the tests of detection share: programs that look like others, peers that look far away, and
waiting for what is said of them."""

import pathlib
import shutil
import subprocess
import tempfile
import time

from agent import descendants
from e2e_case import E2eCase

PATIENCE_S = 20
QUIET_S = 4       # longer than anything waits to be judged
WORRYING = {"medium", "high", "critical"}
FAR_AWAY = "203.0.113.7"  # RFC 5737: for documentation, routed nowhere


class AlertCase(E2eCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.folder.chmod(0o755)
        super().setUpClass()
        cls.box.add_server_address(FAR_AWAY)

    def setUp(self):
        pass  # alerts are asked for, not followed

    def alerts_about(self, pid):
        return [alert for alert in self.picket.alerts()
                if alert.get("process", {}).get("pid") == pid]

    def wait_for(self, wanted):
        """The first alert that `wanted` takes."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for alert in self.picket.alerts():
                if wanted(alert):
                    return alert
        self.fail("no such alert among %s" % [alert["reason"] for alert in self.picket.alerts()])

    def assert_quiet(self, pid, unwanted):
        """For a while nothing that `unwanted` takes is said of the process."""
        deadline = time.monotonic() + QUIET_S
        while time.monotonic() < deadline:
            said = [alert["reason"] for alert in self.alerts_about(pid) if unwanted(alert)]
            self.assertEqual(said, [])

    def pid_below(self, program):
        """The generator itself, below what entered the sandbox for it."""
        return descendants(program.pid)[-1]

    def copy(self, program, name, folder=None):
        path = (folder or self.folder) / name
        shutil.copy(self.box.programs / program, path)
        path.chmod(0o755)
        return path

    def hold_connection(self, path, ip=FAR_AWAY):
        held = self.box.start(path, ip, self.sink.port, 1, 1, stdin=subprocess.PIPE)
        held.first_line()
        self.addCleanup(held.finish)
        return held
