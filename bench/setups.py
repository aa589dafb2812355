"""The configurations that are compared, each made from envoy/envoy.yaml.

Only the list of HTTP filters differs: listener, routes, cluster, reply mappers and access log are those that ship.
"""

import json
import re
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "envoy"))

from fill import fill  # noqa: E402  (beside envoy.yaml)

# `none again` is a second Envoy without a filter: how far its ratio is from 1 shows the error of the measurement.
# `empty module` is the bundled wiring around a module without a callback: what Envoy takes for the wiring alone.
SETUPS = ("none", "none again", "empty module", "bundled", "plain", "lua", "custom_response")

# Memory, `_initialize`, the ABI version and an allocator: the least that Envoy loads.
EMPTY_MODULE = bytes.fromhex(
    "0061736d0100000001090260000060017f017f0304030000010503010002074d04066d656d6f727902000b5f696e697469616c697a6500001770726f"
    "78795f6162695f76657273696f6e5f305f325f3100011870726f78795f6f6e5f6d656d6f72795f616c6c6f6361746500020a0d0302000b02000b0500"
    "4180080b"
)


class SetupError(Exception):
    """Why a configuration cannot be made, for people."""


def configurations(values: dict[str, str], empty_module: str, policy: dict | None, access_log: bool) -> dict[str, str]:
    """Return Envoy's configuration in YAML for each of SETUPS.

    `values` fills the templates (see envoy/fill.py), WASM_PATH included; `empty_module` is the path of EMPTY_MODULE. `policy` replaces the Backstop configuration
    of both templates, except for `capture`. Without `access_log`, no set-up writes one.
    """

    def filled(name: str, capture: str) -> str:
        mine = {} if policy is None else {"BACKSTOP_CONFIG": json.dumps(policy | {"capture": capture})}
        path = ROOT / "envoy" / name
        return fill(path.read_text(encoding="utf-8"), values | mine, str(path))

    bundled = filled("envoy.yaml", "filter_state")
    if not access_log:
        bundled = with_block(bundled, "access_log", "")
    filters = block(bundled, "http_filters")
    router = item(filters, "envoy.filters.http.router")
    plain = item(block(filled("plain.yaml", "request_headers"), "http_filters"), "backstop")
    lists = {
        "none": router,
        "none again": router,
        "empty module": filters.replace(values["WASM_PATH"], empty_module),
        "bundled": filters,
        "plain": plain + router,
        "lua": LUA + router,
        "custom_response": CUSTOM_RESPONSE + router,
    }
    return {name: with_block(bundled, "http_filters", lists[name]) for name in SETUPS}


# --- As much YAML as these templates need: a key alone on its line, then a list ------------------------------------------


def block(yaml: str, key: str) -> str:
    """Return the list below `key`, its items moved to the left margin. The key must occur once."""
    begin, end, _ = find(yaml, key)
    return textwrap.dedent(yaml[begin:end]).strip("\n") + "\n"


def with_block(yaml: str, key: str, items: str) -> str:
    """Return `yaml` with another list below `key`; without items it is the empty list."""
    begin, end, margin = find(yaml, key)
    key_line = yaml.rindex("\n", 0, begin - 1) + 1
    return yaml[:key_line] + f"{margin}{key}:" + (f"\n{textwrap.indent(items, margin)}" if items else " []\n") + yaml[end:]


def item(items: str, name: str) -> str:
    """Return the item with this name of a list that `block` returned."""
    found = [part for part in re.split(r"^(?=- )", items, flags=re.MULTILINE) if part.startswith(f"- name: {name}") and part.split()[2] == name]
    if len(found) != 1:
        raise SetupError(f"{len(found)} filters are named {name}; the bench needs one in envoy/*.yaml")
    return found[0]


def find(yaml: str, key: str) -> tuple[int, int, str]:
    """Return where the list below `key` begins and ends, and its margin."""
    keys = list(re.finditer(rf"^( *){key}:(?: *#.*)?\n", yaml, re.MULTILINE))
    if len(keys) != 1:
        raise SetupError(f"`{key}:` stands {len(keys)} times in envoy/*.yaml; the bench needs it once, on a line of its own")
    margin, begin = keys[0][1], keys[0].end()
    inside = re.compile(rf"(?:{margin}(?: .*|- .*|#.*)|\s*)\n")
    end = begin
    while line := inside.match(yaml, end):
        end = line.end()
    return begin, end, margin


# --- What the others do --------------------------------------------------------------------------------------------------

MESSAGE = "An unexpected error occurred"

# The script that people write: any 5xx gets a fixed body. It does not look at the body, has no ID and writes no report.
LUA = f"""\
- name: envoy.filters.http.lua
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
    default_source_code:
      inline_string: |
        local page = '{{"error":"Internal Server Error","message":"{MESSAGE}"}}'
        function envoy_on_response(handle)
          local status = tonumber(handle:headers():get(":status"))
          if status >= 500 then
            local length = handle:body():setBytes(page)
            handle:headers():replace("content-type", "application/json")
            handle:headers():replace("content-length", length)
          end
        end
"""

CUSTOM_RESPONSE = f"""\
- name: envoy.filters.http.custom_response
  typed_config:
    "@type": type.googleapis.com/envoy.extensions.filters.http.custom_response.v3.CustomResponse
    custom_response_matcher:
      matcher_list:
        matchers:
        - predicate:
            single_predicate:
              input:
                name: status
                typed_config: {{ "@type": type.googleapis.com/envoy.type.matcher.v3.HttpResponseStatusCodeClassMatchInput }}
              value_match: {{ exact: 5xx }}
          on_match:
            action:
              name: page
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.http.custom_response.local_response_policy.v3.LocalResponsePolicy
                body_format:
                  json_format: {{ error: Internal Server Error, message: {MESSAGE}, requestId: "%REQ(X-REQUEST-ID)%" }}
"""
