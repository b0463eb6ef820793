"""docs/openapi.json and the table of routes say the same; rig.Server holds every answer of every test against it (contract.py)."""
import re

import jsonschema
import pytest

import contract
from rig import Answer, Server

ROW = re.compile(r'\{"(GET|POST|PUT|DELETE)",\s*((?:API|CONNECTOR|"[^"]*"|\s)+),\s*ROLE_(\w+)')


def table():
    """(method, path with {}) -> role, from src/web/routes.c."""
    text = contract.ROUTES.read_text()
    words = {"API": "/api/v1", "CONNECTOR": "/api/v1/connectors/{}"}
    rows = {}
    for method, parts, role in ROW.findall(text):
        path = "".join(words.get(part, part.strip('"')) for part in re.findall(r'API|CONNECTOR|"[^"]*"', parts))
        if (method, path) != ("GET", "/"):  # the page's
            rows[method, path] = role.lower()
    return rows


def operations():
    return {(method.upper(), re.sub(r"\{\w+\}", "{}", path)): operation
            for path, methods in contract.document()["paths"].items() for method, operation in methods.items()}


def test_every_route_is_in_the_document_and_nothing_else():
    assert len(table()) > 30 and set(table()) == set(operations())


def test_the_document_says_who_may():
    assert {where: operation["x-role"] for where, operation in operations().items()} == table()


def test_the_document_is_whole():
    text = contract.FILE.read_text()
    for where in set(re.findall(r'"\$ref": "#([^"]+)"', text)):
        contract.validator(where)
    for name, schema in contract.document()["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert f'"#/components/schemas/{name}"' in text, f"{name} is not used"
    names = [operation["operationId"] for operation in operations().values()]
    assert len(names) == len(set(names))
    for path, methods in contract.document()["paths"].items():
        for operation in methods.values():
            declared = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
            assert declared == set(re.findall(r"\{(\w+)\}", path)) and operation["summary"], path


def test_a_path_or_method_of_the_document_is_answered(ledger):
    server = Server(ledger)
    for method, path in operations():
        answer = server.ask(method, path.replace("{}", "1"), headers={"Origin": server.url} if method != "GET" else None)
        assert answer.status != 405 and (answer.status != 404 or "there is nothing at" not in answer.text), (method, path)
    server.stop()


def test_an_answer_that_is_not_as_said_is_found():
    said = b'{"version":"1","needs_sign_in":false,"signed_in":true,"role":"viewer","csrf":null,"now":"2026-07-31T12:00:00Z"}'
    kind = {"Content-Type": "application/json"}
    contract.check("GET", "/api/v1/session", Answer(200, kind, said))
    for bad in (said.replace(b'"viewer"', b'"root"'), said.replace(b'"csrf":null,', b""), said.replace(b"}", b',"more":1}'),
                said.replace(b"12:00:00Z", b"noon")):
        with pytest.raises(AssertionError, match="not as docs/openapi.json"):
            contract.check("GET", "/api/v1/session", Answer(200, kind, bad))
    with pytest.raises(AssertionError):
        contract.check("GET", "/api/v1/session", Answer(201, kind, said))
