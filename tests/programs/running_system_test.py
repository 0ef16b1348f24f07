#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rehome as the running system's own program: inside a real Debian root that is its "/", with processes, mounts and
users of its own, accounts through the name service, and without --root."""
import os
import shutil
import subprocess

import inside_support
import support
from support import tree_record


class RunningSystem(inside_support.InsideTest):
    def setUp(self):
        super().setUp()
        self.old = self.install(self.computer("old"))
        self.home = self.old.add_user("ann")
        (self.home / "Documents").mkdir()
        (self.home / "Documents/letter").write_text("dear reader\n" * 100)
        os.link(self.home / "Documents/letter", self.home / "second name")
        (self.home / "sticky").mkdir(mode=0o1777)
        self.old.own("ann")

    def test_capture_and_restore_of_the_running_system(self):
        key = ["--passphrase-file", "/opt/rehome/passphrase"]
        self.assertIn("ann", self.inside(self.old, "users").out)
        captured = self.inside(self.old, "capture", "--json", *key, "/srv/store").json
        self.assertEqual(captured["users"], ["ann"])
        new = self.install(self.computer("new"))
        shutil.copytree(self.old.root / "srv/store", new.root / "srv/store")
        restored = self.inside(new, "restore", "--json", *key, "/srv/store").json
        self.assertEqual(restored["created_accounts"], ["ann"])
        self.assert_same_tree(self.home, new.root / "home/ann")
        read = ["cat", "/home/ann/Documents/letter", "/home/ann/second name"]
        subprocess.run(["chroot", "--userspec=ann", str(new.root), *read], check=True, capture_output=True)

    def test_refresh_of_the_running_system_with_hard_links(self):
        before = tree_record.record(self.home)
        self.inside(self.old, "capture", "--kind", "hard-link", "/rehome-store")
        self.old.remove_system(keep="rehome-store")
        subprocess.run(["cp", "-a", f"{support.debian_root()}/.", str(self.old.root)], check=True)
        self.install(self.old)
        self.inside(self.old, "restore", "/rehome-store")
        self.assert_same_tree(before, self.old.root / "home/ann")


if __name__ == "__main__":
    support.main()
