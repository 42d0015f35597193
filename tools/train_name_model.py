#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Trains the model by which picket tells names people chose from names a program rolled.

    tools/train_name_model.py TEXT... > src/detect/behavior/name_model_table.h

TEXT are files of ordinary prose or word lists in any European language that fits ASCII; every word
of three letters or more counts once per file, so that frequent words do not drown the rest. The
model is the cost in eighths of a bit of one letter after another (27 x 27: a to z and the word's
border), add-one smoothed. The table that picket ships was trained on the manual pages, package
descriptions and documentation of a Debian 12 system.
"""

import math
import pathlib
import re
import sys

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = re.compile(r"[a-zA-Z]{3,24}")


def words_of(files):
    for file in files:
        yield from {word.lower() for word in WORD.findall(pathlib.Path(file).read_text(errors="replace"))}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    size = len(LETTERS) + 1
    counts = [[1] * size for _ in range(size)]
    total = 0
    for word in words_of(sys.argv[1:]):
        if not re.search("[aeiouy]", word):
            continue  # an abbreviation teaches nothing of how words are built
        total += 1
        path = [0] + [LETTERS.index(letter) + 1 for letter in word] + [0]
        for one, other in zip(path, path[1:]):
            counts[one][other] += 1
    print("// SPDX-License-Identifier: Apache-2.0\n#pragma once\n#include <cstdint>\n")
    print(f"// Made by tools/train_name_model.py from {total} words. Cost of `column` after `row` in eighths of a bit;")
    print("// 0 is the border of a word, 1 to 26 are a to z.")
    print("namespace picket::detect::behavior {\n")
    print(f"constexpr uint8_t kLetterCost[{size}][{size}] = {{")
    for row in counts:
        whole = sum(row)
        cells = [min(255, round(-8 * math.log2(count / whole))) for count in row]
        print("    {" + ", ".join(map(str, cells)) + "},")
    print("};\n\n}  // namespace picket::detect::behavior")


main()
