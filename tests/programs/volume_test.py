#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The wipe guard and the wipe, with real captures on a real ext4: each test tries to lose data through one clause."""
import json
import os
import shutil
import subprocess
import time

import site_support
import support
from support import CANCELLED, DAMAGED, NO_SPACE, NOT_FOUND, REFUSED, SUCCESS, UNSUPPORTED
from volume_support import PASSWD, VolumeTest, change_quietly, mounted


class Refresh(VolumeTest):
    def test_links_in_the_protected_folder_survive_and_restore(self):
        self.capture_links()
        self.assertEqual(self.check().json["homes"], 2)
        self.volume.remount()
        self.wipe()
        self.assert_wiped()
        self.assert_restores()
        self.wipe()  # again: there is nothing left

    def test_an_image_that_cannot_take_the_place(self):
        """It is seen before anything is proven, and so wiped."""
        image, large = self.top / "rehome/image.tar.gz", self.top / "rehome/large.tar.gz"
        subprocess.run(["tar", "-C", str(self.top), "-czf", str(image), "etc", "home"], check=True)
        subprocess.run(f"head -c 500M /dev/zero | gzip -1 > {large}.raw && "
                       f"python3 -c 'import tarfile,gzip; t=tarfile.open(\"{large}\",\"w:gz\"); i=tarfile.TarInfo(\"x\"); "
                       f"i.size=500<<20; t.addfile(i, gzip.open(\"{large}.raw\")); t.close()' && rm {large}.raw",
                       shell=True, check=True)
        self.capture_links()
        for path, code in ((self.top / "rehome/none", NOT_FOUND), (large, NO_SPACE), (self.top / "etc/passwd", UNSUPPORTED)):
            self.assertIn(str(path), self.check("--image", path, expect=code).err)
            self.assertFalse(self.proof.exists())
        self.check("--image", image)
        image.write_bytes(image.read_bytes()[:300])
        self.assertIn(str(image), self.check("--image", image, expect=DAMAGED).err)
        self.assertFalse(self.proof.exists())

    def test_a_copy_in_the_protected_folder_survives_and_restores(self):
        self.capture_copy()
        self.check()
        self.volume.remount()
        self.wipe()
        self.assert_wiped()
        self.assert_restores()

    def test_an_encrypted_copy_on_another_volume(self):
        elsewhere = self.real_folder() / "store"
        self.capture_copy("--passphrase-file", self.pass_file, store=elsewhere)
        self.check("--passphrase-file", self.pass_file, store=elsewhere)
        self.volume.remount()
        self.wipe()
        self.assert_wiped()
        self.assert_restores("--passphrase-file", self.pass_file, store=elsewhere)


class StoresThatDoNotSurvive(VolumeTest):
    """Each is refused by the check, and nothing is proven."""

    def test_elsewhere_on_the_volume(self):
        store = self.top / "srv"
        self.capture_links(store=store)
        self.assert_refused("store", str(store), "outside of the protected folder", store=store)

    def test_reached_by_a_link_or_a_bind_mount(self):
        store = self.top / "srv"
        self.capture_copy(store=store)
        link = self.work / "link"
        link.symlink_to(store)
        self.assert_refused("store", str(link), "outside of the protected folder", store=link)
        bound = self.work / "bound"
        bound.mkdir()
        with mounted("--bind", store, bound):
            self.assert_refused("store", str(bound), "outside of the protected folder", store=bound)

    def test_a_link_in_the_protected_folder_that_leads_out(self):
        store = self.top / "srv"
        self.capture_copy(store=store)
        self.store.symlink_to("../srv")
        self.assert_refused("store", str(self.store), "outside of the protected folder")

    def test_in_a_disk_image_that_lies_on_the_volume(self):
        image, inner = self.top / "disk.img", self.work / "inner"
        with open(image, "wb") as file:
            file.truncate(24 << 20)
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
        inner.mkdir()
        with mounted("-o", "loop", image, inner):
            store = inner / "store"
            self.capture_copy(store=store)
            self.assert_refused("store", str(store), "outside of the protected folder", store=store)

    def test_in_memory(self):
        inner = self.work / "memory"
        inner.mkdir()
        with mounted("-t", "tmpfs", "none", inner):
            self.capture_copy(store=inner / "store")
            self.assert_refused("store", str(inner), "memory", store=inner / "store")

    def test_links_of_the_volume_in_a_store_on_another(self):
        """The store's own folder survives, but not the sister on the wiped volume that holds the links."""
        data = self.make_volume("data", self.real_folder())
        data.write("ann/more", "more\n", 1000)
        (self.top / "home/carl").mkdir()
        os.chown(data.top, 1002, 1002)
        (self.top / "etc/passwd").write_text(PASSWD + "carl:x:1002:1002::/home/carl:/bin/bash\n")
        with mounted("--bind", data.top, self.top / "home/carl"):
            self.capture_links(store=data.top / "store")
        store = data.top / "store"
        result = self.check(expect=REFUSED, store=store)
        self.assertTrue([each for each in result.json["reasons"] if "only by links" in each["cause"]], result)
        self.assertFalse(self.proof.exists())

    def capture_links(self, *more, store=None, expect=SUCCESS):
        return self.rehome("capture", "--json", "--root", self.top, "--kind", "hard-link", *more, store or self.store,
                           expect=expect)


class StoresThatAreNotWhole(VolumeTest):
    def test_no_store(self):
        self.assertIn("store", {reason["clause"] for reason in self.check(expect=REFUSED).json["reasons"]})

    def test_a_capture_that_was_never_finished(self):
        self.capture_links()
        capture = next((self.store / "captures").iterdir())
        for mark in capture.glob("complete*"):
            mark.unlink()
        reasons = self.check(expect=REFUSED).json["reasons"]
        self.assertIn("never finished", reasons[0]["cause"])
        self.assertFalse(self.proof.exists())

    def test_an_older_complete_capture_is_not_taken_for_it(self):
        self.capture_links()
        self.volume.write("home/ann/new", "new\n", 1000)
        self.capture_links()
        newest = max((self.store / "captures").iterdir(), key=lambda folder: folder.stat().st_mtime_ns)
        for mark in newest.glob("complete*"):
            mark.unlink()
        self.assertIn("never finished", self.check(expect=REFUSED).json["reasons"][0]["cause"])

    def test_a_damaged_pack(self):
        self.volume.write("home/ann/large", os.urandom(300_000), 1000)
        self.capture_copy()
        pack = max((path for path in (self.store / "packs").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        change_quietly(pack, b"x" * pack.stat().st_size)
        reasons = self.check(expect=REFUSED).json["reasons"]
        self.assertEqual({reason["clause"] for reason in reasons}, {"store"})
        self.assertTrue([reason for reason in reasons if "large" in reason["thing"]], reasons)
        self.assertFalse(self.proof.exists())

    def test_a_link_that_is_gone_from_the_store(self):
        self.capture_links()
        self.check()
        linked = [path for path in self.store.rglob("*") if path.is_file() and path.stat().st_ino ==
                  (self.top / "home/ann/documents/letter").stat().st_ino]
        linked[0].unlink()
        self.assertIn("letter", self.wipe(expect=REFUSED).json["reasons"][0]["thing"])
        self.assertIn("etc", self.volume.names())
        self.proof.unlink()
        self.assertIn("letter", self.check(expect=REFUSED).json["reasons"][0]["thing"])

    def test_another_store_in_its_place(self):
        self.capture_copy()
        self.check()
        shutil.rmtree(self.store)
        self.capture_copy()
        self.assertEqual(self.wipe(expect=REFUSED).json["reasons"][0]["clause"], "store")
        self.assertIn("etc", self.volume.names())

    def test_an_encrypted_store_in_the_protected_folder_is_looked_for_again(self):
        self.capture_copy("--passphrase-file", self.pass_file)
        self.check("--passphrase-file", self.pass_file)
        self.store.rename(self.top / "rehome/moved")
        self.assert_wipe_refused("store", "store")
        (self.top / "rehome/moved").rename(self.store)
        self.wipe()
        self.assert_wiped()


class Keys(VolumeTest):
    def key_file(self, folder):
        path = folder / "key"
        path.write_bytes(os.urandom(32))
        path.chmod(0o600)
        return path

    def test_a_key_file_on_the_wiped_volume(self):
        key = self.key_file(self.top / "etc")
        self.capture_copy("--key-file", key)
        self.assert_refused("key", str(key), "only key", check=["--key-file", key])
        link = self.work / "link"  # from elsewhere to the same
        link.symlink_to(key)
        self.assert_refused("key", str(link), "only key", check=["--key-file", link])

    def test_a_key_file_elsewhere(self):
        key = self.key_file(self.real_folder())
        self.capture_copy("--key-file", key)
        self.check("--key-file", key)

    def test_a_recovery_key_is_enough(self):
        key = self.key_file(self.top / "etc")
        self.rehome("recovery", "keygen", self.work / "recovery")
        public = next(path for path in self.work.glob("recovery*") if path.suffix == ".pub" or "public" in path.name)
        self.capture_copy("--key-file", key, "--recovery-key", public)
        self.check("--key-file", key)


class AccountsAndHomes(VolumeTest):
    def test_an_account_added_after_the_capture(self):
        self.capture_links()
        self.check()
        with open(self.top / "etc/passwd", "a") as passwd:
            passwd.write("eve:x:1005:1005::/home/eve:/bin/bash\n")
        self.assert_wipe_refused("accounts", "eve", "not in the store")
        self.proof.unlink()
        self.assert_refused("accounts", "eve", "not in the store")

    def test_an_account_that_was_not_selected(self):
        self.capture_links("--users", "ann")
        clauses = [(reason["clause"], reason["thing"]) for reason in self.check(expect=REFUSED).json["reasons"]]
        self.assertEqual(clauses, [("accounts", "bob"), ("homes", "/home/bob")])
        self.assertFalse(self.proof.exists())

    def test_a_home_whose_owner_is_nobody_here(self):
        self.volume.write("home/former/thesis", "years of work\n", 4711)
        self.capture_links()
        self.assert_refused("homes", "/home/former", "uid 4711")

    def test_a_home_beside_others_outside_of_slash_home(self):
        (self.top / "etc/passwd").write_text(PASSWD.replace("/home/bob", "/srv/people/bob"))
        self.volume.write("srv/people/bob/file", "x\n", 1001)
        self.volume.write("srv/people/gone/file", "x\n", 4712)
        shutil.rmtree(self.top / "home/bob")
        self.capture_links()
        self.assert_refused("homes", "/srv/people/gone", "uid 4712")

    def test_a_home_that_came_to_light_beneath_a_mount(self):
        (self.top / "home/carl").mkdir()
        os.chown(self.top / "home/carl", 1007, 1007)
        self.capture_links()
        self.check()
        self.volume.write("home/carl/hidden", "x\n", 1007)
        self.assert_wipe_refused("homes", "/home/carl", "uid 1007")

    def test_encrypted_homes(self):
        self.capture_links()
        image = self.volume.write("home/dora.home", "luks\n", 60042)
        self.assert_refused("homes", "/home/dora.home", "systemd-homed")
        image.unlink()
        self.volume.write("home/.ecryptfs/ann/.Private/x", "cipher\n", 1000)
        self.assert_refused("homes", "/home/.ecryptfs/ann", "eCryptfs")

    def test_a_home_encrypted_by_the_file_system(self):
        locked = self.top / "home/bob"
        shutil.rmtree(locked)
        locked.mkdir()
        os.chown(locked, 1001, 1001)
        if not encrypt_by_fscrypt(self.volume, locked):
            self.skipTest("this kernel cannot encrypt folders")
        self.capture_links()
        self.assert_refused("homes", "/home/bob", "fscrypt")


def encrypt_by_fscrypt(volume, folder):
    """Gives an empty folder a policy of version 1, whose key nobody has."""
    import fcntl
    import struct
    volume.unmount()
    subprocess.run(["tune2fs", "-O", "encrypt", str(volume.image)], check=True, capture_output=True)
    volume.mount()
    policy = struct.pack("=BBBB8s", 0, 1, 4, 0, b"\x11" * 8)
    set_policy = 0x800c6613  # FS_IOC_SET_ENCRYPTION_POLICY
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(fd, set_policy, policy)
        return True
    except OSError:
        return False
    finally:
        os.close(fd)


class Changes(VolumeTest):
    """After the check: seen by the wipe, from the proof alone; and by a second check."""

    def assert_both_refuse(self, thing, cause, kind="copy"):
        self.assert_wipe_refused("changes", thing, cause)
        self.proof.unlink()
        self.assert_refused("changes", thing, cause)

    def setUp(self):
        super().setUp()
        self.letter = self.top / "home/ann/documents/letter"

    def proven(self, kind="copy"):
        if kind == "links":
            self.capture_links()
        else:
            self.capture_copy()
        self.check()

    def test_a_new_file(self):
        self.proven("links")
        self.volume.write("home/ann/new", "new\n", 1000)
        self.assert_both_refuse("/home/ann/new", "new since")

    def test_a_new_file_in_a_new_folder_with_a_hostile_name(self):
        self.proven()
        self.volume.write("home/bob/a\nb/\x1b[2Jc", "new\n", 1001)
        result = self.wipe(expect=REFUSED)
        self.assertEqual({reason["clause"] for reason in result.json["reasons"]}, {"changes"})
        self.assertNotIn("\x1b", result.out)

    def test_another_content_of_the_same_size_and_time(self):
        self.proven()
        change_quietly(self.letter, b"X" * self.letter.stat().st_size)
        self.assert_both_refuse(str("/home/ann/documents/letter"), "changed since")

    def test_a_linked_file_that_was_edited_in_place(self):
        self.proven("links")
        with open(self.letter, "a") as file:
            file.write("PS\n")
        reasons = self.wipe(expect=REFUSED).json["reasons"]
        self.assertIn("letter", str(reasons))
        self.assertIn("etc", self.volume.names())

    def test_a_file_replaced_by_one_that_looks_the_same(self):
        for kind in ("links", "copy"):
            shutil.rmtree(self.store, ignore_errors=True)
            self.proven(kind)
            before = self.letter.stat()
            content = self.letter.read_bytes()
            self.letter.rename(self.top / "home/ann/aside")
            new = self.volume.write("home/ann/documents/letter", content[::-1], 1000)
            os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
            (self.top / "home/ann/aside").unlink()
            self.assert_both_refuse("/home/ann/documents/letter", "another object")

    def test_owner_mode_and_attributes(self):
        for change in (["chmod", "600"], ["chown", "1001"], ["setfattr", "-n", "user.note", "-v", "secret"],
                       ["setfacl", "-m", "u:1001:r"]):
            shutil.rmtree(self.store, ignore_errors=True)
            self.proven("links")
            if shutil.which(change[0]) is None:
                continue
            subprocess.run([*change, str(self.letter)], check=True)
            self.assert_both_refuse("/home/ann/documents/letter", "owner, mode or attributes")

    def test_a_folder_whose_mode_changed_and_a_link_that_leads_elsewhere(self):
        self.proven()
        (self.top / "home/ann/documents").chmod(0o700)
        self.assert_wipe_refused("changes", "/home/ann/documents", "owner, mode")
        self.proven()
        link = self.top / "home/ann/link"
        link.unlink()
        link.symlink_to("/etc/passwd")
        os.lchown(link, 1000, 1000)
        self.assert_wipe_refused("changes", "/home/ann/link", "changed since")

    def test_what_was_deleted_is_no_reason(self):
        self.proven("links")
        self.letter.unlink()
        self.wipe()
        self.assert_wiped()
        self.assert_restores()

    def test_what_no_rule_takes_is_no_reason(self):
        self.proven()
        self.volume.write("home/ann/.cache/thumbnail", "x\n", 1000)
        self.volume.write("var/log/syslog", "x\n")
        self.wipe()
        self.assert_wiped()

    def test_rules_of_the_capture_decide(self):
        rules = self.work / "rules.xml"
        rules.write_text("""<migration urlid="http://test/rules"><component type="System"><displayName>x</displayName>
          <role role="Data"><rules context="User"><include><objectSet>
          <pattern type="File">%HOME%/* [*]</pattern></objectSet></include></rules>
          <rules><include><objectSet><pattern type="File">/srv/* [*]</pattern></objectSet></include></rules>
          </role></component></migration>""".replace("%HOME%", "%CSIDL_PROFILE%"))
        self.volume.write("srv/data", "x\n")
        self.capture_copy("--no-encryption", "--rules", rules)
        rules.unlink()
        self.check()
        self.volume.write("srv/late", "y\n")
        self.assert_wipe_refused("changes", "/srv/late", "new since")


class Errors(VolumeTest):
    def test_errors_are_accepted_one_by_one_or_by_folder(self):
        self.volume.write("home/ann/mail/box", "x\n" * 4000, 1000)
        self.volume.remount()
        break_blocks_of(self.volume, "home/ann/mail/box")
        self.capture_copy(expect=support.LOSSES)
        self.assert_refused("errors", "/home/ann/mail/box")
        self.assert_refused("errors", "/home/ann/mail/box", check=["--accept", "/home/ann/mai"])
        self.check("--accept", "/home/ann/mail")
        self.assertIn("cannot remove", self.wipe(expect=support.IO).err)  # the volume itself is broken there
        self.assertTrue(self.store.exists())


def break_blocks_of(volume, path):
    """The file's inode names blocks beyond the end of the volume, so reading it fails as with a broken disk."""
    volume.unmount()
    subprocess.run(["debugfs", "-w", "-R", f"clri /{path}.x", str(volume.image)], capture_output=True, check=False)
    for command in (f"sif /{path} flags 0", f"sif /{path} block[0] 99999999"):
        subprocess.run(["debugfs", "-w", "-R", command, str(volume.image)], check=True, capture_output=True)
    volume.mount()


class ProtectedFolders(VolumeTest):
    def test_open_to_others(self):
        self.capture_links()
        self.check()
        protected = self.top / "rehome"
        for change in (lambda: protected.chmod(0o711), lambda: os.chown(protected, 1000, 0), lambda: os.chown(protected, 0, 1000)):
            change()
            self.wipe(expect=REFUSED)
            self.assertIn("etc", self.volume.names())
            os.chown(protected, 0, 0)
            protected.chmod(0o700)
        protected.chmod(0o750)
        self.assertIn(self.check(expect=REFUSED).code, (REFUSED,))

    def test_a_link_in_its_place(self):
        (self.top / "rehome").rmdir()
        (self.top / "other").mkdir(mode=0o700)
        (self.top / "rehome").symlink_to("other")
        self.capture_links(expect=SUCCESS)
        result = self.rehome("volume", "check", self.top, "--json", "--store", self.store, expect=REFUSED)
        self.assertEqual({reason["clause"] for reason in result.json["reasons"]}, {"protected-folder", "store"})

    def test_a_mount_in_its_place(self):
        elsewhere = self.work / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        with mounted("--bind", elsewhere, self.top / "rehome"):
            self.capture_copy()
            result = self.rehome("volume", "check", self.top, "--json", "--store", self.store, expect=REFUSED)
            self.assertIn("protected-folder", {reason["clause"] for reason in result.json["reasons"]})


class Proofs(VolumeTest):
    def test_without_a_proof_nothing_is_wiped(self):
        self.capture_links()
        self.rehome("volume", "wipe", self.top, expect=support.USAGE)
        self.wipe(expect=support.NOT_FOUND)
        self.assertIn("etc", self.volume.names())

    def test_of_another_volume(self):
        self.capture_links()
        self.check()
        other = self.make_volume("other-computer")
        self.fill(other)
        subprocess.run(["cp", "-a", f"{self.top}/rehome/.", other.top / "rehome"], check=True)
        result = self.rehome("volume", "wipe", other.top, "--json", "--proof", other.top / "rehome/proof", expect=REFUSED)
        self.assertIn("another volume", str(result.json["reasons"]))
        self.assertIn("etc", other.names())
        # Nor does a proof that lies elsewhere count.
        self.assertIn("no proof", self.rehome("volume", "wipe", other.top, "--proof", self.proof, expect=REFUSED).err)

    def test_of_the_system_that_was_here_before(self):
        self.capture_links()
        self.check()
        (self.top / "etc/machine-id").unlink()
        self.volume.write("etc/machine-id", "0123456789abcdef0123456789abcdef\n")
        self.assert_wipe_refused("volume", str(self.top), "another system")

    def test_of_a_system_that_came_after_the_wipe(self):
        self.capture_links()
        self.check()
        self.wipe()
        self.fill_again()
        self.assertIn("came to the volume after", self.wipe(expect=REFUSED).err + self.wipe(expect=REFUSED).out)
        self.assertIn("home", self.volume.names())

    def fill_again(self):
        self.volume.write("etc/passwd", PASSWD)
        self.volume.write("home/ann/new", "new\n", 1000)

    def test_that_somebody_changed(self):
        self.capture_links()
        self.check()
        good, table = self.proof.read_text(), (self.top / "rehome/proof.objects").read_bytes()
        for bad in ("", "{}", good[:-10], good.replace('"format": 1', '"format": 2'), good.replace('"place"', '"plaice"'),
                    good.replace('"number": 1', '"number": 0'), "[" * 1000):
            self.proof.write_text(bad)
            self.assertNotIn(self.wipe(expect=None).code, (SUCCESS, support.LOSSES, 1))
        self.proof.write_text(good)
        for bad in (b"", table[:-1], table[:40] + bytes([table[40] ^ 1]) + table[41:], table + b"x"):
            (self.top / "rehome/proof.objects").write_bytes(bad)
            self.assertNotIn(self.wipe(expect=None).code, (SUCCESS, support.LOSSES, 1))
        (self.top / "rehome/proof.objects").write_bytes(table)
        self.proof.chmod(0o644)
        self.wipe(expect=REFUSED)
        self.proof.chmod(0o600)
        os.chown(self.proof, 1000, 0)
        self.wipe(expect=REFUSED)
        self.assertIn("etc", self.volume.names())
        os.chown(self.proof, 0, 0)
        self.wipe()

    def test_a_check_that_refuses_takes_back_what_an_earlier_one_proved(self):
        self.capture_links()
        self.check()
        new = self.volume.write("home/ann/new", "new\n", 1000)
        self.check(expect=REFUSED)
        new.unlink()
        self.wipe(expect=support.NOT_FOUND)
        self.assertIn("etc", self.volume.names())

    def test_elsewhere_than_in_the_protected_folder(self):
        self.capture_links()
        for proof in (self.work / "proof", self.top / "proof"):
            self.rehome("volume", "check", self.top, "--store", self.store, "--proof", proof, expect=support.USAGE)

    def test_the_running_system_is_never_wiped(self):
        self.assertIn(self.rehome("volume", "wipe", "/", "--proof", "/rehome/none", expect=None).code, (REFUSED, ))


class Wipes(VolumeTest):
    def test_a_mount_below_the_volume(self):
        self.capture_links()
        self.check()
        outside = self.work / "outside"
        outside.mkdir()
        (outside / "dear").write_text("mine")
        (self.top / "mnt").mkdir()
        with mounted("--bind", outside, self.top / "mnt"):
            self.assert_wipe_refused("volume", str(self.top / "mnt"), "mounted")
        self.wipe()
        self.assertEqual((outside / "dear").read_text(), "mine")

    def test_links_to_outside_and_immutable_files(self):
        outside = self.work / "outside"
        outside.mkdir()
        (outside / "dear").write_text("mine")
        os.symlink(outside, self.top / "home/ann/out")
        os.symlink(outside / "dear", self.top / "etc/resolv.conf")
        os.lchown(self.top / "home/ann/out", 1000, 1000)
        frozen = self.volume.write("home/bob/frozen/file", "x\n", 1001)
        subprocess.run(["chattr", "+i", str(frozen), str(frozen.parent), str(self.top / "etc")], check=True)
        self.addCleanup(subprocess.run, ["chattr", "-R", "-i", str(self.top)], check=False, capture_output=True)
        self.capture_links()
        self.check()
        self.wipe()
        self.assert_wiped()
        self.assertEqual((outside / "dear").read_text(), "mine")

    def test_a_killed_wipe_goes_on(self):
        for folder in range(60):
            place = self.top / f"usr/share/{folder}"
            place.mkdir(parents=True)
            for number in range(250):
                (place / f"file-{number}").touch()
        self.capture_links()
        self.check()
        kills = 0
        for delay in (0.03, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2):
            process = subprocess.Popen([support.PROGRAM, "volume", "wipe", str(self.top), "--proof", str(self.proof), "-q"])
            time.sleep(delay)
            process.kill()
            kills += process.wait() != 0
        self.assertGreater(kills, 0)
        self.volume.remount()
        self.wipe()
        self.assert_wiped()
        self.assert_restores()

    def test_what_came_to_a_volume_that_is_half_wiped_is_not_removed(self):
        self.capture_links()
        self.check()
        for number in range(20000):
            (self.top / f"etc/{number}").touch()
        process = subprocess.Popen([support.PROGRAM, "volume", "wipe", str(self.top), "--proof", str(self.proof), "-q"])
        while process.poll() is None and self.phase() != "removing":
            time.sleep(0.001)
        process.kill()
        process.wait()
        self.assertEqual(self.phase(), "removing", "it was too fast for this test")
        self.check(expect=REFUSED)
        self.assertTrue(self.proof.exists(), "what is half wiped could not be wiped to the end")
        self.volume.write("home/ann/new", "new\n", 1000)
        self.wipe(expect=REFUSED)
        self.assertTrue((self.top / "home/ann/new").exists())
        shutil.rmtree(self.top / "home")
        self.wipe()
        self.assert_wiped()

    def phase(self):
        mark = self.top / "rehome/proof.wipe"
        return json.loads(mark.read_text())["phase"] if mark.exists() else None

    def stop_in_the_move(self, *moved):
        """What is there after a kill between two of the first moves, when nothing is removed yet."""
        entries = [{"name": name.encode().hex(), "inode": os.lstat(self.top / name).st_ino}
                   for name in self.volume.names() if name != "rehome"]
        mark = {"proof": json.loads(self.proof.read_text())["id"], "phase": "moving", "entries": entries}
        self.volume.write("rehome/proof.wipe", json.dumps(mark), mode=0o600)
        (self.top / "rehome/wiped").mkdir(mode=0o700)
        for name in moved:
            os.rename(self.top / name, self.top / "rehome/wiped" / name)

    def test_a_wipe_that_was_killed_before_all_was_moved_goes_on(self):
        for moved in ([], ["etc"], ["home"], ["etc", "home"]):
            with self.subTest(moved):
                self.capture_links()
                self.check()
                self.stop_in_the_move(*moved)
                self.check(expect=REFUSED)
                self.assert_reason(self.rehome("volume", "check", self.top, "--json", "--store", self.store, expect=REFUSED),
                                   "protected-folder", "/rehome", "has begun")
                self.wipe()
                self.assert_wiped()
                self.assert_restores()
                self.fill(self.volume)

    def test_what_came_before_all_was_moved_is_not_removed(self):
        self.capture_links()
        for moved in ([], ["etc"], ["lost+found"]):
            with self.subTest(moved):
                self.check()
                self.stop_in_the_move(*moved)
                self.volume.write("home/ann/new", "new\n", 1000)
                self.assert_reason(self.wipe(expect=REFUSED), "changes", "/home/ann/new")
                self.assertTrue((self.top / "etc/passwd").exists(), "the old system is not whole")
                (self.top / "home/ann/new").unlink()

    def test_a_stop_is_a_safe_state(self):
        self.capture_links()
        self.check()
        for number in range(20000):
            (self.top / f"etc/{number}").touch()
        process = subprocess.Popen([support.PROGRAM, "volume", "wipe", str(self.top), "--proof", str(self.proof), "-q"],
                                   stderr=subprocess.PIPE, text=True)
        while not (self.top / "rehome/wiped").exists() and process.poll() is None:
            time.sleep(0.001)
        process.terminate()
        _, err = process.communicate()
        self.assertIn(process.returncode, (CANCELLED, SUCCESS), err)
        self.wipe()
        self.assert_wiped()


class Sites(site_support.SiteTest, VolumeTest):
    """The store is on a state migration point, which nobody reaches from the other root."""

    def setUp(self):
        super().setUp()
        self.agent = self.top / "rehome/agent"
        token = self.work / "token"
        self.site("computer token", "--life", "1h", "--to", token)
        self.computer_id = self.rehome("agent", "enrol", self.url, "--state", self.agent, "--token-file", token,
                                       "--fingerprint", self.fingerprint, "--name", "old", "--json").json["computer"]

    def step(self, name, *more, expect=SUCCESS):
        return self.rehome("step", *name.split(), "--state", self.agent, "--json", *more, expect=expect)

    def capture_at_site(self, release=True):
        self.step("request-state-store capture", "--root", self.top)
        self.step("capture-user-state", "--root", self.top)
        if release:
            self.step("release-state-store")

    def check(self, *more, expect=SUCCESS, **_):
        return self.rehome("volume", "check", self.top, "--json", "--state", self.agent, "--proof", self.proof, *more,
                           expect=expect)

    def test_a_refresh_through_the_site(self):
        self.capture_at_site()
        self.assertGreater(self.check().json["objects"], 8)
        self.stop()  # there is no network in the other root
        self.volume.remount()
        self.wipe()
        self.assert_wiped()
        self.serve(self.port)
        self.fill(self.volume)
        for name in ("ann", "bob"):
            shutil.rmtree(self.top / "home" / name)
        (self.top / "etc/passwd").write_text(PASSWD.splitlines()[0] + "\n")
        (self.top / "etc/group").write_text("root:x:0:\n")
        self.step("request-state-store restore")
        self.step("restore-user-state", "--root", self.top)
        for name in ("ann", "bob"):
            self.assertEqual((self.top / f"home/{name}/documents/letter").read_text(), f"dear {name}\n" * 500)

    def test_a_change_is_seen_without_the_site(self):
        self.capture_at_site()
        self.check()
        self.stop()
        self.volume.write("home/ann/new", "new\n", 1000)
        self.assert_wipe_refused("changes", "/home/ann/new", "new since")

    def test_a_capture_that_was_not_released(self):
        self.capture_at_site(release=False)
        self.assert_refused("store", "/vaults/", "available")

    def test_a_capture_that_was_discarded_since(self):
        self.capture_at_site()
        store = self.site("site store list")["items"][0]["id"]
        self.site("site store discard", store, "--force")
        self.assert_refused("store", "/vaults/", "available")

    def test_a_site_that_does_not_answer(self):
        self.capture_at_site()
        self.stop()
        reasons = self.check(expect=REFUSED).json["reasons"]
        self.assertEqual({reason["clause"] for reason in reasons}, {"store"})
        self.assertFalse(self.proof.exists())

    def test_a_capture_of_another_computer_is_not_told(self):
        self.capture_at_site()
        kept = self.agent / "captured.json"
        kept.write_text(kept.read_text().replace('"capture": "', '"capture": "f', 1))
        self.assertEqual(self.check(expect=None).code, REFUSED)

    def test_what_the_agent_kept_and_somebody_changed(self):
        self.capture_at_site()
        objects = self.agent / "captured.objects"
        objects.write_bytes(objects.read_bytes()[:-80])
        self.assertEqual(self.check(expect=None).code, DAMAGED)

    def test_a_later_capture_that_failed_takes_its_place(self):
        self.capture_at_site()
        self.step("request-state-store capture", "--root", self.top)
        self.step("capture-user-state", "--root", self.top, "--rules", self.work / "none.xml", expect=None)
        self.assertEqual(self.check(expect=None).code, support.NOT_FOUND)


class LocalSteps(VolumeTest):
    """What the agent's steps captured into a folder of the volume."""

    def test_the_capture_of_the_steps_is_checked_before_and_after_the_release(self):
        agent = self.top / "rehome/agent"
        self.rehome("step", "capture-user-state", "--state", agent, "--local", self.store, "--kind", "hard-link", "--root",
                    self.top)
        check = ["volume", "check", self.top, "--state", agent, "--proof", self.proof]
        self.rehome(*check)
        self.rehome("step", "release-state-store", "--state", agent)
        self.rehome(*check)
        self.wipe()
        self.assert_wiped()
        self.assert_restores()


class LivingSystem(VolumeTest):
    """The volume is the root of the system that runs, as it is when the guard is asked first."""

    def setUp(self):
        super().setUp()
        for name in ("proc", "sys", "run", "dev"):
            (self.top / name).mkdir(exist_ok=True)
        self.rehome("other-root", "copy", self.top / "rehome/program")
        self.loader = next((self.top / "rehome/program/lib").glob("ld-linux*")).name

    def inside(self, *words, expect=SUCCESS):
        command = [f"/rehome/program/lib/{self.loader}", "--library-path", "/rehome/program/lib", "/rehome/program/rehome",
                   *map(str, words)]
        script = f'mount -t sysfs sysfs {self.top}/sys && mount --bind /dev {self.top}/dev && exec unshare --fork --pid --mount-proc --root={self.top} "$@"'
        process = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", *command], capture_output=True, text=True,
                                 timeout=120, check=False)
        self.assertEqual(process.returncode, expect, process.stdout + process.stderr)
        return support.Result(process)

    def check_inside(self, expect=SUCCESS):
        return self.inside("volume", "check", "/", "--json", "--store", "/rehome/store", "--proof", "/rehome/proof",
                           expect=expect)

    def test_the_running_system_is_checked_and_then_wiped_from_outside(self):
        self.inside("capture", "--kind", "hard-link", "/rehome/store")
        self.check_inside()
        self.inside("volume", "wipe", "/", "--proof", "/rehome/proof", expect=REFUSED)
        self.wipe()
        self.assert_wiped()
        self.assert_restores()

    def test_somebody_who_is_logged_in(self):
        self.inside("capture", "--kind", "hard-link", "/rehome/store")
        session = self.volume.write("run/systemd/sessions/c1", "UID=1000\nUSER=ann\nSTATE=active\nCLASS=user\n")
        self.assert_reason(self.check_inside(expect=REFUSED), "sessions", "ann", "logged in")
        self.assertFalse(self.proof.exists())
        session.unlink()
        self.volume.write("run/systemd/sessions/c2", "UID=0\nUSER=root\nSTATE=active\nCLASS=user\n")
        self.check_inside()


if __name__ == "__main__":
    support.main()
