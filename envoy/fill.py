#!/usr/bin/env python3
"""Print a configuration with some of its values replaced.

    python3 envoy/fill.py envoy/envoy.yaml LISTEN_PORT=0 UPSTREAM_PORT=4711 > out.yaml

A line that ends with a comment `# fill: NAME` takes the value given for NAME; all other lines stay as they are:

    port_value: 10000  # fill: LISTEN_PORT

What stands there decides what may be given: a number takes a whole number, a flow mapping (`{ ... }`) takes a JSON
object, anything else takes text. Values are written as JSON, which YAML reads as it is.
"""

import json
import re
import sys
from pathlib import Path

USAGE = "usage: python3 envoy/fill.py FILE.yaml [NAME=VALUE ...] > OUT.yaml"


class FillError(Exception):
    """What is wrong, where, and how to mend it: one line for people."""


def fill(template: str, values: dict[str, str], source: str = "template") -> str:
    """Return `template` with each value written into every line that is marked with its name.

    `source` names the template in errors. Raises FillError for a name that marks no line, a value that does not fit
    its line, or a mark on a line that is not `key: value  # fill: NAME`.
    """
    lines, known = [], set()
    for number, line in enumerate(template.splitlines(keepends=True), 1):
        mark = MARK.search(line)
        if mark:
            place, name = f"{source}:{number}", mark["name"]
            known.add(name)
            slot = SLOT.match(line)
            if not slot:
                raise FillError(f"{place}: cannot fill {line.strip()!r}; write `key: value  # fill: {name}` on one line")
            if name in values:
                line = slot["key"] + literal(name, values[name], slot["value"], place) + slot["tail"]
        lines.append(line)
    for name in values:
        if name not in known:
            raise FillError(f"{source}: no line is marked `# fill: {name}`; it knows {', '.join(sorted(known)) or 'no name'}")
    return "".join(lines)


def literal(name: str, given: str, present: str, place: str) -> str:
    """Return `given` as JSON of the kind that `present`, the value in the template, has."""
    if present.startswith("{"):
        try:
            value = json.loads(given)
        except ValueError as error:
            raise FillError(f"{place}: {name}={given!r} is not JSON ({error}); give an object such as {{}}") from None
        if not isinstance(value, dict):
            raise FillError(f"{place}: {name}={given!r} is not a JSON object; give an object such as {{}}")
    elif present.isdecimal():
        if not re.fullmatch("[0-9]+", given):
            raise FillError(f"{place}: {name}={given!r} is not a whole number; give one such as {present}")
        value = int(given)
    else:
        value = given
    return json.dumps(value, ensure_ascii=False)


def assignments(arguments: list[str]) -> dict[str, str]:
    """Read NAME=VALUE arguments."""
    values: dict[str, str] = {}
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals or not NAME.fullmatch(name):
            raise FillError(f"argument {argument!r}: write NAME=VALUE with a name in capitals; {USAGE}")
        if name in values:
            raise FillError(f"argument {argument!r}: {name} is given twice; give it once")
        values[name] = value
    return values


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__ if arguments else USAGE, file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    path, *rest = arguments
    try:
        values = assignments(rest)
        template = Path(path).read_text(encoding="utf-8")
        sys.stdout.write(fill(template, values, path))
    except (FillError, OSError) as error:
        print(f"fill.py: {error}", file=sys.stderr)
        return 1
    return 0


NAME = re.compile("[A-Z][A-Z0-9_]*")
MARK = re.compile(r"\s# fill: (?P<name>[A-Z][A-Z0-9_]*)\s*$")
# The key may begin a list item. The value is whatever stands between the key's colon and the mark.
SLOT = re.compile(r'(?P<key>\s*(?:- +)*["\w@.]+: +)(?P<value>\S.*?)(?P<tail>\s+# fill: [A-Z][A-Z0-9_]*\s*)$')

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
