# SPDX-License-Identifier: Apache-2.0
"""What the tests of the agent share: two small computers and a site that stands in for the real one."""
import os
import subprocess
import sys
import time

import support

sys.path.insert(0, str(support.SOURCE / "tests/support"))
import fake_site  # noqa: E402


class AgentTest(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.site = fake_site.FakeSite(self.work / "site")
        self.addCleanup(self.site.stop)
        self.port = self.site.port  # where agents are told to go
        self.old = self.computer("old")
        self.new = self.computer("new")
        for name in ("ann", "ben"):
            home = self.old.add_user(name)
            (home / "letter").write_text(f"dear reader, yours {name}\n" * 2000)
            (home / "photo").write_bytes(os.urandom(1_500_000))
            self.old.own(name)
        self.state = {"old": self.work / "state-old", "new": self.work / "state-new"}

    def enrol(self, which, *more, token=None, expect=support.SUCCESS):
        file = self.secret_file(f"token-{which}", token or self.site.make_token())
        result = self.rehome("agent", "enrol", f"https://127.0.0.1:{self.port}", "--state", self.state[which], "--token-file",
                             file, "--fingerprint", self.site.authority.fingerprint, "--name", which, "--json", *more,
                             expect=expect)
        return result.json.get("computer") if expect == support.SUCCESS else result

    def step(self, which, name, *more, expect=support.SUCCESS):
        return self.rehome("step", *name.split(), "--state", self.state[which], "--json", *more, expect=expect)

    def start_step(self, which, name, *more):
        return subprocess.Popen([support.PROGRAM, "step", *name.split(), "--state", self.state[which], *map(str, more)],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def capture_remotely(self, which="old"):
        root = self.old.root
        self.step(which, "request-state-store capture", "--root", root)
        self.step(which, "capture-user-state", "--root", root)
        return self.step(which, "release-state-store")

    def restore_remotely(self, which="new"):
        self.step(which, "request-state-store restore")
        self.step(which, "restore-user-state", "--root", self.new.root)
        return self.step(which, "release-state-store")

    def log(self, which):
        return (self.state[which] / "agent.log").read_text()

    def wait_for(self, condition, seconds=20):
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.assertTrue(condition())

    def assert_restored(self, *names):
        for name in names:
            self.assert_same_tree(self.old.root / "home" / name, self.new.root / "home" / name)
