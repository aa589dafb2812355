"""Learns which words programs use and people do not: writes core/src/detect/wording/words.rs.

    python3 tests/corpus/wording/train.py PROGRAMS.jsonl CLIENTS.jsonl [--folds]

PROGRAMS.jsonl: one {"src": package, "text": …} a line, what libraries say when they fail (programs.py finds them in sources).
CLIENTS.jsonl:  one {"src": package, "text": …, "err": bool} a line, what products say to their users (their translation files).
Beside these it learns from the corpus and from clients.txt. `--folds` judges instead: each fifth of the corpus's stacks and of
clients.txt by what was learnt from the rest.

The form is a logistic regression over words, and over a few signs of a text; most weights are driven to zero (L1).
Needs scikit-learn, and `cargo fmt` afterwards. `signs` and `score` do here what core/src/detect/wording.rs does; its tests compare the two.
"""

import json
import pathlib
import re
import sys
import warnings
import zlib

import numpy
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]

# Weights are quarters. A text over this is what a program says. No word alone gets there.
LIMIT = 13
HEAVIEST = 11
# Less is not kept: the words fill the module.
LIGHTEST = 2
# Packages that a word must occur in: what one project talks about says nothing of the others.
SOURCES = 8
LONGEST_WORD, LONGEST_TEXT = 16, 300

# Libraries whose errors are meant for the sender of a request: what they raise, clients read.
VALIDATORS = (
    "joi",
    "yup",
    "zod",
    "ajv",
    "jsonschema",
    "marshmallow",
    "php-symfony-validator",
)
# Neither programs nor clients: both read them.
NEITHER = (
    "graphql",
    "graphene",
    "ariadne",
    "strawberry",
    "pydantic",
    "jsdom",
    "django",
    "typer",
    "click",
    "werkzeug",
    "starlette",
    "fastapi",
)
# Consoles for administrators, whose words are those of programs.
CONSOLES = (
    "parse-server", "cacti", "zabbix", "ldap", "gosa", "phpmyadmin", "icinga", "octoprint", "node-red", "n8n", "freedombox", "airflow",
    "ckan", "privacyidea", "request-tracker", "prisma", "sympa", "keystone", "glance", "vendure-core", "homebridge", "zigbee",
)  # fmt: skip
# Members whose text is a message, as in wording.rs.
MEMBERS = {
    "error",
    "message",
    "detail",
    "msg",
    "reason",
    "cause",
    "description",
    "error_description",
    "errormessage",
    "error_message",
    "errors",
    "title",
    "details",
}


def signs(text):
    """What a text shows, and how often: its words, and the signs that are written in capitals."""
    found = {}

    def see(sign, times=1):
        found[sign] = found.get(sign, 0) + times

    for word in re.findall(r"[A-Za-z0-9_$]+", text):
        if len(word) < 2:
            continue
        if "_" in word.strip("_") or re.search("[a-z][A-Z]", word):
            found["NAME"] = 1
        elif word.isalpha() and len(word) <= LONGEST_WORD:
            see(word.lower())
    for sign, pattern in (
        ("NAME", r"[a-z]{2}\.[a-z]{2}|`"),
        ("SINGLE", r"'[\w$]+'"),
        ("DOUBLE", r'"[\w$]+"'),
        ("LOWER", r"^[a-z]"),
        ("STOP", r"[.!?]$"),
    ):
        if re.search(pattern, text):
            found[sign] = 1
    found[f"LENGTH{min(text.count(' ') // 4, 5)}"] = 1
    return found


def score(weights, text):
    if not is_sentence(text.strip()):
        return -100
    return weights[""] + sum(weights.get(sign, 0) * times for sign, times in signs(text).items())


def is_sentence(text):
    return len(text) <= LONGEST_TEXT and text.isascii() and " " in text and text[0] not in "{[" and not re.search("[<@]|://", text)


def lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def tidy(text):
    """A text of a translation file, with a word for each of its placeholders and tags."""
    text = re.sub(r"\{\{?[^{}]*\}?\}|%\([\w]+\)[sd]|%[\dsSd@]|%\{\w*\}|\$\d|\$\{[^}]*\}|<[^>]*>", "xyz", text)
    return re.sub(r"\s+", " ", text).strip()


def capped(rows, most):
    count, kept = {}, []
    for row in sorted(rows, key=lambda row: zlib.crc32(row[1].encode())):
        count[row[0]] = count.get(row[0], 0) + 1
        if count[row[0]] <= most:
            kept.append(row)
    return kept


def messages(body, members):
    body = body.strip()
    if body[:1] == "<":
        return []
    if body[:1] not in ("{", "["):
        return [body] if len(body) <= LONGEST_TEXT else []
    try:
        value = json.loads(body)
    except ValueError:
        return []
    found = []

    def walk(value, name):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, key.lower())
        elif isinstance(value, list):
            for inner in value:
                walk(inner, name)
        elif isinstance(value, str) and " " in value and (not members or name in MEMBERS):
            found.append(value)

    walk(value, "")
    return found


def corpus():
    """(stack, text) of the safe bodies, of the unsafe ones."""
    by = {"safe": {}, "unsafe": {}}
    for index in sorted((HERE.parent / "bodies").glob("*/index.json")):
        for body in json.loads(index.read_text()):
            text = (index.parent / body["file"]).read_bytes().decode("utf8", "replace")
            for message in messages(text, body["label"] == "unsafe"):
                by[body["label"]].setdefault(message, index.parent.name)
    safe = [(stack, text) for text, stack in by["safe"].items()]
    return safe, [(stack, text) for text, stack in by["unsafe"].items() if text not in by["safe"]]


def fold(name):
    return zlib.crc32(name.encode()) % 5


def learn(programs, clients, own, safe, unsafe):
    rows = [(src, text, 1, 1) for src, text in programs if not any(part in src for part in VALIDATORS + NEITHER)]
    rows += [(src, text, 0, 4) for src, text in programs if any(part in src for part in VALIDATORS)]
    rows += [(src, text, 0, 6 if error else 2) for src, text, error in clients]
    rows += [("clients.txt " + text, text, 0, 150) for text in own]
    rows += [(stack, text, 0, 150) for stack, text in safe] + [(stack, text[:LONGEST_TEXT], 1, 15) for stack, text in unsafe]
    sources = {}
    for src, text, _, _ in rows:
        for sign in signs(text):
            sources.setdefault(sign, set()).add(src)
    wanted = {sign for sign, where in sources.items() if len(where) >= SOURCES and not sign.startswith("xyz")}
    table = DictVectorizer(dtype=numpy.float32)
    matrix = table.fit_transform([{s: n for s, n in signs(text).items() if s in wanted} for _, text, _, _ in rows])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=0.05, l1_ratio=1, solver="liblinear", max_iter=300, random_state=0)
    model.fit(matrix, [label for _, _, label, _ in rows], sample_weight=[weight for _, _, _, weight in rows])
    weights = {sign: max(-HEAVIEST, min(HEAVIEST, round(weight * 4))) for sign, weight in zip(table.feature_names_, model.coef_[0])}
    return {sign: weight for sign, weight in weights.items() if abs(weight) >= LIGHTEST} | {"": round(model.intercept_[0] * 4)}


def written(weights, texts):
    """The table as Rust: the words of one length in a row, each with its weight as a letter."""
    out = ["//! Written by tests/corpus/wording/train.py from texts of programs and of products; not by hand.", ""]
    out += ["use super::Signs;", "", "/// A text over this is what a program says.", f"pub(super) const LIMIT: i32 = {LIMIT};", ""]
    names = {"": "start", "NAME": "name", "SINGLE": "single", "DOUBLE": "double", "LOWER": "lower", "STOP": "stop"}
    out += ["pub(super) const SIGNS: Signs = Signs {"]
    out += [f"    {name}: {weights.get(sign, 0)}," for sign, name in names.items()]
    out += ["    length: [" + ", ".join(str(weights.get(f"LENGTH{n}", 0)) for n in range(6)) + "],", "};", ""]
    out += [
        "/// At `n` the words of `n` letters in order, each with its weight behind it: `N` is none, `O` 1, `M` -1.",
        f"pub(super) const WORDS: [&str; {LONGEST_WORD + 1}] = [",
    ]
    for length in range(LONGEST_WORD + 1):
        words = sorted(word for word in weights if word.islower() and len(word) == length)
        row = "".join(word + chr(ord("N") + weights[word]) for word in words)
        step = max(1, 110 // (length + 1)) * (length + 1)
        parts = [row[at : at + step] for at in range(0, len(row), step)] or [""]
        if len(parts) == 1:
            out.append(f'    "{parts[0]}",')
        else:
            out += ["    concat!("] + [f'        "{part}",' for part in parts] + ["    ),"]
    out += ["];", "", "/// What train.py counts for some texts.", "#[cfg(test)]", "pub(super) const COUNTED: &[(&str, i32)] = &["]
    out += [f"    ({json.dumps(text)}, {score(weights, text)})," for text in texts]
    return "\n".join(out + ["];", ""])


def judge(programs, clients, own, safe, unsafe):
    """Each fifth by what the rest teaches."""
    sets = {"unsafe": unsafe, "safe": safe, "clients.txt": [(text, text) for text in own]}
    judged = {name: [] for name in sets}
    for k in range(5):
        rest = {name: [row for row in rows if fold(row[0]) != k] for name, rows in sets.items()}
        weights = learn(programs, clients, [text for _, text in rest["clients.txt"]], rest["safe"], rest["unsafe"])
        for name, rows in sets.items():
            judged[name] += [(score(weights, text), text) for group, text in rows if fold(group) == k]
    for name, rows in judged.items():
        over = sorted((row for row in rows if row[0] > LIMIT), reverse=True)
        print(f"{name}: {len(over)} of {len(rows)} ({len(over) / len(rows):.4f})")
        if name != "unsafe":
            print("".join(f"    {points} {text}\n" for points, text in over), end="")


def main():
    programs = capped([(row["src"], row["text"]) for row in lines(sys.argv[1])], 700)
    rows = [(row["src"], tidy(row["text"]), row["err"]) for row in lines(sys.argv[2])]
    clients = capped([row for row in rows if not any(part in row[0] for part in CONSOLES)], 2500)
    own = (HERE / "clients.txt").read_text().splitlines()
    safe, unsafe = corpus()
    if "--folds" in sys.argv:
        return judge(programs, clients, own, safe, unsafe)
    weights = learn(programs, clients, own, safe, unsafe)
    (ROOT / "core/src/detect/wording/words.rs").write_text(
        written(weights, [text for _, text in (programs + safe)[::1500] if is_sentence(text)])
    )
    over = [row for row in clients if score(weights, row[1]) > LIMIT]
    print(f"{len(weights)} words and signs; over the limit: {len(over)} of {len(clients)} texts for clients,", end=" ")
    print(f"{sum(score(weights, text) > LIMIT for _, text in programs)} of {len(programs)} of programs")
    for src, text, _ in over:
        print(f"    {src}: {text[:150]}")


main()
