#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input to the real program: one clear sentence, an exit code of its class, nothing lost, nothing half-trusted."""
import hashlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import support
from support import (BUSY, CANCELLED, DAMAGED, LOSSES, NOT_FOUND, NO_SPACE, REFUSED, RULES, SUCCESS, UNSUPPORTED, USAGE,
                     WRONG_KEY)


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


class Stores(SmallComputers):
    def test_missing(self):
        self.assert_says(self.restore(self.old.root, expect=NOT_FOUND), "no store at", str(self.store))

    def test_not_a_store(self):
        self.store.mkdir()
        self.assert_says(self.restore(self.old.root, expect=NOT_FOUND), "is no store")

    def test_wrong_key(self):
        self.capture(self.old.root)
        other = self.secret_file("other", "not the passphrase")
        result = self.rehome("restore", "--root", self.old.root, "--passphrase-file", other, self.store, expect=WRONG_KEY)
        self.assert_says(result, str(self.store))

    def test_no_key_and_no_terminal(self):
        self.capture(self.old.root)
        result = self.rehome("restore", "--root", self.old.root, self.store, expect=WRONG_KEY, start_new_session=True)
        self.assert_says(result, "--passphrase-file")

    def test_recovery_key_opens_it(self):
        self.rehome("recovery", "keygen", self.work / "recovery")
        self.capture(self.old.root, "--recovery-key", self.work / "recovery.pub")
        new = self.computer("new")
        self.rehome("restore", "--root", new.root, "--recovery-secret", self.work / "recovery", self.store)
        self.assert_same_tree(self.home, new.root / "home/ann")

    def test_the_secret_half_is_never_taken_for_the_public_one(self):
        self.rehome("recovery", "keygen", self.work / "recovery")
        result = self.capture(self.old.root, "--recovery-key", self.work / "recovery", expect=REFUSED)
        self.assert_says(result, "secret half", "recovery.pub")
        self.assertFalse(self.store.exists())
        self.capture(self.old.root, "--recovery-key", self.work / "recovery.pub")
        public = self.secret_file("public", (self.work / "recovery.pub").read_text())
        result = self.rehome("store", "verify", "--recovery-secret", public, self.store, expect=USAGE)
        self.assert_says(result, "secret half")

    def test_a_recovery_key_is_not_forgotten_on_an_existing_store(self):
        self.rehome("recovery", "keygen", self.work / "recovery")
        self.capture(self.old.root)
        result = self.capture(self.old.root, "--recovery-key", self.work / "recovery.pub", expect=USAGE)
        self.assert_says(result, str(self.store), "new store")
        self.rehome("recovery", "keygen", self.work / "other")
        store = self.work / "store2"
        self.capture(self.old.root, "--recovery-key", self.work / "recovery.pub", store=store)
        for key, expect in (("recovery.pub", SUCCESS), ("other.pub", USAGE)):
            self.capture(self.old.root, "--recovery-key", self.work / key, store=store, expect=expect)

    def test_newer_format(self):
        self.capture(self.old.root)
        for header in ("header", "header.2"):
            blob = bytearray((self.store / header).read_bytes())
            blob[8] = 99  # the version, after the magic; docs/store-format.md
            blob[-32:] = hashlib.sha256(blob[:-32]).digest()
            (self.store / header).chmod(0o600)
            (self.store / header).write_bytes(blob)
        self.assert_says(self.restore(self.old.root, expect=UNSUPPORTED), "newer")

    def test_incomplete(self):
        self.capture(self.old.root)
        for complete in self.store.glob("captures/*/complete"):
            complete.unlink()
        result = self.restore(self.old.root, expect=None)
        self.assertIn(result.code, (NOT_FOUND, DAMAGED))
        self.assertIn("complete", result.err)

    def packs(self):
        return [path for path in (self.store / "packs").rglob("*") if path.is_file()]

    def test_flipped_byte_is_found_named_and_limited(self):
        self.capture(self.old.root)
        largest = max(self.packs(), key=lambda path: path.stat().st_size)
        blob = bytearray(largest.read_bytes())
        blob[len(blob) // 2] ^= 1
        largest.write_bytes(blob)
        verified = self.rehome("store", "verify", "--json", "--passphrase-file", self.pass_file, self.store, expect=DAMAGED)
        self.assertTrue(any("photo" in damage["path"] or "letter" in damage["path"] for damage in verified.json["damages"]))
        new = self.computer("new")
        restored = self.restore(new.root, expect=LOSSES).json
        self.assertGreaterEqual(restored["findings"]["by_kind"]["damaged"], 1)
        intact = [name for name in ("letter", "photo") if (new.root / "home/ann" / name).exists()]
        for name in intact:
            self.assertEqual((new.root / "home/ann" / name).read_bytes(), (self.home / name).read_bytes())
        self.assertTrue((new.root / "home/ann/.profile").exists() or intact)

    def test_truncated_pack(self):
        self.capture(self.old.root)
        largest = max(self.packs(), key=lambda path: path.stat().st_size)
        os.truncate(largest, largest.stat().st_size // 2)
        self.rehome("store", "verify", "--passphrase-file", self.pass_file, self.store, expect=DAMAGED)
        self.restore(self.computer("new").root, expect=LOSSES)

    def test_one_damaged_copy_of_header_and_catalog_does_no_harm(self):
        self.capture(self.old.root)
        (self.store / "header").write_bytes(b"garbage")
        for segment in self.store.glob("captures/*/*"):
            if segment.name.count(".") == 1 and segment.name[-1].isdigit():
                segment.write_bytes(b"garbage")
        new = self.computer("new")
        self.restore(new.root)
        self.assert_same_tree(self.home, new.root / "home/ann")

    def test_two_captures_at_once(self):
        (self.home / "big").write_bytes(os.urandom(300_000_000))
        first = subprocess.Popen([support.PROGRAM, "capture", "--root", self.old.root, "--passphrase-file",
                                  self.pass_file, self.store], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not list(self.store.glob("captures/*")) and time.monotonic() < deadline:
            time.sleep(0.005)
        first.send_signal(signal.SIGSTOP)  # in the middle, however slow the second one is to begin
        second = self.capture(self.old.root, expect=BUSY)
        first.send_signal(signal.SIGCONT)
        self.assertEqual(first.wait(), SUCCESS, second)
        self.rehome("store", "verify", "--passphrase-file", self.pass_file, self.store)

    def test_extract_brings_single_files_out(self):
        self.capture(self.old.root)
        out = self.work / "out"
        out.mkdir()
        self.rehome("store", "extract", "--passphrase-file", self.pass_file, "--only", "ann/home/letter", self.store, out)
        self.assertEqual((out / "ann/home/letter").read_bytes(), (self.home / "letter").read_bytes())
        self.assertFalse((out / "ann/home/photo").exists())

    def test_a_folder_with_other_files_is_no_place_for_a_store(self):
        self.store.mkdir()
        (self.store / "thesis").write_text("not a store")
        self.assert_says(self.capture(self.old.root, expect=REFUSED), "holds files, but no store", "empty folder")
        self.assertEqual([path.name for path in self.store.iterdir()], ["thesis"])

    def test_a_capture_whose_manifest_is_damaged_names_what_helps(self):
        self.capture(self.old.root)
        for manifest in self.store.glob("captures/*/complete*"):
            manifest.write_bytes(manifest.read_bytes()[:-1])
        result = self.restore(self.computer("new").root, expect=DAMAGED)
        self.assert_says(result, "manifest", "both copies", "--capture")

    def test_extract_brings_any_name_of_a_file_with_several(self):
        for name in ("before", "between", "last"):
            (self.home / name).mkdir()
        (self.home / "between/name").write_text("one file")
        for name in ("before", "last"):
            os.link(self.home / "between/name", self.home / name / "name")
        self.old.own("ann")
        self.capture(self.old.root)
        for wanted in (["before"], ["between"], ["last"], ["before", "last"], ["between", "last"]):
            out = self.work / "-".join(wanted)
            out.mkdir()
            only = [f"ann/home/{name}" for name in wanted]
            self.rehome("store", "extract", "--passphrase-file", self.pass_file, self.store, out, "--only", *only)
            names = [out / place / "name" for place in only]
            self.assertEqual([name.read_text() for name in names], ["one file"] * len(wanted))
            self.assertEqual({name.stat().st_nlink for name in names}, {len(wanted)})


class Interruption(SmallComputers):
    def check_resumes(self):
        self.restore(self.computer("early").root, expect=None)
        self.assertEqual(list((self.work / "early/home").iterdir()), [])
        self.capture(self.old.root)
        new = self.computer("new")
        self.restore(new.root)
        self.assert_same_tree(self.home, new.root / "home/ann")

    def test_interrupt_ends_cleanly_and_the_same_command_goes_on(self):
        process = self.start_capture()
        self.wait_for_packs()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, CANCELLED, err)
        self.check_resumes()

    def test_killed_at_any_time_the_same_command_goes_on(self):
        process = self.start_capture()
        self.wait_for_packs()
        process.kill()
        process.communicate(timeout=60)
        self.check_resumes()


class Space(SmallComputers):
    def test_disk_full_while_capturing(self):
        (self.home / "big").write_bytes(os.urandom(60_000_000))
        with self.small_volume(40) as volume:
            result = self.capture(self.old.root, store=volume / "store", expect=NO_SPACE)
            self.assert_says(result, "free")
            self.assertFalse((volume / "store").exists(), "what was made for a refused capture is taken back")
        with self.small_volume(200, "larger") as volume:
            self.capture(self.old.root, store=volume / "store")

    def test_a_disk_that_fills_up_during_a_capture(self):
        (self.home / "big").write_bytes(os.urandom(60_000_000))
        self.old.own("ann")
        with self.small_volume(100) as volume:
            (volume / "filler").write_bytes(os.urandom(50_000_000))
            result = self.capture(self.old.root, "--no-space-check", store=volume / "store", expect=NO_SPACE)
            self.assert_says(result, "No space left", "the same command goes on where it was")
            (volume / "filler").unlink()
            self.capture(self.old.root, "--no-space-check", store=volume / "store")
            self.store = volume / "store"
            new = self.computer("new")
            self.restore(new.root)
            self.assert_same_tree(self.home, new.root / "home/ann")

    def test_what_compresses_well_needs_only_a_word(self):
        (self.home / "log").write_bytes(b"lorem ipsum dolor\n" * 3_500_000)
        with self.small_volume(60) as volume:
            result = self.capture(self.old.root, store=volume / "store", expect=NO_SPACE)
            self.assert_says(result, "--no-space-check")
            self.capture(self.old.root, "--no-space-check", store=volume / "store")

    def test_what_an_interrupted_capture_stored_counts(self):
        with self.small_volume(1200) as volume:
            self.store = volume / "store"
            process = self.start_capture()
            self.wait_for_packs()
            process.kill()
            process.communicate(timeout=60)
            stored = sum(pack.stat().st_size for pack in self.store.glob("packs/*/*"))
            space = os.statvfs(volume)
            missing = 8 * 60_000_000 + 40_000_000 - stored
            with open(volume / "filler", "wb") as file:
                os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize - missing)
            self.capture(self.old.root)

    def test_disk_full_while_restoring(self):
        (self.home / "big").write_bytes(os.urandom(60_000_000))
        self.old.own("ann")
        self.capture(self.old.root)
        new = self.computer("new")
        with self.small_volume(40) as volume:
            subprocess.run(["mount", "--bind", str(volume), str(new.root / "home")], check=True)
            try:
                result = self.restore(new.root, expect=NO_SPACE)
                self.assert_says(result, "free")
                self.assertFalse((new.root / "home/ann/big").exists())
            finally:
                subprocess.run(["umount", str(new.root / "home")], check=True)
        self.restore(new.root)
        self.assert_same_tree(self.home, new.root / "home/ann")


class HardLinkVolumes(SmallComputers):
    def test_a_store_away_from_the_files_is_refused(self):
        with self.small_volume(60) as volume:
            result = self.rehome("capture", "--root", self.old.root, "--kind", "hard-link", volume / "store", expect=REFUSED)
            self.assert_says(result, str(volume / "store"), "outlive")
            self.assertFalse((volume / "store").exists())

    def test_a_refused_capture_leaves_the_earlier_ones_alone(self):
        with self.small_volume(40) as volume:
            self.capture(self.old.root, store=volume / "store")
            (self.home / "big").write_bytes(os.urandom(60_000_000))
            filler = volume / "filler"
            filler.write_bytes(bytes(28_000_000))
            self.capture(self.old.root, store=volume / "store", expect=NO_SPACE)
            info = self.rehome("store", "info", "--json", "--passphrase-file", self.pass_file, volume / "store")
            captures = info.json["captures"]
            self.assertEqual([each["complete"] for each in captures], [True])


class Objects(SmallComputers):
    def test_unreadable_files_are_named_and_the_rest_is_taken(self):
        if not shutil.which("setpriv"):
            self.skipTest("setpriv is missing")
        (self.home / "mine").write_text("x")
        (self.home / "closed").mkdir(mode=0)
        (self.home / "hidden").write_text("y")
        (self.home / "hidden").chmod(0)
        self.old.own("ann")
        uid, gid = self.old.uid("ann"), self.old.gid("ann")
        self.work.chmod(0o755)
        box = self.work / "box"
        box.mkdir()
        secret = box / "pass"
        shutil.copy(self.pass_file, secret)
        for path in (box, secret):
            os.chown(path, uid, gid)
        process = subprocess.run(["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", support.PROGRAM,
                                  "capture", "--json", "--root", str(self.old.root), "--passphrase-file", str(secret),
                                  str(box / "store")], capture_output=True, text=True, check=False)
        result = support.Result(process)
        self.assertEqual(result.code, LOSSES, result)
        unreadable = {finding["path"] for finding in result.json["findings"]["list"] if finding["kind"] == "unreadable"}
        self.assertEqual(unreadable, {"/home/ann/closed", "/home/ann/hidden"})
        self.assertGreater(result.json["objects"], 3)

    def test_paths_beyond_path_max(self):
        ann = (self.old.uid("ann"), self.old.gid("ann"))
        folder = os.open(self.home, os.O_RDONLY)
        for _ in range(40):
            os.mkdir("d" * 200, dir_fd=folder)
            os.chown("d" * 200, *ann, dir_fd=folder)
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = below
        with open(os.open("deep", os.O_CREAT | os.O_WRONLY, 0o644, dir_fd=folder), "w", encoding="ascii") as file:
            file.write("deep down")
            os.fchown(file.fileno(), *ann)
        os.close(folder)
        self.capture(self.old.root)
        new = self.computer("new")
        self.restore(new.root)
        folder = os.open(new.root / "home/ann", os.O_RDONLY)
        for _ in range(40):
            below = os.open("d" * 200, os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = below
        with open(os.open("deep", os.O_RDONLY, dir_fd=folder), encoding="ascii") as file:
            self.assertEqual(file.read(), "deep down")
        os.close(folder)

    def test_planted_links_at_the_destination_are_not_followed(self):
        (self.home / "Documents").mkdir()
        (self.home / "Documents/letter").write_text("private")
        self.old.own("ann")
        self.capture(self.old.root)
        new = self.computer("new")
        home = new.add_user("ann")
        os.symlink("/etc", home / "Documents")
        os.symlink("../../../etc/shadow", home / "letter")
        before = (new.root / "etc/shadow").read_text()
        self.restore(new.root, expect=None)
        self.assertFalse((new.root / "etc/letter").exists())
        self.assertEqual((new.root / "etc/shadow").read_text(), before)
        self.assertTrue(os.path.islink(home / "Documents"))
        found = [path for path in pathlib.Path(home).rglob("letter*") if not path.is_symlink()]
        self.assertTrue(any(path.read_text() == "private" for path in found))


class Users(SmallComputers):
    def test_unknown_user(self):
        result = self.capture(self.old.root, "--users", "nobody-here", expect=NOT_FOUND)
        self.assert_says(result, "nobody-here", "rehome users")
        self.assertFalse(self.store.exists(), "no store is made for users that do not exist")
        self.capture(self.old.root)
        new = self.computer("new")
        result = self.restore(new.root, "--users", "nobody-here", expect=NOT_FOUND)
        self.assert_says(result, "the capture holds no user nobody-here", "rehome store info")

    def test_an_account_without_a_home_is_listed_and_the_others_are_captured(self):
        self.old.run("useradd", "-M", "-d", "/home/nowhere", "ben")
        captured = self.capture(self.old.root).json
        self.assertTrue(any("/home/nowhere" in finding["message"] for finding in captured["findings"]["list"]))
        new = self.computer("new")
        self.restore(new.root, expect=None)
        self.assert_same_tree(self.home, new.root / "home/ann")

    def test_a_home_that_can_be_none_is_listed_and_stops_nobody(self):
        with open(self.old.root / "etc/passwd", "a") as passwd:
            passwd.write("rel:x:1008:1008::home/rel:/bin/sh\nall:x:1009:1009::/:/bin/sh\n")
        captured = self.capture(self.old.root, "--users", "ann").json
        self.assertEqual(captured["users"], ["ann"])
        captured = self.capture(self.old.root, expect=None).json
        self.assertEqual(sorted(captured["users"]), ["all", "ann", "rel"])
        messages = [finding["message"] for finding in captured["findings"]["list"] if finding["kind"] == "account"]
        self.assertTrue(any("home/rel is no absolute path" in message for message in messages), messages)
        self.assertTrue(any("it would be the whole computer" in message for message in messages), messages)

    def write_user_dirs(self, *lines):
        (self.home / ".config").mkdir(exist_ok=True)
        (self.home / ".config/user-dirs.dirs").write_text("".join(line + "\n" for line in lines))
        self.old.own("ann")

    def test_a_known_folder_that_is_not_the_users_own_is_listed(self):
        self.write_user_dirs('XDG_DOCUMENTS_DIR="/etc"', 'XDG_MUSIC_DIR="/not/there"')
        captured = self.capture(self.old.root).json
        found = {(each["kind"], each["path"]): each["message"] for each in captured["findings"]["list"]}
        self.assertIn("documents folder of ann, but it belongs to the uid 0", found["left_out", "/etc"])
        self.assertIn("music folder of ann, but it does not exist", found["left_out", "/not/there"])

    def test_a_known_folder_longer_than_a_path_stops_nobody(self):
        self.write_user_dirs(f'XDG_DOCUMENTS_DIR="$HOME/{"a" * 40_000}"')
        self.capture(self.old.root)
        self.assertEqual(self.restore(self.computer("new").root, expect=None).code, SUCCESS)

    def test_ways_without_end_hang_nobody(self):
        folder = os.open(self.home, os.O_RDONLY)
        for _ in range(800):
            os.mkdir("a", dir_fd=folder)
            inner = os.open("a", os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        os.close(folder)
        for number in range(38):
            os.symlink("a/" * 800 + "../" * 800 + f"link-{number + 1}", self.home / f"link-{number}")
        os.symlink("link-0", self.home / ".config")
        begin = time.monotonic()
        self.capture(self.old.root)
        self.assertLess(time.monotonic() - begin, 30)

    def test_password_hashes_lie_in_no_store_that_others_might_read(self):
        self.old.run("usermod", "-p", "$6$of$ann", "ann")
        self.capture(self.old.root, store=self.work / "sealed")
        self.rehome("capture", "--root", self.old.root, "--no-encryption", self.store)
        for path in self.store.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"$6$of$ann", path.read_bytes())
        sealed, bare = self.computer("sealed-pc"), self.computer("bare-pc")
        self.restore(sealed.root, "--with-passwords", "--unlock", store=self.work / "sealed")
        self.rehome("restore", "--root", bare.root, "--with-passwords", "--unlock", self.store, expect=None)
        self.assertIn("ann:$6$of$ann:", (sealed.root / "etc/shadow").read_text())
        self.assertNotIn("$6$", (bare.root / "etc/shadow").read_text())

    def test_system_accounts_are_refused(self):
        self.assert_says(self.capture(self.old.root, "--users", "root", expect=REFUSED), "system account")

    def test_account_gone_leaves_its_files_listed_by_number(self):
        (self.home / "of a stranger").write_text("x")
        os.chown(self.home / "of a stranger", 4321, 4321)
        self.capture(self.old.root)
        new = self.computer("new")
        restored = self.restore(new.root, expect=None).json
        info = os.stat(new.root / "home/ann/of a stranger")
        self.assertEqual((info.st_uid, info.st_gid), (4321, 4321))
        self.assertTrue(any("4321" in finding["message"] for finding in restored["findings"]["list"]))

    def test_a_user_who_breaks_a_link_stops_nobody(self):
        os.symlink(".ssh", self.home / ".ssh")
        os.symlink(".gnupg", self.home / ".gnupg")
        self.assertEqual(self.capture(self.old.root).json["users"], ["ann"])

    def test_a_home_that_is_nobodys_and_one_that_two_share_are_listed(self):
        self.old.run("useradd", "-M", "-d", "/home/ann", "ben")
        (self.old.root / "home/gone").mkdir()
        (self.old.root / "home/gone/letter").write_text("whose?")
        captured = self.capture(self.old.root).json
        found = {(finding["kind"], finding["path"]) for finding in captured["findings"]["list"]}
        self.assertIn(("left_behind", "/home/gone"), found)
        self.assertIn(("left_out", "/home/ann"), found)

    def test_bad_user_map(self):
        self.capture(self.old.root)
        self.restore(self.old.root, "--map-user", "ann", expect=USAGE)
        self.restore(self.old.root, "--map-user", "nina:ann", expect=NOT_FOUND)
        self.restore(self.old.root, "--map-user", "ann:root", expect=REFUSED)


class RuleFiles(SmallComputers):
    BOMB = ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
            '<migration urlid="x"><component type="Documents">&c;</component></migration>')
    EXTERNAL = ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
                '<migration urlid="x"><component type="Documents"><displayName>&b;</displayName></component></migration>')

    def rule_file(self, text):
        path = self.work / "rules.xml"
        path.write_text(text)
        path.chmod(0o644)
        return path

    def test_malformed(self):
        rules = self.rule_file('<migration urlid="x">\n  <component>\n</migration>\n')
        result = self.capture(self.old.root, "--rules", rules, expect=RULES)
        self.assertRegex(result.err, r"rules\.xml:\d+:\d+: error: ")
        self.assertFalse(self.store.exists())
        self.assertEqual(result.json["diagnostics"][0]["severity"], "error")

    def test_entity_bombs_and_external_entities(self):
        for text in (self.BOMB, self.EXTERNAL):
            result = self.rehome("rules", "check", self.rule_file(text), expect=RULES)
            self.assertNotIn("root:", result.out + result.err)

    def test_deeply_nested(self):
        text = '<migration urlid="x">' + "<component>" * 100_000 + "</component>" * 100_000 + "</migration>"
        self.rehome("rules", "check", self.rule_file(text), expect=RULES)

    def test_rule_files_that_others_may_change_are_refused(self):
        rules = self.rule_file('<migration urlid="x"/>')
        rules.chmod(0o666)
        self.assert_says(self.capture(self.old.root, "--rules", rules, expect=REFUSED), "chmod")

    def test_unsupported_rules_that_could_drop_data_stop_the_capture(self):
        rules = self.rule_file("""<migration urlid="x">
  <component type="Documents" context="User"><displayName>c</displayName><role role="Data"><rules>
    <include filter='MigXmlHelper.FileProperties("filesize","gt","1KB")'>
      <objectSet><pattern type="File">%HOME%/* [*]</pattern></objectSet></include>
  </rules></role></component></migration>""")
        result = self.capture(self.old.root, "--rules", rules, expect=RULES)
        self.assertIn("not supported yet", result.err)


class CommandLine(SmallComputers):
    COMMANDS = (["capture"], ["restore"], ["estimate"], ["users"], ["explain"], ["rules", "check"], ["store", "info"],
                ["store", "list"], ["store", "verify"], ["store", "extract"], ["store", "remove"], ["recovery", "keygen"])

    def test_every_command_has_help(self):
        for command in self.COMMANDS:
            self.assertIn("--json", self.rehome(*command, "--help").out)

    def test_results_that_cannot_be_written_are_no_success(self):
        with open("/dev/full", "w") as full:
            process = subprocess.run([support.PROGRAM, "users", "--root", self.old.root], stdout=full, check=False)
        self.assertEqual(process.returncode, support.IO)

    def test_unknown_commands_are_named(self):
        self.assert_says(self.rehome("captre", expect=USAGE), "captre", "--help")
        self.assertEqual(self.rehome("explain", "--json", "--root", self.old.root, "", expect=USAGE).json["exit_code"], USAGE)

    def test_a_store_in_the_clear_is_no_place_for_who_expects_a_passphrase(self):
        self.rehome("capture", "--root", self.old.root, "--no-encryption", self.store)
        self.assert_says(self.rehome("capture", "--root", self.old.root, self.store, expect=REFUSED), "--no-encryption")

    def test_a_key_that_belongs_to_somebody_else_is_refused(self):
        os.chown(self.pass_file, 1234, 1234)
        self.assert_says(self.capture(self.old.root, expect=REFUSED), "another user")
        self.assertFalse(self.store.exists(), "no folder is made before the key is there")

    def test_rules_check_says_what_means_nothing_here(self):
        rules = self.rule_file_at("r.xml", """<migration urlid="x"><component type="Documents" context="System">
  <displayName>c</displayName><role role="Data"><rules><include><objectSet>
  <pattern type="File">C:\\Data\\* [*]</pattern></objectSet></include></rules></role></component></migration>""")
        self.assertIn("r.xml:3:", self.rehome("rules", "check", "--root", self.old.root, rules).out)

    def rule_file_at(self, name, text):
        path = self.work / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    def test_unknown_options_are_usage_errors(self):
        for command in self.COMMANDS:
            self.rehome(*command, "--no-such-option", expect=USAGE)

    def test_a_secret_is_no_option(self):
        self.assertNotIn("--passphrase ", self.rehome("capture", "--help").out)
        self.rehome("capture", "--passphrase", "x", self.store, expect=USAGE)

    def test_a_key_that_others_can_read_is_refused(self):
        self.pass_file.chmod(0o644)
        self.assert_says(self.capture(self.old.root, expect=REFUSED), "chmod 600")

    def test_json_everywhere(self):
        key = ["--passphrase-file", self.pass_file]
        self.capture(self.old.root)
        for command in (["store", "info", *key, self.store], ["store", "list", *key, self.store],
                        ["store", "verify", *key, self.store], ["users", "--root", self.old.root],
                        ["estimate", "--root", self.old.root], ["rules", "check", support.SOURCE / "rules/linux.xml"],
                        ["explain", "--root", self.old.root, "/home/ann/letter"]):
            self.assertIsInstance(self.rehome(command[0], *command[1:], "--json").json, dict, command)

    def test_explain_names_rule_file_and_line(self):
        result = self.rehome("explain", "--root", self.old.root, "/home/ann/letter")
        self.assertRegex(result.out, r"captured\n +=> built-in:linux\.xml:\d+ ")
        self.assertIn("not captured", self.rehome("explain", "--root", self.old.root, "/home/ann/.cache/x").out)

    def test_explain_knows_what_the_scan_leaves_out(self):
        (self.home / "build").mkdir()
        (self.home / "build/CACHEDIR.TAG").write_text("Signature: 8a477f597d28d172789f06886806bc55\n")
        (self.home / "build/object").write_text("x")
        (self.home / "way").symlink_to("build")
        explain = ["explain", "--root", self.old.root]
        for path in ("/home/ann/build/object", "/home/ann/way/object"):
            self.assertRegex(self.rehome(*explain, path).out, "^/home/ann/build/object: not captured\n.*CACHEDIR.TAG")
            self.assertIn(": captured", self.rehome(*explain, "--keep-caches", path).out)
        self.assertIn(": captured", self.rehome(*explain, "/home/ann/build/CACHEDIR.TAG").out)
        self.assertNotIn("object", self.captured_names())

    def test_explain_knows_that_a_socket_is_not_kept(self):
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.home / "talk"))
            said = self.rehome("explain", "--root", self.old.root, "/home/ann/talk").out
        self.assertRegex(said, "^/home/ann/talk: not captured\n  a socket cannot be kept")
        self.assertNotIn("talk", self.captured_names(expect=LOSSES))

    def captured_names(self, expect=SUCCESS):
        self.capture(self.old.root, expect=expect)
        listed = self.rehome("store", "list", "--json", "--passphrase-file", self.pass_file, self.store).json
        return {pathlib.PurePath(entry["place"]).name for entry in listed["objects"]}

    def test_the_passphrase_is_in_no_file_and_no_output(self):
        result = self.capture(self.old.root)
        self.assertNotIn(support.PASSPHRASE, result.out + result.err)
        for path in self.store.rglob("*"):
            if path.is_file():
                self.assertNotIn(support.PASSPHRASE.encode(), path.read_bytes())


if __name__ == "__main__":
    support.main()
