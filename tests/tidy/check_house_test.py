# SPDX-License-Identifier: Apache-2.0
"""check_house must fail on files that break each of its rules, and only on those."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import check_house  # noqa: E402
import source_text  # noqa: E402

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
PYTHON_SPDX = "# SPDX-License-Identifier: Apache-2.0\n"


class CheckHouseTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/base/README.md", "# base\n\nOwns nothing.\n")
        self.write("src/base/clock.h", SPDX + "#pragma once\n")
        self.write("ARCHITECTURE.md", "| `base/` | all | nothing |\n| [`flow/`](src/base) | x | y |\n")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def found(self):
        return [str(violation) for violation in check_house.check(self.root)]

    def assert_one(self, start):
        found = self.found()
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(start), found[0])

    def test_accepts_a_clean_tree(self):
        self.assertEqual(self.found(), [])

    def test_spdx_missing(self):
        self.write("src/base/clock.cc", "int x;\n")
        self.assert_one("src/base/clock.cc:1: [spdx]")

    def test_spdx_of_another_licence(self):
        self.write("tools/x.sh", "#!/bin/sh\n# SPDX-License-Identifier: MIT\n")
        self.assert_one("tools/x.sh:1: [spdx] licence MIT")

    def test_spdx_of_bpf_programs(self):
        self.write("src/base/x.bpf.c",
                   "// SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only)\nint x;\n")
        self.write("src/base/y.h", "/* SPDX-License-Identifier: Apache-2.0 */\n")
        self.assertEqual(self.found(), [])

    def test_file_too_long(self):
        self.write("src/base/clock.cc", SPDX + "int x;\n" * 398)
        self.assertEqual(self.found(), [])
        self.write("src/base/clock.cc", SPDX + "int x;\n" * 399)
        self.assert_one("src/base/clock.cc:400: [file-length] 400 lines")

    def test_function_too_long(self):
        self.write("src/base/clock.cc", SPDX + "void f() {\n" + "  g();\n" * 67 + "}\n")
        self.assertEqual(self.found(), [])
        self.write("src/base/clock.cc", SPDX + "void f() {\n" + "  g();\n" * 68 + "}\n")
        self.assert_one("src/base/clock.cc:2: [function-length] f has 70 lines")

    def test_folder_without_readme(self):
        self.write("src/flow/flow_table.h", SPDX)
        self.assert_one("src/flow/README.md:1: [readme]")

    def test_readme_longer_than_a_screen(self):
        self.write("src/base/README.md", "line\n" * 51)
        self.assert_one("src/base/README.md:1: [readme] longer")

    def test_folder_that_the_architecture_leaves_out(self):
        self.write("src/event/README.md", "# event\n")
        self.assert_one("ARCHITECTURE.md:1: [architecture] the table of folders leaves out src/event")

    def test_unfinished(self):
        self.write("src/base/clock.cc", SPDX + "int x;\n// TO" "DO: the rest\n")
        self.assert_one("src/base/clock.cc:3: [unfinished]")

    def test_banned_calls(self):
        for call in check_house.BANNED_CALLS:
            with self.subTest(call=call):
                self.write("src/base/clock.cc", SPDX + f"void f() {{ std::{call}(x); }}\n")
                self.assert_one("src/base/clock.cc:2: [banned-call] " + call)

    def test_names_like_banned_calls_are_not_them(self):
        self.write("src/base/clock.cc", SPDX + '// system("x")\nauto s = "system(x)";\n'
                   "void f() { file_system(1); x.system(2); snprintf(a, b); p->rand(); }\n")
        self.assertEqual(self.found(), [])

    def test_sleep_in_a_test(self):
        self.write("src/base/clock_test.cc", SPDX + "void f() { std::this_thread::sleep_for(s); }\n")
        self.assert_one("src/base/clock_test.cc:2: [sleep]")

    def test_sleep_in_a_python_test(self):
        self.write("tests/e2e/x.py", PYTHON_SPDX + "time.sl" "eep(1)\n")
        self.assert_one("tests/e2e/x.py:2: [sleep]")

    def test_sleep_in_a_product_file_is_its_own_business(self):
        self.write("src/base/clock.cc", SPDX + "void f() { std::this_thread::sleep_for(s); }\n")
        self.assertEqual(self.found(), [])

    def test_counter_twice(self):
        self.write("src/base/a.cc", SPDX + 'Counter a{"base.lost", "x"};\n')
        self.write("src/base/b.cc", SPDX + 'static Counter b{\n    "base.lost", "x"};\n')
        self.assert_one('src/base/b.cc:2: [counter] "base.lost" is also declared in src/base/a.cc:2')

    def test_counter_in_a_comment_is_an_example(self):
        self.write("src/base/a.cc", SPDX + '//   static Counter a{"base.lost", "x"};\n'
                   'Counter a{"base.lost", "x"};\n')
        self.assertEqual(self.found(), [])

    def test_counter_with_a_bad_name(self):
        self.write("src/base/a.cc", SPDX + 'Counter a{"Lost", "x"};\n')
        self.assert_one('src/base/a.cc:2: [counter] "Lost" is not')

    def test_constant_that_hides_one_of_a_header(self):
        self.write("src/base/size.h", SPDX + "#pragma once\nconstexpr size_t kLeast = 1, kMost = 9;\n")
        self.write("src/base/a.cc", SPDX + "namespace {\nconstexpr int kMost = 5;\n}\n"
                                           "void f() {\n  constexpr int kLeast = 2;\n}\n")
        self.assert_one("src/base/a.cc:3: [hidden-constant] kMost hides that of src/base/size.h")

    def test_constant_of_another_folder_is_its_own(self):
        self.write("src/flow/README.md", "# flow\n\nOwns flows.\n")
        self.write("src/flow/size.h", SPDX + "#pragma once\nconstexpr size_t kMost = 9;\n")
        self.write("src/base/a.cc", SPDX + "constexpr int kMost = 5;\n")
        self.assertEqual(self.found(), [])

    def test_link_to_nowhere(self):
        self.write("docs/a.md", "[here](../src/base/README.md#x) [web](https://example.org)\n"
                   "[gone](b.md)\n")
        self.assert_one("docs/a.md:2: [link] b.md")

    def test_white_space_at_the_end(self):
        self.write("docs/a.md", "one \ntwo\n")
        self.assert_one("docs/a.md:1: [whitespace]")

    def test_exception_excuses_its_file_only(self):
        self.write("tools/house_exceptions.txt", PYTHON_SPDX + "spdx src/base/a.h generated\n")
        self.write("src/base/a.h", "int x;\n")
        self.write("src/base/b.h", "int x;\n")
        self.assert_one("src/base/b.h:1: [spdx]")

    def test_exception_that_excuses_nothing(self):
        self.write("tools/house_exceptions.txt", "sleep src/base/clock.h waits for the moon\n")
        self.assert_one("tools/house_exceptions.txt:1: [exception]")

    def test_exception_without_a_reason(self):
        self.write("tools/house_exceptions.txt", "spdx src/base/a.h\n")
        self.assert_one("tools/house_exceptions.txt:1: [exception] write")


class SourceTextTest(unittest.TestCase):
    def names(self, text):
        return [(function.name, function.line, function.lines)
                for function in source_text.functions(text)]

    def test_finds_functions_and_members(self):
        text = ("namespace a {\nstruct B {\n  int c() const { return 1; }\n};\n"
                "B::B(int x) : y_{x}, z_(2) {\n  if (x) {\n  }\n}\n"
                "auto f(int a) -> Result<int> {\n  return [](int b) { return b; }(a);\n}\n"
                "bool B::operator==(const B& o) const noexcept {\n  return true;\n}\n}\n")
        lines = [lines for _, _, lines in self.names(text)]
        self.assertEqual(lines, [1, 4, 3, 3])

    def test_does_not_take_data_for_functions(self):
        self.assertEqual(self.names("constexpr int kTable[] = {1, 2};\nenum class E { kA };\n"
                                    "std::array<int, 2> a{f(1), 2};\n"), [])

    def test_braces_in_text_do_not_count(self):
        text = ('void f() {\n  x("}");\n  y(\'}\');\n  z(R"(}})");\n  // }\n  /* }\n  */\n'
                "#define OPEN {\n}\n")
        self.assertEqual(self.names(text), [("f", 1, 9)])

    def test_digit_separators_are_not_quotes(self):
        self.assertEqual(self.names("void f() {\n  x = 1'000 + 2'000;\n  y = '}';\n}\n"),
                         [("f", 1, 4)])


if __name__ == "__main__":
    unittest.main()
