#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What hostile computers may try with deployed sequences at a real site, and a hostile site with a computer."""
import http.client
import json
import sqlite3
import ssl

import deployment_support
import support

SIGNATURE = "A" * 86 + "=="


class Abuse(deployment_support.DeploymentTest):
    def setUp(self):
        super().setUp()
        self.ids["thief"] = self.enrol("thief")
        self.configure(sequence_signers=[self.signer])

    def ask(self, method, path, body=None, which=None, token=None):
        """Status and answer, with the certificate of a computer or the token of a session."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if which is not None:
            identity = json.loads((self.state_of(which) / "identity.json").read_text())
            context.load_cert_chain(self.secret_file(f"pem-{which}", identity["certificate"] + identity["private_key"]))
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=context)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def token(self):
        return json.loads(self.session.read_text())["token"]

    def report(self, **more):
        return {"state": "running", "step": "x", "message": "", "steps": [], **more}

    def step(self, position, **more):
        return {"position": position, "step": 0, "name": "n", "outcome": "done", "code": 0, "attempts": 1, "started": 0,
                "ended": 0, "message": "", **more}

    def wanted(self, **more):
        """A deployment as a client of our own would post it."""
        return {"id": "a" * 32, "file": "f.yaml", "text": json.dumps({"sequence": "S", "steps": [self.harmless()]}),
                "variables": {}, "computers": [self.ids["one"]], "from": 0, "until": 4_000_000_000, **more}

    def post(self, **more):
        return self.ask("POST", "/api/v1/deployments", self.wanted(**more), token=self.token())

    def test_what_is_anothers_is_not_there(self):
        deployment = self.deploy_signed(self.command("true"), more=("--set", "SITE_SECRET=xyzzy"))
        path = f"/api/v1/agent/deployments/{deployment}"
        for method, where, body in (("GET", path, None), ("POST", path, self.report()),
                                    ("POST", path, self.report(state="succeeded", steps=[self.step(0)])),
                                    ("POST", path + "/log", {"lines": [{"time": "now", "text": "x"}]})):
            status, answer = self.ask(method, where, body, which="thief")
            self.assertEqual(status, 404, answer)
            self.assertNotIn("xyzzy", answer)
            self.assertEqual(self.ask(method, where, body)[0], 401)
            self.assertEqual(self.ask(method, where, body, token=self.token())[0], 401)
        hello = json.loads(self.ask("POST", "/api/v1/agent/hello",
                                    {"name": "thief", "agent_version": "1", "logged_in": []}, which="thief")[1])
        self.assertEqual(hello["deployments"], [])
        told = self.assert_is(deployment, "waiting")
        self.assertEqual((told["steps"], told["log"]), ([], []))
        for where in ("/api/v1/deployments", f"/api/v1/deployments/{deployment}", "/api/v1/groups"):
            self.assertEqual(self.ask("GET", where, which="thief")[0], 401, where)

    def test_reports_have_limits(self):
        deployment = self.deploy_signed(self.command("true"))
        path = f"/api/v1/agent/deployments/{deployment}"
        for body in (self.report(state="expired"), self.report(state="cancelled"), self.report(state="on fire"),
                     self.report(more=1), self.report(steps=[self.step(2000)]), self.report(steps=[self.step(-1)]),
                     self.report(steps=[self.step(i) for i in range(201)]), self.report(message="m" * 5000),
                     self.report(steps=[self.step(0, extra=1)]), self.report(message="m" * 2_000_000)):
            status, answer = self.ask("POST", path, body, which="one")
            self.assertIn(status, (400, 403, 413), answer)
        self.assertEqual(self.on(deployment)["steps"], [])
        status, _ = self.ask("POST", path, self.report(message="a\n\x1b[2Jb", steps=[self.step(0, name="\x00\n")]),
                             which="one")
        self.assertEqual(status, 200)
        told = self.on(deployment)
        self.assertEqual((told["message"], told["steps"][0]["name"]), ("a  [2Jb", "  "))
        self.assertNotIn("\x1b", self.table("site deployment show", deployment))

    def test_a_site_checks_again_what_it_is_given(self):
        text = self.wanted()["text"]
        command = json.dumps({"sequence": "S", "steps": [self.command("true")]})
        for expected, more in ((400, {"id": "x"}), (400, {"computers": []}), (400, {"until": 0}), (404, {"computers": ["c-none"]}),
                               (400, {"text": "sequence: S\nsteps: nothing"}), (403, {"text": command}),
                               (400, {"signature": SIGNATURE, "signer": "nobody"}), (400, {"extra": 1}),
                               (400, {"signature": "no Base64", "signer": self.signer}),
                               (403, {"signature": SIGNATURE, "signer": self.signer}),
                               (400, {"text": text + " " * 300 * 1024}), (413, {"text": text + " " * (1 << 20)}),
                               (413, {"computers": [self.ids["one"]] * 5001}), (400, {"computers": [self.ids["one"]] * 2}),
                               (400, {"until": 4_000_000_000, "from": 1})):
            status, answer = self.post(**({"from": 3_990_000_000} | more))
            self.assertEqual(status, expected, (more.keys(), answer))
        self.assertEqual(self.site("site deployments")["items"], [])
        self.assertIn("f.yaml:", self.post(text="sequence: S\nsteps: nothing", **{"from": 3_990_000_000})[1])
        self.assertEqual(self.post(**{"from": 3_990_000_000})[0], 201)
        self.assertEqual(self.post(**{"from": 3_990_000_000})[0], 409)

    def test_more_than_a_computer_takes(self):
        """From a site that does not keep to its own limits: refused, and in the way of nothing else."""
        large = self.deploy_signed(self.command("true"))
        huge = self.deploy_signed(self.command("true"))
        good = self.deploy_signed(self.command("true"))
        self.stop()
        with sqlite3.connect(self.folder / "site.db") as database:
            for deployment, size in ((large, 300 * 1024), (huge, 3 << 20)):
                database.execute("UPDATE deployments SET text = text || ? WHERE id = ?", (" " * size, deployment))
        database.close()
        self.serve(self.port)
        self.run_agent()
        self.assert_is(large, "refused", "at most 256 KiB")
        self.assert_is(huge, "waiting")
        self.assertIn(f"the deployment {huge}: ", self.log())
        self.assert_is(good, "succeeded")

    def test_folders_of_others_are_not_believed(self):
        self.run_agent()
        folders = self.state_of("one") / "deployments"
        folders.mkdir()
        folders.chmod(0o777)
        elsewhere = self.work / "elsewhere"
        elsewhere.mkdir(mode=0o755)
        deployment = self.deploy_signed(self.command("true"))
        (folders / deployment).symlink_to(elsewhere)
        self.run_agent()
        self.assertEqual(list(elsewhere.iterdir()), [])
        self.assert_is(deployment, "waiting")


if __name__ == "__main__":
    support.main()
