# SPDX-License-Identifier: Apache-2.0
"""check_layers must fail on trees that break its rule, and name the place."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import check_layers  # noqa: E402


class CheckLayersTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/base/result.h", "#pragma once\n")
        self.write("src/flow/flow_table.h", '#include "base/result.h"\n')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test_accepts_what_is_allowed(self):
        self.write("src/view/frame.h", '#include <vector>\n\n#include "flow/flow_table.h"\n')
        self.write("src/app/agent/agent.h", '#include "view/frame.h"\n#include "base/result.h"\n')
        self.write("src/flow/CMakeLists.txt", "picket_library(flow DEPENDS picket_process)\n")
        self.assertEqual(check_layers.check(self.root), [])

    def test_finds_an_include_backwards(self):
        self.write("src/base/clock.cc", '#include "base/result.h"\n#include "flow/flow_table.h"\n')
        self.assertEqual(check_layers.check(self.root), [
            "src/base/clock.cc:2: includes flow/flow_table.h, "
            "but base/ may use only the standard library"])

    def test_finds_it_below_a_subfolder(self):
        self.write("src/sensor/fallback/poll.cc", '#  include "process/process_table.h"\n')
        found = check_layers.check(self.root)
        self.assertEqual(len(found), 1)
        self.assertIn("sensor/ may use only base, event", found[0])

    def test_finds_a_link_backwards(self):
        self.write("src/event/CMakeLists.txt",
                   "# picket_view is not for us\npicket_library(event DEPENDS picket_base\n"
                   "  picket_view)\n")
        self.assertEqual(check_layers.check(self.root), [
            "src/event/CMakeLists.txt:3: links picket_view, but event/ may use only base"])

    def test_finds_includes_that_leave_out_the_folder(self):
        self.write("src/flow/flow_table.cc", '#include "flow_table.h"\n')
        self.assertIn("write the path from src/", check_layers.check(self.root)[0])

    def test_finds_includes_that_climb(self):
        self.write("src/base/clock.cc", '#include "../flow/flow_table.h"\n')
        self.assertIn("write the path from src/", check_layers.check(self.root)[0])

    def test_bpf_programs_may_name_their_neighbours(self):
        self.write("src/sensor/bpf/kernel_types.h", "\n")
        self.write("src/sensor/bpf/picket.bpf.c", '#include "kernel_types.h"\n')
        self.write("src/sensor/bpf/loader.cc", '#include "picket.skel.h"\n')
        self.assertEqual(check_layers.check(self.root), [])

    def test_finds_a_folder_without_a_layer(self):
        self.write("src/helpers/all_sorts.h", "\n")
        self.assertIn("src/helpers: a folder that LAYERS", check_layers.check(self.root)[0])

    def test_every_layer_uses_only_layers(self):
        for folder, allowed in check_layers.LAYERS.items():
            for other in allowed or ():
                self.assertIn(other, check_layers.LAYERS, folder)
                self.assertNotIn(folder, check_layers.LAYERS[other], f"{folder} <-> {other}")


if __name__ == "__main__":
    unittest.main()
