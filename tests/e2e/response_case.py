# SPDX-License-Identifier: Apache-2.0
"""The frame of tests of responses: a folder of their own, picket called as a person calls it."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PICKET = os.environ.get("PICKET_BINARY")
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
DONE, FOUND, WRONG_USE, COULD_NOT = range(4)


class ResponseCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-response-")).resolve()
        self.folder.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.folder)
        self.responses = self.folder / "responses"
        self.state = self.folder / "history"

    def write(self, name, content=b"", mode=0o644):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    def start(self, *command):
        process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def picket(self, *words, code=DONE, **more):
        done = subprocess.run([PICKET] + [str(word) for word in words], capture_output=True,
                              text=True, timeout=120, check=False, cwd=self.folder, **more)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def act(self, *words, code=DONE, **more):
        return self.picket(*words, "--responses", self.responses, code=code, **more)

    def audit(self):
        return [json.loads(line) for line in self.act("audit", "--json").stdout.splitlines()]

    def last_result(self):
        return self.audit()[-1]["result"]


def main():
    if not PICKET:
        print("SKIP: PICKET_BINARY names no picket")
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
