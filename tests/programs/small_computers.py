# SPDX-License-Identifier: Apache-2.0
"""A computer with one user and a few files, for tests of what goes wrong."""
import os
import subprocess
import time

import support


class SmallComputers(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.old = self.computer("old")
        self.home = self.old.add_user("ann")
        (self.home / "letter").write_text("dear reader\n" * 5000)
        (self.home / "photo").write_bytes(os.urandom(2_000_000))
        self.old.own("ann")

    def assert_says(self, result, *words):
        for word in words:
            self.assertIn(word, result.err)
        self.assertEqual(len(result.err.strip().splitlines()), 1, result.err)


    def start_capture(self):
        for number in range(8):
            (self.home / f"big-{number}").write_bytes(os.urandom(60_000_000))
        self.old.own("ann")
        return subprocess.Popen([support.PROGRAM, "capture", "--root", self.old.root, "--passphrase-file",
                                 self.pass_file, self.store], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_for_packs(self):
        deadline = time.monotonic() + 20
        while not list(self.store.glob("packs/*/*")) and time.monotonic() < deadline:
            time.sleep(0.005)
