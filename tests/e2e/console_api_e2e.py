# SPDX-License-Identifier: Apache-2.0
"""The console's API against its own document: every operation asked rightly and wrongly, by who may
and who may not; and what no browser may be made to do."""

import json
import pathlib
import re
import subprocess
import time
import unittest
import urllib.parse

import contract
from agent import Picket
from api_client import Browser, Document, target_of
from e2e_case import main
from sandbox import SERVER_V4, Sandbox

PASSWORD = "a long enough password"
RULE_ID = "11111111-1111-1111-1111-111111111111"
RULE = """
title: Encoded command
id: %s
level: high
tags: [attack.execution, attack.t1059.001]
logsource: {product: windows, category: process_creation}
detection:
  selection: {CommandLine|contains: ' -enc '}
  condition: selection
""" % RULE_ID
RECORD = {"EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Hostname": "WS1",
          "EventTime": "2026-01-02T03:04:05Z", "ProcessGuid": "{1}", "ProcessId": "77",
          "UtcTime": "2026-01-02 03:04:05.000", "Image": "C:\\Users\\eve\\a.exe",
          "CommandLine": "a -enc AAAA", "User": "WS1\\eve"}
# What a right request says where the document gives no default; the rest is left out.
VALUES = {"field": "process.name", "at": "2026-01-02T03:04:05Z", "query": "process.name:a*",
          "name": "somebody", "token": "x" * 43}
BODIES = {
    "signIn": {"user": "viewer", "password": PASSWORD},
    "triage": {"status": "in_progress"},
    "triageMany": {"match": {"status": "open,in_progress"}, "change": {"assignee": "eve"}},
    "addNote": {"text": "looked at"},
    "saveSearch": {"query": "kind:alert"},
    "putUser": {"role": "viewer", "password": PASSWORD},
    "addException": {"rule": "11111111-1111-1111-1111-111111111112", "reason": "a test"},
    "previewException": {"rule": RULE_ID, "reason": "a test"},
}
# May be refused for what is not there to be acted on.
CONDITIONAL = {"useSignInLink": 403, "merge": 409, "split": 409, "undo": 409, "removeException": 404}
ORDER = ["signOut"]  # last: it ends the session


class ConsoleApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.sink = cls.box.start_sink()
        cls.picket = Picket(cls.box, console="127.0.0.1:0")
        cls.addClassCleanup(cls.picket.close)
        state = pathlib.Path(contract.state_folder(cls.picket.socket))
        cls.analyze(state)
        cls.picket.start()
        for role in ("viewer", "analyst"):
            subprocess.run(contract.user_command(cls.picket.binary, cls.picket.socket, "add", role,
                                                 "--role", role),
                           input=PASSWORD + "\n", text=True, check=True)
        cls.document = Document()
        cls.sign_in()
        cls.incident = cls.admin.ask("GET", "/api/v1/incidents").json()["incidents"][0]
        cls.alert = cls.admin.ask("GET", "/api/v1/alerts?query=source.input:*").json()["alerts"][0]

    @classmethod
    def sign_in(cls):
        place = urllib.parse.urlsplit(cls.picket.ready["console"])
        cls.host, cls.port = place.hostname, place.port
        link = cls.picket.ready["sign_in"]
        cls.admin = cls.browser()
        cls.admin.take_session(cls.admin.ask("GET", link[link.index("/sign-in"):]))
        cls.viewer = cls.browser().sign_in("viewer", PASSWORD)

    @classmethod
    def analyze(cls, state):
        """Something to be found in the store: an alert of a log and its incident."""
        state.mkdir(mode=0o750)
        log, rule = cls.picket.folder / "log.json", cls.picket.folder / "rule.yml"
        log.write_text(json.dumps(RECORD) + "\n")
        rule.write_text(RULE)
        subprocess.run([cls.picket.binary, "analyze", str(log), "--sigma", str(rule), "--store",
                        str(state)], check=True, capture_output=True)

    @classmethod
    def browser(cls):
        return Browser(cls.host, cls.port)

    # --- the document, operation by operation --------------------------------------------------
    def operations(self):
        """Each with a right request: method, path, operation, places, parameters, body."""
        every = sorted(self.document.operations(), key=lambda one: one[2]["operationId"] in ORDER)
        for method, path, operation in every:
            name = operation["operationId"]
            places = {one["name"]: VALUES.get(one["name"]) for one in operation["parameters"]
                      if one["in"] == "path"}
            if "pid" in places:
                places["pid"] = self.picket.ready["pid"]
            if "id" in places:
                places["id"] = 7 if "exceptions" in path else \
                    self.alert["id"] if "alerts" in path else self.incident["id"]
            parameters = {one["name"]: VALUES[one["name"]] for one in operation["parameters"]
                          if one["in"] == "query" and one["name"] in VALUES
                          and one["schema"]["type"] != "integer"}
            body = BODIES.get(name)
            if name == "merge":
                body = {"into": self.incident["id"]}
            if name == "split":
                body = {"alerts": [self.alert["id"]]}
            yield method, path, operation, places, parameters, body

    def check(self, operation, answer, *allowed):
        self.assertEqual(self.document.complaints_of(operation, answer), [],
                         operation["operationId"])
        self.assertIn(answer.status, allowed, "%s: %s" % (operation["operationId"],
                                                          answer.text[:500]))
        if answer.status >= 400 and allowed != (413,):
            problem = answer.json()
            self.assertEqual(problem["status"], answer.status)
            self.assertTrue(problem["title"])

    def test_right(self):
        admin = self.browser()
        link = subprocess.run(contract.console_command(self.picket.binary, self.picket.socket),
                              capture_output=True, text=True, check=True).stdout.strip()
        admin.take_session(admin.ask("GET", link[link.index("/sign-in"):]))
        for method, path, operation, places, parameters, body in self.operations():
            if operation.get("x-picket-stream"):
                continue
            with self.subTest(operation["operationId"]):
                answer = admin.ask(method, target_of(path, places, parameters), body)
                right = [int(code) for code in operation["responses"] if code[0] in "23"]
                if operation["operationId"] in CONDITIONAL:
                    right.append(CONDITIONAL[operation["operationId"]])
                self.check(operation, answer, *right)

    def test_nobody_and_viewers_are_let_in_where_the_document_says(self):
        nobody = self.browser()
        for method, path, operation, places, parameters, body in self.operations():
            role = operation["x-picket-role"]
            if role == "nobody":
                continue
            with self.subTest(operation["operationId"]):
                target = target_of(path, places, parameters)
                self.check(operation, nobody.ask(method, target, body), 401)
                if role in ("analyst", "admin"):
                    self.check(operation, self.viewer.ask(method, target, body), 403)

    def test_wrong_parameters(self):
        for method, path, operation, places, parameters, body in self.operations():
            for one in operation["parameters"]:
                kind = one["schema"]
                wrong = {"none of these": "1"} if one["in"] == "path" else None
                bad = []
                if kind["type"] == "integer":
                    bad = ["x", "1.5", "-99999999999999999999"]
                elif "enum" in kind or kind["type"] == "boolean" or kind.get("format"):
                    bad = ["no such"]
                if kind.get("maxLength", 10 ** 6) <= 10_000:
                    bad.append("x" * (kind["maxLength"] + 1))
                if one.get("required") and one["in"] == "query":
                    bad.append(None)
                for value in bad:
                    with self.subTest("%s %s=%.40s" % (operation["operationId"], one["name"],
                                                       value)):
                        if one["in"] == "path":
                            target = target_of(path, {**places, one["name"]: value}, parameters)
                        else:
                            given = {**parameters, one["name"]: value}
                            target = target_of(path, places, {name: item for name, item
                                                              in given.items() if item is not None})
                        answer = self.admin.ask(method, target, body)
                        allowed = (400, 403) if operation["operationId"] == "useSignInLink" \
                            else (400,)
                        self.check(operation, answer, *allowed)
                        if answer.status == 400:
                            self.assertEqual(answer.json().get("field"), one["name"])
            if method == "GET":
                answer = self.admin.ask(method, target_of(path, places,
                                                          {**parameters, "no_such": 1}))
                self.assertEqual(answer.status, 400, operation["operationId"])

    def test_wrong_bodies(self):
        for method, path, operation, places, parameters, body in self.operations():
            schema = self.document.body_schema(operation)
            if not schema:
                continue
            target = target_of(path, places, parameters)
            with self.subTest(operation["operationId"]):
                for bad in (b"{", b"[]", b"7", b"\xff\xfe", b'{"a":' * 50):
                    self.check(operation, self.admin.ask(method, target, bad), 400)
                self.assertEqual(
                    self.admin.ask(method, target, {**body, "no_such_member": 1}).status, 400)
                for name, kind in schema.get("properties", {}).items():
                    wrong = [] if self.document.resolve(kind).get("type") == "string" else "text"
                    self.check(operation, self.admin.ask(method, target, {**body, name: wrong}),
                               400)
                for name in schema.get("required", []):
                    short = {member: value for member, value in body.items() if member != name}
                    self.check(operation, self.admin.ask(method, target, short), 400)
                self.assertEqual(self.admin.ask(method, target, b" " * 300_000).status, 413)
                self.admin.connection.close()
                answer = self.admin.ask(method, target, body, Content_Type="text/plain")
                self.assertEqual(answer.status, 415)

    # --- what nobody may be made to do ---------------------------------------------------------
    def test_other_sites_are_refused(self):
        target = "/api/v1/incidents/" + self.incident["id"]
        body = {"status": "closed"}
        for headers in ({"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"},
                        {"Sec_Fetch_Site": "same-site"}, {"X_Picket_Csrf": "x" * 43},
                        {"X_Picket_Csrf": None}):
            self.assertEqual(self.admin.ask("PATCH", target, body, **headers).status, 403, headers)
        self.assertEqual(self.admin.ask("GET", target, Host="evil.example").status, 421)
        self.assertEqual(self.admin.ask("GET", "/", Host="evil.example:80").status, 421)
        stands = self.admin.ask("GET", target).json()["incident"]["triage"]["status"]
        self.assertNotEqual(stands, "closed")

    def test_pages_say_what_browsers_must_not_do(self):
        answer = self.browser().ask("GET", "/", Sec_Fetch_Site="cross-site")
        self.assertEqual(answer.status, 200)
        policy = answer.headers["content-security-policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertNotIn("http", re.sub("http-equiv", "", policy))
        again = self.browser().ask("GET", "/", If_None_Match=answer.headers["etag"])
        self.assertEqual((again.status, again.text), (304, ""))
        for odd in ("/../etc/passwd", "/%2e%2e/etc/passwd", "//etc/passwd", "/a%00.js", "/a%zz"):
            self.assertIn(self.browser().ask("GET", odd).status, (200, 400, 404), odd)
            self.assertNotIn("root:", self.browser().ask("GET", odd).text)
        cookie = self.viewer_cookie()
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)

    def viewer_cookie(self):
        answer = self.browser().ask("POST", "/api/v1/session",
                                    {"user": "viewer", "password": PASSWORD})
        return answer.headers["set-cookie"]

    def test_wrong_passwords_are_slowed(self):
        guesser = self.browser()
        statuses = [guesser.ask("POST", "/api/v1/session",
                                {"user": "analyst", "password": "guess %d" % n}).status
                    for n in range(5)]
        self.assertEqual(statuses[:3], [401, 401, 401])
        self.assertIn(429, statuses)
        # The right one waits as well; the sign-in link does not.
        answer = guesser.ask("POST", "/api/v1/session", {"user": "analyst", "password": PASSWORD})
        self.assertEqual(answer.status, 429)
        self.assertGreaterEqual(int(answer.headers["retry-after"]), 1)

    def test_links_work_once(self):
        link = subprocess.run(contract.console_command(self.picket.binary, self.picket.socket),
                              capture_output=True, text=True, check=True).stdout.strip()
        target = link[link.index("/sign-in"):]
        first = self.browser().ask("GET", target)
        self.assertEqual((first.status, first.headers["location"]), (303, "/"))
        self.assertEqual(self.browser().ask("GET", target).status, 403)

    def test_a_new_connection_comes_by_within_two_seconds(self):
        events = self.viewer.events("/api/v1/live/stream?flows_max=2000&per_s=5")
        kind, frame = next(events)
        self.assertEqual(kind, "frame")
        schemas = self.document.whole["components"]["schemas"]
        self.assertEqual(self.document.complaints(schemas["Frame"], frame), [])
        begun = time.monotonic()
        client = self.box.start("open_many", SERVER_V4, self.sink.port, 1, 1,
                                stdin=subprocess.PIPE)
        for kind, data in events:
            if kind == "delta":
                self.assertEqual(self.document.complaints(schemas["FrameDelta"], data), [])
                if any(row["flow"].get("remote", {}).get("ip") == SERVER_V4
                       for row in data["flows"]):
                    break
        took = time.monotonic() - begun
        client.finish()
        self.assertLess(took, 2)

    def test_what_was_decided_outlives_a_restart(self):
        asked = {"rule": RULE_ID, "program": "C:\\Users\\*", "reason": "an exercise"}
        preview = self.admin.ask("POST", "/api/v1/exceptions/preview", asked).json()
        self.assertEqual((preview["total"], preview["incidents"]), (1, 1))
        self.assertEqual(preview["alerts"][0]["id"], self.alert["id"])
        made = self.admin.ask("POST", "/api/v1/exceptions", asked).json()
        incident = "/api/v1/incidents/" + self.incident["id"]
        self.admin.ask("POST", incident + "/notes", {"text": "seen before"})
        page = self.admin.ask("PATCH", incident, {"verdict": "test"}).json()
        self.assertTrue(page["can_undo"])
        old = self.admin
        self.picket.kill_agent()
        type(self).sign_in()
        kept = self.admin.ask("GET", "/api/v1/exceptions").json()["exceptions"]
        self.assertIn(made["id"], [one["id"] for one in kept])
        page = self.admin.ask("GET", incident).json()
        self.assertEqual(page["incident"]["triage"]["verdict"], "test")
        self.assertIn("seen before", [note["text"] for note in page["notes"]])
        page = self.admin.ask("POST", incident + "/undo").json()
        self.assertNotEqual(page["incident"]["triage"]["verdict"], "test")
        rule = self.admin.ask("GET", "/api/v1/detections?since=2026-01-01T00:00:00Z&text=" +
                              RULE_ID).json()["detections"][0]
        self.assertEqual((rule["hits"], rule["exceptions"], rule["detector"]), (1, 1, "sigma"))
        stale = self.browser()
        stale.cookie = old.cookie
        self.assertEqual(stale.ask("GET", "/api/v1/session").status, 401)

    def test_a_store_is_served_without_an_agent(self):
        folder = self.picket.folder / "alone"
        self.analyze(folder)
        served = subprocess.Popen(contract.serve_command(self.picket.binary, folder),
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            link = urllib.parse.urlsplit(served.stdout.readline().strip())
            reader = Browser(link.hostname, link.port)
            reader.take_session(reader.ask("GET", link.path + "?" + link.query))
            self.assertFalse(reader.ask("GET", "/api/v1/session").json()["agent"])
            self.assertEqual(reader.ask("GET", "/api/v1/incidents").json()["total"], 1)
            self.assertEqual(reader.ask("GET", "/api/v1/live/frame").status, 503)
        finally:
            served.terminate()
            served.communicate(timeout=10)
        self.assertEqual(served.returncode, 0)


if __name__ == "__main__":
    main()
