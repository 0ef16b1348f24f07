# SPDX-License-Identifier: Apache-2.0
"""What the tests with a real site share: `rehome site serve` on a free port, and an administrator who is logged in."""
import json
import re
import subprocess
import threading

import support


class SiteTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.folder = self.work / "site"
        made = self.rehome("site", "init", self.folder, "--code", "TST", "--new-recovery-key", self.work / "recovery",
                           "--json").json
        self.fingerprint = made["fingerprint"]
        self.password = self.secret_file("password", made["password"])
        self.session = self.work / "config/session.json"
        self.server = None
        self.serve()
        self.addCleanup(self.stop)
        self.login()

    def serve(self, port=0):
        self.server = subprocess.Popen([support.PROGRAM, "site", "serve", str(self.folder), "--listen", f"127.0.0.1:{port}"],
                                       stderr=subprocess.PIPE, text=True)
        line = self.server.stderr.readline()
        self.port = int(re.search(r"at port (\d+)", line)[1])
        self.reader = threading.Thread(target=self.server.stderr.read)
        self.reader.start()
        self.url = f"https://127.0.0.1:{self.port}"

    def stop(self):
        if self.server.stderr.closed:
            return
        self.server.terminate()
        self.server.wait(timeout=60)
        self.reader.join()
        self.server.stderr.close()

    def login(self, user="admin", password=None, session=None):
        self.rehome("site", "login", self.url, "--fingerprint", self.fingerprint, "--user", user, "--password-file",
                    password or self.password, "--session", session or self.session, "--quiet")

    def site(self, command, *more, session=None, expect=support.SUCCESS):
        """A command of the administrator; its answer."""
        result = self.rehome(*command.split(), *more, "--session", session or self.session, "--json", expect=expect)
        return json.loads(result.out) if expect == support.SUCCESS else result

    def table(self, command, *more):
        """What people see."""
        return self.rehome(*command.split(), *more, "--session", self.session).out

    def enrol(self, which):
        token = self.work / f"token-{which}"
        self.site("computer token", "--life", "1h", "--to", token)
        return self.rehome("agent", "enrol", self.url, "--state", self.work / f"state-{which}", "--token-file", token,
                           "--fingerprint", self.fingerprint, "--name", which, "--json").json["computer"]
