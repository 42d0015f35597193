# SPDX-License-Identifier: Apache-2.0
"""Reads C and C++ just well enough for the house rules: blanks what is not code, finds functions.

Not a parser. It expects sources as clang-format writes them, and keeps every line where it was, so
that positions in what it returns are positions in the file.
"""

import re
from dataclasses import dataclass

_NOT_CODE = re.compile(
    r"""
      //[^\n]*
    | /\*.*?\*/
    | (?:u8|u|U|L)?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"
    | "(?:[^"\\\n]|\\.)*"
    | (?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'
    """,
    re.DOTALL | re.VERBOSE,
)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\\n|\\.)*", re.MULTILINE)
_NAMESPACE = re.compile(r"\bnamespace\b|\bextern\s*$")
_TYPE = re.compile(r"\b(class|struct|union|enum)\b")
_FUNCTION_END = re.compile(
    r"\)\s*(?:(?:const|volatile|noexcept(?:\s*\([^)]*\))?|override|final|mutable|try|&&?)\s*)*"
    r"(?:->\s*[^(){};]+)?\s*$")
_NAME = re.compile(r"([~\w:]+|operator\s*\S+)\s*\(")


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def code_only(text):
    """`text` with comments and literals as spaces; every line keeps its number and length."""
    return _NOT_CODE.sub(_blank, text)


@dataclass
class Function:
    name: str
    line: int  # of its opening brace's line, from 1
    lines: int  # from there to its closing brace, both counted


def _kind(head):
    if _NAMESPACE.search(head):
        return "scope"
    if _FUNCTION_END.search(head):
        return "function"
    if _TYPE.search(head):
        return "scope"
    return "other"


def functions(text):
    """The functions with a body in `text`, members too; lambdas belong to what encloses them."""
    code = _DIRECTIVE.sub(_blank, code_only(text))
    found = []
    stack = []  # (kind, name, line of the head)
    head_from = 0
    line = 1
    for position, character in enumerate(code):
        if character == "\n":
            line += 1
        elif character == ";":
            head_from = position + 1
        elif character == "{":
            head = code[head_from:position]
            in_scope = not stack or stack[-1][0] == "scope"
            kind = _kind(head) if in_scope else "other"
            name = _NAME.search(head)
            stack.append((kind, name.group(1) if name else "?", line))
            head_from = position + 1
        elif character == "}":
            head_from = position + 1
            if stack:
                kind, name, from_line = stack.pop()
                if kind == "function":
                    found.append(Function(name, from_line, line - from_line + 1))
    return found
