"""docs/openapi.json as a contract: whatever a server answers to any test is held against it."""
import functools
import json
import re
from pathlib import Path

import jsonschema

FILE = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
ROUTES = FILE.parents[1] / "src" / "web" / "routes.c"


@functools.cache
def document():
    return json.loads(FILE.read_text())


@functools.cache
def validator(where):
    """Of the schema at a JSON pointer of the document."""
    schema = document()
    for part in where.split("/")[1:]:
        schema = schema[part.replace("~1", "/").replace("~0", "~")]
    return jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver("", document()))


@functools.cache
def patterns():
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$"), path) for path in document()["paths"]]


def operation(method, path):
    """The path of the document and its operation; None: the document does not have it."""
    exact = sorted(patterns(), key=lambda one: one[1].count("{"))
    found = next((name for pattern, name in exact if pattern.match(path)), None)
    return (found, document()["paths"][found].get(method.lower())) if found else (None, None)


def check(method, target, answer):
    """The answer is one that the document says: its status, its type, its form."""
    path, known = operation(method, target.split("?")[0])
    status = str(answer.status)
    if known and status in known["responses"] and "content" not in known["responses"][status]:
        assert not answer.body, f"{method} {path}: {status} has a body"
        return
    if not known or not re.match(r"application/json", answer.headers.get("Content-Type") or ""):
        return
    if status in known["responses"]:
        (kind,) = known["responses"][status]["content"]
        assert kind == "application/json", f"{method} {path}: {kind} in the document"
        pointer = "/".join(["", "paths", path.replace("/", "~1"), method.lower(), "responses", status, "content",
                            "application~1json", "schema"])
    else:
        assert answer.status >= 400, f"{method} {path}: {status} is not in docs/openapi.json"
        pointer = "/components/schemas/Error"
    faults = [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
              for fault in validator(pointer).iter_errors(answer.json())]
    assert not faults, f"{method} {target}: {status} is not as docs/openapi.json says: {faults[:3]}"
