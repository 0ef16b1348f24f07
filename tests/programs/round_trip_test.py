#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The main job with the real program on real Debian roots with real accounts."""
import os
import pathlib
import subprocess
import time

import support
from support import LOSSES, SUCCESS, tree_record


def fill_home(home):
    """A little of everything that copies lose."""
    (home / "Documents/letters/empty").mkdir(parents=True)
    (home / "Documents/letters/a.txt").write_text("dear reader\n" * 1000)
    (home / "Documents/photo.jpg").write_bytes(os.urandom(3_000_000))
    os.link(home / "Documents/photo.jpg", home / "second name.jpg")
    os.symlink("../elsewhere", home / "Documents/link")
    os.symlink("/etc/passwd", home / "absolute link")
    (home / "empty file").touch()
    with open(home / "sparse", "wb") as file:
        file.truncate(1 << 30)
        file.seek(700 << 20)
        file.write(b"data in the middle")
    odd = os.fsencode(home) + b"/name\nwith newline \xff\xfe and invalid UTF-8"
    with open(odd, "wb") as file:
        file.write(b"odd")
    (home / ("n" * 255)).write_text("longest name")
    os.mkfifo(home / "fifo")
    (home / "tool").write_text("#!/bin/sh\n")
    (home / "tool").chmod(0o755)
    (home / "nobody may").write_text("x")
    (home / "nobody may").chmod(0)
    os.setxattr(home / "Documents/letters/a.txt", "user.origin", b"typed by hand")


def age(home):
    os.utime(home / "Documents/letters/a.txt", ns=(1_000_000_000_123_456_789, 1_000_000_000_123_456_789))
    os.utime(home / "empty file", ns=(-100_000_000_000_000_001, -100_000_000_000_000_001))  # 1966
    os.utime(home / "Documents", ns=(981_173_106_000_000_789, 981_173_106_000_000_789))


class RoundTrip(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.old = self.computer("old")
        self.new = self.computer("new")

    def make_user(self, name, *options):
        home = self.old.add_user(name, *options)
        fill_home(home)
        self.old.own(name)
        age(home)
        return home

    def test_everything_arrives_with_the_same_ids(self):
        home = self.make_user("ann")
        captured = self.capture(self.old.root).json
        self.assertEqual(captured["users"], ["ann"])
        self.assertTrue(captured["encrypted"])
        restored = self.restore(self.new.root).json
        self.assertEqual(restored["created_accounts"], ["ann"])
        self.assertEqual(self.new.uid("ann"), self.old.uid("ann"))
        self.assert_same_tree(home, self.new.root / "home/ann")

    def test_taken_ids_are_mapped_in_owners_and_acls(self):
        home = self.make_user("ann")
        self.make_user("ben")
        subprocess.run(["setfacl", "-m", f"u:{self.old.uid('ben')}:rw", home / "tool"], check=True)
        self.new.add_user("carl")
        self.new.add_user("dora")
        self.capture(self.old.root)
        self.restore(self.new.root)
        users = {self.old.uid(name): self.new.uid(name) for name in ("ann", "ben")}
        groups = {self.old.gid(name): self.new.gid(name) for name in ("ann", "ben")}
        self.assertNotEqual(self.old.uid("ann"), self.new.uid("ann"))
        for name in ("ann", "ben"):
            self.assert_same_tree(self.old.root / "home" / name, self.new.root / "home" / name, users, groups)

    def test_restored_accounts_are_locked_and_keep_comment_shell_and_groups(self):
        self.old.run("groupadd", "-g", "2345", "family")
        self.make_user("ann", "-c", "Ann Example", "-G", "family,sudo")
        self.capture(self.old.root)
        self.restore(self.new.root, expect=None)
        fields = self.new.account("ann")
        self.assertEqual((fields[4], fields[5], fields[6]), ("Ann Example", "/home/ann", "/bin/bash"))
        shadow = (self.new.root / "etc/shadow").read_text()
        self.assertRegex(shadow, r"(?m)^ann:!")
        groups = (self.new.root / "etc/group").read_text()
        self.assertRegex(groups, r"(?m)^family:x:2345:ann$")
        self.assertRegex(groups, r"(?m)^sudo:x:\d+:$")

    def test_a_second_restore_changes_nothing(self):
        self.make_user("ann")
        self.capture(self.old.root)
        self.restore(self.new.root)
        before = tree_record.record(self.new.root / "home/ann")
        again = self.restore(self.new.root).json
        self.assertEqual(again["written"], 0)
        self.assert_same_tree(before, self.new.root / "home/ann")

    def test_restoring_as_another_user(self):
        home = self.make_user("ann")
        self.new.add_user("anna")
        for name in (".bashrc", ".profile", ".bash_logout"):
            (self.new.root / "home/anna" / name).unlink(missing_ok=True)
        self.capture(self.old.root)
        self.restore(self.new.root, "--map-user", "ann:anna")
        self.assertIsNone(self.new.account("ann"))
        users = {self.old.uid("ann"): self.new.uid("anna")}
        groups = {self.old.gid("ann"): self.new.gid("anna")}
        self.assert_same_tree(home, self.new.root / "home/anna", users, groups)

    def test_what_is_in_the_way_stays_and_the_restored_file_lands_beside_it(self):
        self.make_user("ann")
        self.new.add_user("ann")
        (self.new.root / "home/ann/Documents").mkdir()
        (self.new.root / "home/ann/Documents/photo.jpg").write_text("mine, not yours")
        self.new.own("ann")
        self.capture(self.old.root)
        self.restore(self.new.root)
        documents = self.new.root / "home/ann/Documents"
        self.assertEqual((documents / "photo.jpg").read_text(), "mine, not yours")
        self.assertEqual((documents / "photo(1).jpg").read_bytes(),
                         (self.old.root / "home/ann/Documents/photo.jpg").read_bytes())

    def test_dry_run_writes_nothing(self):
        self.make_user("ann")
        self.capture(self.old.root)
        before = tree_record.record(self.new.root / "etc")
        dry = self.restore(self.new.root, "--dry-run").json
        self.assertGreater(dry["objects"], 10)
        self.assert_same_tree(before, self.new.root / "etc")
        self.assertEqual(list((self.new.root / "home").iterdir()), [])

    def test_dry_run_says_what_would_land_where(self):
        home = self.make_user("ann")
        (home / ".config").mkdir()
        (home / ".config/user-dirs.dirs").write_text('XDG_DOCUMENTS_DIR="$HOME/Papers"\n')
        (home / "Papers").mkdir()
        (home / "Papers/a.txt").write_text("a")
        self.old.own("ann")
        self.capture(self.old.root)
        dry = self.restore(self.new.root, "--dry-run").json
        self.assertEqual(dry["homes"], {"ann": "/home/ann"})
        self.assertEqual(dry["known_folders"]["ann"]["documents"], "/home/ann/Papers")
        self.assertEqual(dry["system_locations"], {})
        text = self.rehome("restore", "--dry-run", "--root", self.new.root, "--passphrase-file", self.pass_file, self.store)
        self.assertIn("ann /home/ann\n", text.out)
        self.assertIn("  documents /home/ann/Papers\n", text.out)

    def test_second_capture_stores_only_what_changed(self):
        home = self.make_user("ann")
        first = self.capture(self.old.root).json
        (home / "Documents/new letter").write_text("news")
        second = self.capture(self.old.root).json
        self.assertLess(second["stored_bytes"], first["stored_bytes"] / 20)
        self.restore(self.new.root, expect=None)
        self.assertEqual((self.new.root / "home/ann/Documents/new letter").read_text(), "news")

    def test_known_folders_follow_the_destination(self):
        home = self.make_user("ann")
        (home / ".config").mkdir()
        (home / ".config/user-dirs.dirs").write_text('XDG_DOCUMENTS_DIR="$HOME/Documents"\n')
        self.old.own("ann")
        new_home = self.new.add_user("ann")
        (new_home / ".config").mkdir()
        (new_home / ".config/user-dirs.dirs").write_text('XDG_DOCUMENTS_DIR="$HOME/Dokumente"\n')
        self.new.own("ann")
        self.capture(self.old.root)
        self.restore(self.new.root)
        self.assertTrue((new_home / "Dokumente/letters/a.txt").exists())
        self.assertFalse((new_home / "Documents").exists())

    def test_documents_outside_the_home_are_where_the_restored_settings_say(self):
        home = self.make_user("ann")
        (home / ".config").mkdir()
        (home / ".config/user-dirs.dirs").write_text('# mine\nXDG_DOCUMENTS_DIR="/data/docs"\n')
        (self.old.root / "data/docs").mkdir(parents=True)
        (self.old.root / "data/docs/thesis").write_text("thesis")
        self.old.own("ann")
        for path in ("data/docs", "data/docs/thesis"):
            os.chown(self.old.root / path, self.old.uid("ann"), self.old.gid("ann"))
        for kind in ("compressed", "uncompressed", "hard-link"):
            with self.subTest(kind):
                store = self.old.root / f"store-{kind}"
                keys = ["--no-encryption"] if kind == "compressed" else []
                self.rehome("capture", "--root", self.old.root, "--kind", kind, *keys, store)
                new = self.computer(f"new-{kind}")
                for _ in range(2):
                    self.rehome("restore", "--root", new.root, store)
                new_home = new.root / "home/ann"
                self.assertEqual((new_home / "Documents/thesis").read_text(), "thesis")
                self.assertEqual(os.listdir(new_home / ".config"), ["user-dirs.dirs"])
                self.assertEqual((new_home / ".config/user-dirs.dirs").read_text(),
                                 '# mine\nXDG_DOCUMENTS_DIR="$HOME/Documents"\n')
        self.assertEqual((home / ".config/user-dirs.dirs").read_text(), '# mine\nXDG_DOCUMENTS_DIR="/data/docs"\n')

    def test_settings_of_a_dotfiles_manager_are_read_through_their_links(self):
        home = self.make_user("ann")
        (home / "dotfiles").mkdir()
        (home / ".config").mkdir()
        (home / "dotfiles/dirs").write_text('XDG_DOCUMENTS_DIR="$HOME/Papers"\nXDG_MUSIC_DIR="/data/music"\n')
        (home / ".config/user-dirs.dirs").symlink_to("../dotfiles/dirs")
        (home / "Papers").mkdir()
        (home / "Papers/thesis").write_text("thesis")
        (self.old.root / "data/music").mkdir(parents=True)
        (self.old.root / "data/music/song").write_text("song")
        self.old.own("ann")
        for path in ("data/music", "data/music/song"):
            os.chown(self.old.root / path, self.old.uid("ann"), self.old.gid("ann"))
        self.capture(self.old.root)
        self.restore(self.new.root)
        new_home = self.new.root / "home/ann"
        self.assertEqual((new_home / "Papers/thesis").read_text(), "thesis")
        self.assertEqual((new_home / "Music/song").read_text(), "song")
        self.assertEqual((new_home / ".config/user-dirs.dirs").read_text(),
                         'XDG_DOCUMENTS_DIR="$HOME/Papers"\nXDG_MUSIC_DIR="$HOME/Music"\n')
        before = tree_record.record(self.new.root / "home")
        self.assertEqual(self.restore(self.new.root).json["written"], 0)
        self.assert_same_tree(before, self.new.root / "home")

    def test_settings_follow_documents_that_land_beside_a_file(self):
        home = self.make_user("ann")
        (home / ".config").mkdir()
        (home / ".config/user-dirs.dirs").write_text('XDG_DOCUMENTS_DIR="$HOME/Documents"\n')
        self.old.own("ann")
        self.capture(self.old.root)
        new_home = self.new.add_user("ann")
        (new_home / "Documents").write_text("a note")
        self.new.own("ann")
        dry = self.restore(self.new.root, "--dry-run").json
        self.assertEqual(dry["known_folders"]["ann"]["documents"], "/home/ann/Documents(1)")
        self.restore(self.new.root)
        self.assertEqual((new_home / ".config/user-dirs.dirs").read_text(), 'XDG_DOCUMENTS_DIR="$HOME/Documents(1)"\n')
        self.assertTrue((new_home / "Documents(1)/letters/a.txt").exists())
        before = tree_record.record(self.new.root / "home")
        self.assertEqual(self.restore(self.new.root).json["written"], 0)
        self.assert_same_tree(before, self.new.root / "home")

    def test_homes_in_homes_and_shared_ones_come_back(self):
        home = self.make_user("gil")
        self.old.run("useradd", "-M", "-s", "/bin/bash", "-d", "/home/gil", "eve")
        (home / "users").mkdir()
        self.old.own("gil")
        self.old.add_user("fay", "-d", "/home/gil/users/fay")
        (home / "users/fay/hers").write_text("fay's")
        (home / "eves").write_text("eve's")
        for name, user in (("users/fay/hers", "fay"), ("eves", "eve")):
            os.chown(home / name, self.old.uid(user), self.old.gid(user))
        self.capture(self.old.root)
        self.restore(self.new.root)
        self.assertEqual([self.new.account(user)[5] for user in ("gil", "eve", "fay")],
                         ["/home/gil", "/home/gil", "/home/gil/users/fay"])
        self.assert_same_tree(home, self.new.root / "home/gil")
        before = tree_record.record(self.new.root / "home")
        self.assertEqual(self.restore(self.new.root).json["written"], 0)
        self.assert_same_tree(before, self.new.root / "home")

    def test_every_store_kind_brings_back_the_same(self):
        home = self.make_user("ann")
        for kind in ("uncompressed", "hard-link"):
            with self.subTest(kind):
                store = self.old.root / f"store-{kind}"
                self.rehome("capture", "--root", self.old.root, "--kind", kind, store)
                new = self.computer(f"new-{kind}")
                self.rehome("restore", "--root", new.root, store)
                self.assert_same_tree(home, new.root / "home/ann")
                self.rehome("store", "verify", "--content", store)

    def test_caches_stay_behind_and_are_not_missed_silently(self):
        home = self.make_user("ann")
        (home / ".cache/thumbnails").mkdir(parents=True)
        (home / ".cache/thumbnails/x").write_text("x")
        tagged = home / "build"
        tagged.mkdir()
        (tagged / "CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
        (tagged / "huge").write_text("x")
        self.old.own("ann")
        captured = self.capture(self.old.root).json
        self.assertEqual(captured["findings"]["by_kind"].get("left_behind"), 1)
        self.restore(self.new.root)
        self.assertFalse((self.new.root / "home/ann/.cache/thumbnails/x").exists())
        self.assertFalse((self.new.root / "home/ann/build/huge").exists())


class Refresh(support.ProgramTest):
    def test_hard_links_survive_the_removal_of_the_old_system(self):
        computer = self.computer("pc")
        home = computer.add_user("ann")
        fill_home(home)
        computer.own("ann")
        age(home)
        before = tree_record.record(home)
        inode = os.stat(home / "Documents/photo.jpg").st_ino
        store = computer.root / "rehome-store"
        self.rehome("capture", "--root", computer.root, "--kind", "hard-link", store)
        self.assertEqual(os.stat(home / "Documents/photo.jpg").st_nlink, 3)
        self.assertEqual(os.stat(store).st_mode & 0o7777, 0o700)
        computer.remove_system(keep="rehome-store")
        subprocess.run(["cp", "-a", f"{support.debian_root()}/.", str(computer.root)], check=True)
        self.rehome("restore", "--root", computer.root, store)
        self.assert_same_tree(before, home)
        self.assertEqual(os.stat(home / "Documents/photo.jpg").st_ino, inode)
        self.rehome("store", "remove", "--whole-store", store)
        self.assertFalse(store.exists() and any(store.iterdir()))
        self.assert_same_tree(before, home)

    def test_what_only_links_still_hold_is_not_removed_by_the_way(self):
        computer = self.computer("pc")
        home = computer.add_user("ann")
        (home / "letter").write_text("as it was captured")
        computer.own("ann")
        store = computer.root / "rehome-store"
        self.rehome("capture", "--root", computer.root, "--kind", "hard-link", store)
        (home / "letter.new").write_text("saved beside and renamed")
        (home / "letter.new").rename(home / "letter")
        capture = self.rehome("store", "info", "--json", store).json["captures"][0]["capture"]
        for what in (["--whole-store"], ["--capture", capture]):
            refused = self.rehome("store", "remove", *what, store, expect=11)
            self.assertIn(f"1 file (18 B), for example {store}/Tree/{capture}/1/home/letter, has no other name", refused.err)
            self.assertIn("--last-names", refused.err)
        out = self.work / "out"
        out.mkdir()
        self.rehome("store", "extract", store, out)
        self.assertIn("as it was captured", [path.read_text() for path in out.rglob("letter")])
        (store / "notes").write_text("the administrator's")
        removed = self.rehome("store", "remove", "--whole-store", "--last-names", store)
        self.assertIn("stays: what is in there is not the store's", removed.out)
        self.assertEqual([path.name for path in store.iterdir() if path.name != ".lock"], ["notes"])

    def test_a_store_on_two_volumes_is_removed_from_both_or_not_at_all(self):
        computer = self.computer("pc")
        (computer.add_user("ann") / "letter").write_text("on the first volume")
        store = computer.root / "rehome-store"
        with self.small_volume(20, str((computer.root / "data").relative_to(self.work))) as data:
            computer.add_user("ben", "--home-dir", "/data/ben")
            (data / "ben/letter").write_text("on the second")
            self.rehome("capture", "--root", computer.root, "--kind", "hard-link", store)
            parts = list(data.glob(".rehome-*"))
            self.assertEqual(len(parts), 1)
            subprocess.run(["umount", str(data)], check=True)
            refused = self.rehome("store", "remove", "--whole-store", store, expect=11)
            self.assertIn("mount them first", refused.err)
            self.assertIn("/data", refused.err)
            subprocess.run(["mount", "-o", "loop", str(data) + ".img", str(data)], check=True)
            self.rehome("store", "remove", "--whole-store", store)
            self.assertEqual(list(data.glob(".rehome-*")), [])
            self.assertEqual((data / "ben/letter").read_text(), "on the second")

    def test_verify_says_what_it_cannot_prove(self):
        computer = self.computer("pc")
        home = computer.add_user("ann")
        (home / "doc").write_text("original")
        computer.own("ann")
        store = computer.root / "rehome-store"
        self.rehome("capture", "--root", computer.root, "--kind", "hard-link", store)
        files = sum(1 for path in home.rglob("*") if path.is_file())
        self.assertEqual(self.rehome("store", "verify", "--json", store).json["linked"], files)
        self.assertIn(f"of {files} linked files", self.rehome("store", "verify", store).out)
        self.assertGreater(self.rehome("store", "verify", "--json", "--content", store).json["bytes"], 8)
        copies = self.work / "copies"
        self.rehome("capture", "--root", computer.root, "--no-encryption", "--kind", "uncompressed", copies)
        checked = self.rehome("store", "verify", "--json", copies).json
        self.assertEqual(checked["linked"], 0)
        self.assertGreater(checked["bytes"], 8)

    def test_linked_sparse_files_keep_their_holes_when_they_must_be_copied(self):
        old, new = self.computer("old"), self.computer("new")
        home = old.add_user("ann", "-u", "1500")
        with open(home / "vm.img", "wb") as file:
            file.truncate(50_000_000)
            file.seek(20_000_000)
            file.write(b"DATA")
        with open(home / "all-hole", "wb") as file:
            file.truncate(5_000_000)
        old.own("ann")
        store = old.root / "rehome-store"
        self.rehome("capture", "--root", old.root, "--kind", "hard-link", store)
        new.add_user("carl", "-u", "1500")  # so ann gets another uid, and no link may be used
        self.rehome("restore", "--root", new.root, store)
        for name in ("vm.img", "all-hole"):
            restored = new.root / "home/ann" / name
            self.assertEqual(restored.read_bytes(), (home / name).read_bytes())
            self.assertLess(os.stat(restored).st_blocks * 512, 100_000)

    def test_capture_changes_nothing_but_ctime_and_link_count(self):
        computer = self.computer("pc")
        home = computer.add_user("ann")
        fill_home(home)
        computer.own("ann")
        before = tree_record.record(home)
        access_times = {path: os.lstat(path).st_atime_ns for path in pathlib.Path(home).rglob("*")}
        time.sleep(0.01)
        self.rehome("capture", "--root", computer.root, "--kind", "hard-link", computer.root / "store")
        self.capture(computer.root)
        for path, accessed in access_times.items():
            if not path.is_symlink():  # the kernel counts a readlink as an access
                self.assertEqual(os.lstat(path).st_atime_ns, accessed, path)
        after = tree_record.record(home)
        for entries in (before, after):
            for entry in entries.values():
                entry.pop("inode", None)
        self.assertEqual(before, after)

    def test_a_file_that_refuses_a_link_is_copied_and_listed(self):
        computer = self.computer("pc")
        home = computer.add_user("ann")
        fill_home(home)
        computer.own("ann")
        fixed = home / "Documents/photo.jpg"
        if subprocess.run(["chattr", "+i", str(fixed)], check=False).returncode != 0:
            self.skipTest("this volume has no immutable files")
        try:
            store = computer.root / "rehome-store"
            captured = self.rehome("capture", "--json", "--root", computer.root, "--kind", "hard-link", store).json
        finally:
            subprocess.run(["chattr", "-i", str(fixed)], check=True)
        copied = [finding["path"] for finding in captured["findings"]["list"] if finding["kind"] == "copied"]
        self.assertTrue(copied and all(path.endswith(("photo.jpg", "second name.jpg")) for path in copied), captured)

    def test_hard_link_stores_refuse_a_key(self):
        computer = self.computer("pc")
        computer.add_user("ann")
        result = self.rehome("capture", "--root", computer.root, "--kind", "hard-link", "--passphrase-file",
                             self.pass_file, self.store, expect=support.USAGE)
        self.assertIn("cannot be encrypted", result.err)
        self.assertFalse(self.store.exists())
        recovery = self.work / "recovery"
        self.rehome("recovery", "keygen", recovery)
        result = self.rehome("capture", "--root", computer.root, "--no-encryption", "--recovery-key", f"{recovery}.pub",
                             self.store, expect=support.USAGE)
        self.assertIn("contradicts", result.err)
        self.assertFalse(self.store.exists())

    def test_sockets_are_reported(self):
        computer = self.computer("pc")
        home = computer.add_user("ann")
        subprocess.run(["python3", "-c", "import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])",
                        str(home / "s")], check=True)
        result = self.capture(computer.root, expect=LOSSES)
        self.assertEqual(result.json["findings"]["by_kind"], {"not_supported": 1})


if __name__ == "__main__":
    support.main()
