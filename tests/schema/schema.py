# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether JSON is what schema/ says. All suites that read the program's JSON ask this; without python3-jsonschema it looks at nothing."""
import json
import os
import sys

FOLDER = os.path.abspath(os.path.dirname(os.path.abspath(__file__)) + "/../../schema")

try:
    import jsonschema
except ImportError:
    # A Python of somebody's own beside the system's: the package is in this language alone.
    sys.path.append("/usr/lib/python3/dist-packages")
    try:
        import jsonschema
    except ImportError:
        jsonschema = None

# A document says by its format, or by the verb that printed it, which schema it has.
FORMATS = {"nicregs-snapshot": "snapshot", "nicregs-delta": "sample", "nicregs-incident": "incident"}
VERBS = ("list", "show", "diagnose", "log", "diff", "watch", "fix", "recover", "write", "aspm", "chips", "decode", "lint", "help",
         "version", "snapshot", "monitor", "report", "metrics")
_validators = {}


def names():
    return sorted(name[:-5] for name in os.listdir(FOLDER) if name.endswith(".json"))


def text_of(name):
    with open(f"{FOLDER}/{name}.json", encoding="utf-8") as f:
        return json.load(f)


def validator(name):
    if name not in _validators:
        _validators[name] = jsonschema.Draft202012Validator(text_of(name))
    return _validators[name]


def place(error):
    return "/".join(str(part) for part in error.absolute_path) or "the top"


def complaint(name, document):
    """None, or what is wrong, where, and what to do."""
    error = next(validator(name).iter_errors(document), None)
    if error is None:
        return None
    return (f"schema/{name}.json: at {place(error)}: {error.message[:300]}. A member that is new, gone or of another type is a change of the "
            f"published JSON: schema/{name}.json and CHANGELOG.md change with it (CONTRIBUTING.md, \"Change the JSON\")")


def verb_of(args):
    """The verb of a command line that asks for JSON; None if it does not."""
    if "--json" not in args or any(a in args for a in ("--help", "-h")):
        return None
    return next((a for a in args if a in VERBS), None)


def documents(args, text):
    """What a run printed: pairs of a schema's name and a document."""
    verb = verb_of(args)
    if verb is None or not text.strip():
        return []
    if verb == "watch" or (verb == "log" and ("--follow" in args or "-f" in args)):
        name = "watch" if verb == "watch" else "log-follow"
        return [(name, json.loads(line)) for line in text.splitlines() if line]
    if verb in ("snapshot", "report", "monitor", "metrics"):
        return []
    return [(verb, json.loads(text))]


def shape(node):
    """What two documents share that a schema cannot tell apart: members, types, and the words that may be of a closed set."""
    if isinstance(node, dict):
        return tuple((key, value if key in ("access", "unread", "space", "role", "kind") else shape(value)) for key, value in node.items())
    if isinstance(node, list):
        return tuple(sorted({repr(shape(one)) for one in node}))
    return type(node).__name__


def thin(node):
    """A document without those elements of long lists that are as others before them: thousands of registers are of a few shapes."""
    if isinstance(node, dict):
        return {key: thin(value) for key, value in node.items()}
    if not isinstance(node, list):
        return node
    kept = {repr(shape(one)): one for one in node} if len(node) > 8 else None
    return [thin(one) for one in (kept.values() if kept else node)]


def check(args, text):
    """None, or a complaint about what a run printed."""
    if jsonschema is None:
        return None
    for name, document in documents([str(a) for a in args], text):
        wrong = complaint(name, thin(document))
        if wrong:
            return f"nicregs {' '.join(args)}: {wrong}"
    return None
