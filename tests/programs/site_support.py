# SPDX-License-Identifier: Apache-2.0
"""What the tests with a real site share: `rehome site serve` on a free port, and an administrator who is logged in."""
import json
import os
import re
import signal
import subprocess
import threading

import support


def measurable_memory():
    """An environment in which the address sanitizer holds back little of what is freed: tests look at the memory."""
    options = [os.environ.get("ASAN_OPTIONS", ""), "quarantine_size_mb=8"]
    return os.environ | {"ASAN_OPTIONS": ":".join(filter(None, options))}


class SiteTest(support.ProgramTest):
    INIT_OPTIONS = ()

    def setUp(self):
        super().setUp()
        self.folder = self.site_folder()
        made = self.rehome("site", "init", self.folder, "--code", "TST", "--new-recovery-key", self.work / "recovery",
                           "--json", *self.INIT_OPTIONS).json
        self.fingerprint = made["fingerprint"]
        self.password = self.secret_file("password", made["password"])
        self.session = self.work / "config/session.json"
        self.server = None
        self.serve()
        self.addCleanup(self.stop)
        self.login()

    def site_folder(self):
        return self.work / "site"

    def serve(self, port=0):
        self.server = subprocess.Popen([support.PROGRAM, "site", "serve", str(self.folder), "--listen", f"127.0.0.1:{port}"],
                                       stderr=subprocess.PIPE, text=True, env=measurable_memory())
        self.said = []
        while (at := re.search(r"at port (\d+)", line := self.server.stderr.readline())) is None:
            self.assertNotEqual(line, "", f"the site is not served: {self.said}")
            self.said.append(line)
        self.port = int(at[1])
        self.reader = threading.Thread(target=self.said.extend, args=(self.server.stderr,))
        self.reader.start()
        self.url = f"https://127.0.0.1:{self.port}"

    def stop(self):
        if self.server.stderr.closed:
            return
        self.server.terminate()
        self.end(support.SUCCESS)

    def kill(self):
        self.server.kill()
        self.end(-signal.SIGKILL)

    def end(self, expect):
        code = self.server.wait(timeout=60)
        self.reader.join()
        self.server.stderr.close()
        self.assertEqual(code, expect, "".join(self.said))

    def login(self, user="admin", password=None, session=None):
        self.rehome("site", "login", self.url, "--fingerprint", self.fingerprint, "--user", user, "--password-file",
                    password or self.password, "--session", session or self.session, "--quiet")

    def viewer(self):
        """The session of somebody who may look and no more."""
        password = self.secret_file("viewer-password", "the password of victor")
        self.site("site user add", "victor", "--password-file", password)
        session = self.work / "victor.json"
        self.login("victor", password, session)
        return session

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


class MigrationTest(SiteTest):
    """Two enrolled computers, and what people do with them."""

    def setUp(self):
        super().setUp()
        self.old, self.new = self.computer("old"), self.computer("new")
        for name in ("ann", "ben"):
            home = self.old.add_user(name)
            (home / "letter").write_text(f"dear reader, yours {name}\n" * 2000)
            (home / "photo").write_bytes(os.urandom(1_500_000))
            self.old.own(name)
        self.ids = {which: self.enrol(which) for which in ("old", "new")}

    def configure(self, settings):
        """What the agents' own administrators allow."""
        for which in self.ids:
            config = self.work / f"state-{which}/config.json"
            config.write_text(json.dumps(settings))
            config.chmod(0o600)

    def start_step(self, which, name, *more):
        return subprocess.Popen([support.PROGRAM, "step", *name.split(), "--state", str(self.work / f"state-{which}"),
                                 *map(str, more)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def step(self, which, name, *more, expect=support.SUCCESS):
        return self.rehome("step", *name.split(), "--state", self.work / f"state-{which}", "--json", *more, expect=expect)

    def capture(self):
        self.step("old", "request-state-store capture", "--root", self.old.root)
        self.step("old", "capture-user-state", "--root", self.old.root)
        self.step("old", "release-state-store")
        return self.site("site store list", "--state", "captured")["items"][0]["id"]

    def restore(self, which):
        self.step(which, "request-state-store restore")
        self.step(which, "restore-user-state", "--root", self.new.root)
        self.step(which, "release-state-store")
        self.assert_restored()

    def assert_restored(self):
        for name in ("ann", "ben"):
            self.assert_same_tree(self.old.root / "home" / name, self.new.root / "home" / name)
