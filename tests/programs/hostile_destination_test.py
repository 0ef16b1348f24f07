#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What users, links and mounts of the destination must not make of a restore that runs as root, on a real computer."""
import os
import subprocess

import support
from support import LOSSES


def owner(path):
    status = os.lstat(path)
    return status.st_uid, status.st_mode & 0o7777


class HostileDestination(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.old = self.computer("old")
        self.home = self.old.add_user("ann")
        (self.home / "d").mkdir()
        (self.home / "d/letter").write_text("dear reader")
        (self.home / "Documents").mkdir()
        (self.home / "Documents/override.conf").write_text("[Service]")
        self.old.own("ann")

    def bind(self, what, where):
        where.mkdir(parents=True, exist_ok=True)
        mounted = subprocess.run(["mount", "--bind", what, where], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no bind mounts: {mounted.stderr}")
        self.addCleanup(subprocess.run, ["umount", where], check=True)

    def test_what_others_own_in_a_home_and_what_is_bound_there_stays_theirs(self):
        self.capture(self.old.root)
        new = self.computer("new")
        ann = new.add_user("ann")
        self.bind(new.root / "etc", ann / "d")
        (ann / "Documents").mkdir(mode=0o700)
        (ann / "Documents/admin.txt").write_text("root's")
        etc = owner(new.root / "etc")
        self.restore(new.root, expect=LOSSES)
        self.assertEqual(owner(new.root / "etc"), etc)
        self.assertFalse((new.root / "etc/letter").exists())
        self.assertEqual(owner(ann / "Documents"), (0, 0o700))

    def test_who_has_a_home_behind_a_link_that_another_user_set_is_left_out(self):
        self.capture(self.old.root)
        new = self.computer("new")
        eve = new.add_user("eve")
        new.run("useradd", "-M", "-d", "/home/eve/fam/ben", "ben")
        (eve / "fam").symlink_to("/opt")
        os.lchown(eve / "fam", new.uid("eve"), new.gid("eve"))
        self.restore(new.root, "--map-user", "ann:ben", expect=LOSSES)
        self.assertFalse((new.root / "opt/ben").exists())

    def test_a_known_folder_of_a_users_behind_a_link_is_not_made(self):
        self.capture(self.old.root)
        new = self.computer("new")
        ann = new.add_user("ann")
        place = new.root / "srv/ann"
        place.mkdir()
        (place / "lnk").symlink_to("/etc/systemd/system")
        (ann / ".config").mkdir()
        (ann / ".config/user-dirs.dirs").write_text('XDG_DOCUMENTS_DIR="/srv/ann/lnk/cron.service.d"\n')
        new.own("ann")
        self.restore(new.root, expect=None)
        self.assertFalse((new.root / "etc/systemd/system/cron.service.d").exists())
        self.assertTrue((ann / "Documents/override.conf").exists())

    def test_a_living_user_of_the_source_keeps_a_file_that_the_link_store_holds(self):
        ben = self.old.add_user("ben")
        (ben / "d").mkdir()
        (ben / "d/letter").write_text("dear reader")
        self.old.own("ben")
        (ben / "d/letter").chmod(0o600)
        os.utime(ben / "d/letter", (1_000_000_000, 1_000_000_000))
        store = self.old.root / "home/store"
        self.rehome("capture", "--json", "--root", self.old.root, "--kind", "hard-link", store)
        before = os.lstat(ben / "d/letter")
        self.rehome("restore", "--json", "--root", self.old.root, "--users", "ann", "--map-user", "ann:ben", store,
                    expect=LOSSES)
        after = os.lstat(ben / "d/letter")
        self.assertEqual((after.st_mode, after.st_mtime, after.st_nlink), (before.st_mode, before.st_mtime, 2))


if __name__ == "__main__":
    support.main()
