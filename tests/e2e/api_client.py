# SPDX-License-Identifier: Apache-2.0
"""A browser's side of the console's API, and the document that says what it may expect."""

import http.client
import json
import pathlib
import re
import urllib.parse

import yaml

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/api/openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.text = response.read().decode(errors="replace")

    def json(self):
        return json.loads(self.text)


class Browser:
    """One person: a cookie, a secret for changes, a connection that is kept."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self.cookie = self.csrf = None
        self.connection = http.client.HTTPConnection(host, port, timeout=20)

    def headers(self, body=None, **more):
        headers = {"Host": "%s:%d" % (self.host, self.port)}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.csrf:
            headers["X-Picket-Csrf"] = self.csrf
        if body is not None:
            headers["Content-Type"] = "application/json"
        headers.update({name.replace("_", "-"): value for name, value in more.items()})
        return {name: value for name, value in headers.items() if value is not None}

    def ask(self, method, target, body=None, **headers):
        sent = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        for attempt in (1, 2):
            try:
                self.connection.request(method, target, body=sent, headers=self.headers(sent, **headers))
                return Answer(self.connection.getresponse())
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                self.connection.close()  # the server closed what was kept
                if attempt == 2:
                    raise

    def take_session(self, answer):
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.csrf = self.ask("GET", "/api/v1/session").json()["csrf_token"]
        return self

    def sign_in(self, user, password):
        return self.take_session(
            self.ask("POST", "/api/v1/session", {"user": user, "password": password}))

    def __del__(self):
        self.connection.close()

    def events(self, target):
        """Server-sent events: (event, data) until the server ends."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        connection.request("GET", target, headers=self.headers())
        response = connection.getresponse()
        event = None
        try:
            for line in response:
                line = line.decode().rstrip("\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    yield event, json.loads(line[6:])
        finally:
            response.close()
            connection.close()


class Document:
    def __init__(self):
        self.whole = yaml.safe_load(DOCUMENT.read_text())

    def resolve(self, item):
        while "$ref" in item:
            name = item["$ref"].split("/")[2:]
            item = self.whole["components"][name[0]][name[1]]
        return item

    def operations(self):
        """Method, path, operation with the path's own parameters."""
        for path, item in self.whole["paths"].items():
            for method in METHODS:
                if method in item:
                    operation = dict(item[method])
                    operation["parameters"] = item.get("parameters", []) + \
                        operation.get("parameters", [])
                    yield method.upper(), path, operation

    def body_schema(self, operation):
        content = operation.get("requestBody", {}).get("content", {})
        return self.resolve(content["application/json"]["schema"]) if content else None

    def complaints(self, schema, value, where="answer"):
        """What of a value is not as the schema says."""
        schema = self.resolve(schema)
        found = []
        for part in schema.get("allOf", []):
            found += self.complaints(part, value, where)
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool,
                 "integer": int, "number": (int, float)}
        kind = schema.get("type")
        if kind and (not isinstance(value, kinds[kind]) or
                     (kind in ("integer", "number") and isinstance(value, bool))):
            return found + ["%s is no %s: %r" % (where, kind, value)]
        if "enum" in schema and value not in schema["enum"]:
            found.append("%s is %r, none of %s" % (where, value, schema["enum"]))
        if schema.get("format") == "date-time" and not re.fullmatch(r"\d{4}-.*Z", value):
            found.append("%s is no time: %r" % (where, value))
        if isinstance(value, dict):
            found += ["%s has no %s" % (where, name)
                      for name in schema.get("required", []) if name not in value]
            for name, part in schema.get("properties", {}).items():
                if name in value:
                    found += self.complaints(part, value[name], where + "." + name)
        if isinstance(value, list) and "items" in schema:
            for one in value[:20]:
                found += self.complaints(schema["items"], one, where + "[]")
        return found

    def complaints_of(self, operation, answer):
        """What of an answer is not as documented: status, type, content."""
        documented = operation["responses"].get(str(answer.status))
        if documented is None:
            return ["status %d is not documented: %s" % (answer.status, answer.text[:300])]
        content = self.resolve(documented).get("content")
        if not content:
            return []
        kind = answer.headers.get("content-type", "").split(";")[0]
        if kind not in content:
            return ["content type %r is not documented" % kind]
        if kind.endswith("json") and "ndjson" not in kind:
            return self.complaints(content[kind]["schema"], answer.json())
        return []


def target_of(path, places=None, parameters=None):
    for name, value in (places or {}).items():
        path = path.replace("{%s}" % name, urllib.parse.quote(str(value), safe=""))
    return path + ("?" + urllib.parse.urlencode(parameters) if parameters else "")
