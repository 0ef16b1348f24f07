# SPDX-License-Identifier: Apache-2.0
"""`site backup` and `site restore` with the real programs: what comes back works, what is wrong is refused."""
import contextlib
import os
import shutil
import sqlite3
import threading

import site_support
import support
from support import DAMAGED, IO, NOT_FOUND, REFUSED, UNSUPPORTED, WRONG_KEY


class Backup(site_support.SiteTest):
    def setUp(self):
        super().setUp()
        self.file = self.work / "backup"
        self.secret = self.work / "recovery"

    def back_up(self, expect=support.SUCCESS):
        return self.rehome("site", "backup", self.folder, self.file, expect=expect)

    def restore(self, folder, secret=None, expect=support.SUCCESS):
        return self.rehome("site", "restore", self.file, folder, "--recovery-secret", secret or self.secret, expect=expect)

    def move_to(self, folder):
        """From now on the tests speak with the site there, at the same port."""
        self.folder = folder
        self.serve(self.port)

    def step(self, which, name, *more):
        return self.rehome("step", *name.split(), "--state", self.work / f"state-{which}", "--json", *more)

    def test_a_served_site_is_backed_up_and_its_stores_are_found_again(self):
        old, new = self.computer("old"), self.computer("new")
        home = old.add_user("ann")
        (home / "photo").write_bytes(os.urandom(1_500_000))
        old.own("ann")
        ids = {which: self.enrol(which) for which in ("old", "new")}
        self.site("association add", "old", "new")
        self.step("old", "request-state-store capture", "--root", old.root)
        self.step("old", "capture-user-state", "--root", old.root)
        self.step("old", "release-state-store")
        self.back_up()
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o600)
        content = self.file.read_bytes()
        for secret in (ids["old"].encode(), (self.folder / "site.key").read_bytes(), b"CREATE", b"ann"):
            self.assertNotIn(secret, content)
        self.stop()
        there = self.work / "there"
        there.mkdir()
        shutil.move(self.folder / "states", there / "states")  # the disk that was saved
        shutil.rmtree(self.folder)
        self.restore(there)
        self.assertEqual({(there / name).stat().st_mode & 0o77 for name in ("", "site.key", "site.db", "server.pem")}, {0})
        self.move_to(there)
        self.assertEqual({computer["id"] for computer in self.site("computer list")["items"]}, set(ids.values()))
        self.step("new", "request-state-store restore")
        self.step("new", "restore-user-state", "--root", new.root)
        self.step("new", "release-state-store")
        self.assert_same_tree(old.root / "home/ann", new.root / "home/ann")

    def test_it_is_one_state_while_the_site_is_written_to(self):
        added = []
        done = threading.Event()

        def write():
            while not done.is_set():
                added.append(self.site("computer add", f"pc{len(added)}")["id"])

        writer = threading.Thread(target=write)
        writer.start()
        try:
            while len(added) < 5:
                self.assertTrue(writer.is_alive())
            before = len(added)
            self.back_up()
        finally:
            done.set()
            writer.join()
        self.restore(self.work / "there")
        records = sqlite3.connect(self.work / "there/site.db")
        kept = {row[0] for row in records.execute("SELECT id FROM computers")}
        told = {row[0] for row in records.execute("SELECT subject FROM audit WHERE subject LIKE 'c-%'")}
        records.close()
        self.assertLessEqual(set(added[:before]), kept)
        self.assertEqual(kept, told)

    def test_it_replaces_nothing_and_needs_a_site(self):
        self.back_up()
        before = self.file.read_bytes()
        self.assertNotEqual(self.back_up(expect=None).code, support.SUCCESS)
        self.assertEqual(self.file.read_bytes(), before)
        self.assertNotEqual(self.restore(self.folder, expect=None).code, support.SUCCESS)
        self.file.unlink()
        (self.work / "empty").mkdir(mode=0o700)
        self.folder = self.work / "empty"
        self.back_up(expect=NOT_FOUND)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_is_damaged_cut_or_for_another_key_is_refused(self):
        self.back_up()
        there = self.work / "there"
        whole = self.file.read_bytes()
        self.rehome("recovery", "keygen", self.work / "other")
        self.restore(there, secret=self.work / "other", expect=WRONG_KEY)
        self.rehome("site", "restore", self.file, there, expect=WRONG_KEY)
        for size in (0, 10, 60, 110, len(whole) // 2, len(whole) - 1):
            self.file.write_bytes(whole[:size])
            self.restore(there, expect=DAMAGED)
        for place in (5, 115, len(whole) // 2, len(whole) - 1):
            self.file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
            self.restore(there, expect=DAMAGED)
        self.file.write_bytes(whole + b"x")
        self.restore(there, expect=DAMAGED)
        self.file.write_bytes(whole.replace(b"backup 1", b"backup 2", 1))
        self.restore(there, expect=UNSUPPORTED)
        self.assertFalse(there.exists())
        self.file.write_bytes(whole)
        self.file.chmod(0o644)
        self.assertIn(f"{self.file} is to be kept secret", self.restore(there, expect=REFUSED).err)

    def test_what_could_not_be_made_leaves_nothing(self):
        self.back_up()
        there = self.work / "there"
        nobody = ("--database", "postgresql://nobody@127.0.0.1:1/site")
        self.rehome("site", "restore", self.file, there, "--recovery-secret", self.work / "recovery", *nobody, expect=IO)
        self.assertFalse(there.exists())
        self.rehome("site", "init", there, "--code", "TST", "--new-recovery-key", self.work / "another", *nobody, expect=IO)
        self.assertFalse(there.exists())
        self.restore(there)
        self.assertEqual(self.restored_audit(there), [("site restore", f"backed up in {self.folder}")])

    def restored_audit(self, folder):
        with contextlib.closing(sqlite3.connect(folder / "site.db")) as records:
            return records.execute("SELECT who, why FROM audit WHERE what = 'site restored'").fetchall()

    def test_records_that_are_gone_are_not_made_anew(self):
        self.stop()
        (self.folder / "site.db").unlink()
        self.assertIn("are gone", self.back_up(expect=NOT_FOUND).err)
        result = self.rehome("site", "serve", self.folder, "--listen", "127.0.0.1:0", expect=NOT_FOUND)
        self.assertIn("site restore", result.err)
        self.assertFalse((self.folder / "site.db").exists())

    def test_records_of_a_newer_program(self):
        self.stop()
        records = sqlite3.connect(self.folder / "site.db")
        records.execute("UPDATE schema_version SET version = version + 1")
        records.commit()
        records.close()
        self.assertIn("newer program", self.back_up(expect=UNSUPPORTED).err)


class Fingerprint(site_support.SiteTest):
    def test_what_site_init_said(self):
        self.assertEqual(self.rehome("site", "fingerprint", self.folder).out, self.fingerprint + "\n")
        self.assertEqual(self.rehome("site", "fingerprint", self.folder, "--json").json, {"fingerprint": self.fingerprint})
        self.rehome("site", "fingerprint", self.work, expect=NOT_FOUND)


if __name__ == "__main__":
    support.main()
