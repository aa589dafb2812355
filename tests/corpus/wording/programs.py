"""Finds in sources what libraries say when they fail: the texts behind raise, throw, die, errors.New and their like.

    python3 tests/corpus/wording/programs.py FOLDER > PROGRAMS.jsonl

FOLDER has one folder for each package, unpacked. Placeholders in a text become `xyz` or a number.
"""

import ast
import json
import os
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore")
TEXT = r"""(?:"((?:[^"\\\n]|\\.){8,300})"|'((?:[^'\\\n]|\\.){8,300})'|`((?:[^`\\]|\\.){8,300})`)"""
JAVASCRIPT = r"""(?:throw new|new|reject\(new)\s+[\w.]*(?:Error|Exception)\(\s*(?:[A-Z_"']+,\s*)?"""
PERL = r"(?:\bdie\b|\bcroak\b|\bconfess\b|throw_exception|->throw)\s*\(?\s*"
BEFORE = {
    ".js": JAVASCRIPT,
    ".mjs": JAVASCRIPT,
    ".cjs": JAVASCRIPT,
    ".ts": JAVASCRIPT,
    ".rb": r"(?:\braise\b|\bfail\b)\s*\(?\s*(?:[A-Z][\w:]*(?:\.new)?\s*[,(]\s*)?",
    ".pm": PERL,
    ".pl": PERL,
    ".php": r"(?:throw new|new)\s+[\w\\]*(?:Exception|Error)\(\s*(?:sprintf\(\s*)?",
    ".go": r"(?:errors\.New|fmt\.Errorf|status\.Errorf?\([\w.]+, ?|errors\.Errorf|panic)\(?\s*",
    ".rs": r"(?:#\[error\(|panic!\(|expect\(|bail!\(|anyhow!\(|Error::new\([\w:]+,\s*|write!\(f,\s*)\s*",
}
PLACEHOLDER = re.compile(r"\$\{[^{}]*\}|#\{[^{}]*\}|\{\$?[\w:?#>.()-]*\}|%[-+#0-9.]*[sdvqTiufxwrg]|%\(\w+\)[srd]|\$[\w:]+(->\w+)?")
# Tests say what they expect, and translations are for users.
OTHERS = ("/test", "/spec", "/_test", "locale")
LARGEST = 3_000_000

found = {}
filled = 0


def fill(_=None):
    global filled
    filled += 1
    return ("xyz", "42", "7")[filled % 3]


def keep(package, text):
    text = re.sub(r"\s+", " ", text).strip()
    if 10 <= len(text) <= 300 and re.search("[a-z]{3}", text) and text.isascii():
        found.setdefault(text, package)


def python_text(node):
    match node:
        case ast.Constant(value=str(text)):
            return PLACEHOLDER.sub(fill, text)
        case ast.JoinedStr():
            return "".join(str(part.value) if isinstance(part, ast.Constant) else fill() for part in node.values)
        case ast.BinOp(op=ast.Mod()):
            return python_text(node.left)
        case ast.BinOp(op=ast.Add()):
            parts = python_text(node.left), python_text(node.right)
            return None if parts == (None, None) else "".join(part or fill() for part in parts)
        case ast.Call(func=ast.Attribute(attr="format")):
            return python_text(node.func.value)
    return None


def python(package, source):
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for argument in node.exc.args[:2]:
                if text := python_text(argument):
                    keep(package, text)


def other(package, source, before):
    for match in re.finditer(before + TEXT, source):
        text = PLACEHOLDER.sub(fill, next(group for group in match.groups()[-3:] if group))
        for written, meant in (("\\n", " "), ('\\"', '"'), ("\\'", "'"), ("\\`", "`"), ("%%", "%")):
            text = text.replace(written, meant)
        if "\\" not in text:
            keep(package, text)


for package in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    for folder, _, files in os.walk(package):
        if any(part in folder for part in OTHERS):
            continue
        for name in sorted(files):
            path, kind = pathlib.Path(folder, name), pathlib.Path(name).suffix
            if path.is_symlink() or name.endswith((".d.ts", "_test.go", ".min.js")) or kind not in (".py", *BEFORE):
                continue
            source = path.read_text(errors="replace")[:LARGEST]
            if kind == ".py":
                python(package.name, source)
            else:
                other(package.name, source, BEFORE[kind])
for text, package in found.items():
    print(json.dumps({"src": package, "text": text}))
