#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stores that are damaged, busy, full or of others, and captures that are interrupted: one clear sentence, an exit code of
its class, nothing lost, nothing half-trusted."""
import hashlib
import os
import re
import signal
import socket
import subprocess
import time

import support
from small_computers import SmallComputers
from support import BUSY, CANCELLED, DAMAGED, LOSSES, NOT_FOUND, NO_SPACE, REFUSED, SUCCESS, UNSUPPORTED, USAGE, WRONG_KEY


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
        for complete in self.store.glob("captures/*/complete*"):
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

    def test_extract_names_each_place_that_is_not_there(self):
        self.capture(self.old.root)
        out = self.work / "out"
        out.mkdir()
        extract = ["store", "extract", "--passphrase-file", self.pass_file]
        said = self.rehome(*extract, "--only", "ann/home/nix", "--only", "ann/home/letter", self.store, out, expect=LOSSES)
        self.assertIn("ann/home/nix: nothing in the capture lies here", said.err)
        self.assertTrue((out / "ann/home/letter").exists())
        said = self.rehome(*extract, "--only", "ann/nix", "--only", "ann/nox", self.store, out, expect=NOT_FOUND)
        self.assertIn("lies at ann/nix, ann/nox;", said.err)

    def test_users_that_only_an_older_capture_holds_are_named(self):
        self.old.add_user("ben")
        self.capture(self.old.root)
        self.capture(self.old.root, "--users", "ann")
        findings = self.restore(self.computer("new").root).json["findings"]["list"]
        told = [one["message"] for one in findings if one["kind"] == "left_behind"]
        self.assertEqual(len(told), 1, findings)
        self.assertRegex(told[0], "does not hold ben, .* --capture [0-9a-f]{32} restores it")
        self.restore(self.computer("third").root, "--capture", re.search("--capture (\\w+)", told[0])[1])

    def test_quiet_still_says_what_is_lost(self):
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.home / "talk"))
            result = self.rehome("capture", "--quiet", "--root", self.old.root, "--passphrase-file", self.pass_file,
                                 self.store, expect=LOSSES)
        self.assertEqual((result.out, result.err.count("not_supported")), ("", 1), result)

    def test_extract_into_a_folder_that_holds_some_of_it(self):
        os.link(self.home / "letter", self.home / "zz-letter")
        self.capture(self.old.root)
        out = self.work / "out"
        (out / "ann/home").mkdir(parents=True)
        (out / "ann/home/letter").write_text("mine")
        result = self.rehome("store", "extract", "--json", "--passphrase-file", self.pass_file, self.store, out, "--only",
                             "ann/home/", expect=None)
        self.assertNotIn("damaged", result.json["findings"]["by_kind"], result)
        self.assertEqual((out / "ann/home/letter").read_text(), "mine")
        self.assertEqual((out / "ann/home/zz-letter").read_text(), (self.home / "letter").read_text())

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
        self.assert_says(result, "manifest", "no copy of it is whole", "--capture")

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


if __name__ == "__main__":
    support.main()
