#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Bad input to the real program: one clear sentence, an exit code of its class, nothing lost, nothing half-trusted."""
import os
import pathlib
import shutil
import socket
import stat
import subprocess
import time

import support
from small_computers import SmallComputers
from support import LOSSES, NOT_FOUND, REFUSED, RULES, SUCCESS, USAGE


class Objects(SmallComputers):
    def test_what_only_root_could_read_is_not_opened_by_a_restore(self):
        (self.home / "audit").mkdir(mode=0o700)
        (self.home / "audit/report").write_text("of root")
        (self.home / "key").write_text("of root")
        (self.home / "key").chmod(0o600)
        (self.home / "note").write_text("of root, for everybody")
        self.capture(self.old.root)
        new, trusting = self.computer("new"), self.computer("trusting")
        findings = self.restore(new.root, expect=LOSSES).json["findings"]["list"]
        self.assertLessEqual({"/home/ann/audit", "/home/ann/key"}, {one["path"] for one in findings})
        self.assertEqual(sorted(entry.name for entry in (new.root / "home/ann").iterdir() if entry.name in
                                ("audit", "key", "note")), ["note"])
        self.restore(trusting.root, "--trust-source")
        self.assert_same_tree(self.home, trusting.root / "home/ann")

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
        captured = self.capture(self.old.root, expect=LOSSES).json
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
        unknown = self.restore(self.old.root, "--map-user", "nina:ann", expect=NOT_FOUND)
        self.assertIn("nina, who is to become ann (--map-user), is not among", unknown.err)
        self.restore(self.old.root, "--map-user", "ann:root", expect=REFUSED)

    def test_homes_on_a_volume_that_is_not_mounted(self):
        self.old.add_user("ben")
        (self.old.root / "home/ben").rename(self.old.root / "away")
        result = self.capture(self.old.root, expect=LOSSES)
        self.assertIn(("unreadable", "/home/ben"), [(one["kind"], one["path"]) for one in result.json["findings"]["list"]])
        self.assertIn("mount the volume", self.capture(self.old.root, "--users", "ben", expect=REFUSED).err)
        shutil.rmtree(self.home)
        self.assertIn("mount the volume", self.capture(self.old.root, expect=REFUSED).err)

    def test_people_above_uid_max_are_people(self):
        self.old.add_user("corp", "--uid", "70000")
        self.old.run("useradd", "-r", "-m", "-d", "/home/git", "-s", "/bin/sh", "git")
        (self.old.root / "home/git/repository").write_text("x")
        result = self.capture(self.old.root)
        self.assertEqual(sorted(result.json["users"]), ["ann", "corp"])
        self.assertIn(("left_behind", "/home/git"), [(one["kind"], one["path"]) for one in result.json["findings"]["list"]])


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

    def test_misspelt_attributes_are_no_licence_to_drop_data(self):
        rule = """<migration urlid="x"><component type="Documents"><role role="Data"><rules>{}
            <include {}><objectSet><pattern type="File">%HOME%/* [*]</pattern></objectSet></include>
            </rules></role></component></migration>"""
        condition = '<conditions><condition negaton="Yes">MigXmlHelper.DoesObjectExist("File","/no")</condition></conditions>'
        for text in (rule.format("", 'fitler="MigXmlHelper.IgnoreIrrelevantLinks()"'), rule.format(condition, "")):
            result = self.capture(self.old.root, "--rules", self.rule_file(text), expect=RULES)
            self.assertIn("did you mean", result.err)

    def test_rules_that_take_nothing_capture_nothing_by_mistake(self):
        rules = self.rule_file('<migration urlid="x"/>')
        self.assertIn("take nothing", self.capture(self.old.root, "--rules", rules, expect=REFUSED).err)
        self.assertFalse(self.store.exists())

    def pattern_file(self, pattern, environment=""):
        return self.rule_file(f"""<migration urlid="x"><component type="Documents" context="User">
            <displayName>D</displayName>{environment}<role role="Data"><rules><include><objectSet>
            <pattern type="File">{pattern}</pattern></objectSet></include></rules></role></component></migration>""")

    def test_rules_that_miss_everything_are_no_capture_of_it(self):
        for pattern, says in ((r"%CSIDL_PERSONAL%\* [*]", "nothing at all is captured"),
                              ("/srv/no/such/* [*]", "take nothing of the home of ann")):
            rules = self.pattern_file(pattern)
            self.assertIn(says, str(self.capture(self.old.root, "--rules", rules, expect=LOSSES)))

    def test_explain_knows_folders_that_come_along(self):
        (self.home / "a/b").mkdir(parents=True)
        (self.home / "a/b/letter").write_text("x")
        (self.home / "c").mkdir()
        rules = self.pattern_file("%HOME%/a/b [letter]")
        self.capture(self.old.root, "--rules", rules)
        listed = self.rehome("store", "list", "--passphrase-file", self.pass_file, self.store).out
        explain = ["explain", "--rules", rules, "--root", self.old.root]
        for folder in ("/home/ann/a", "/home/ann/a/b"):
            self.assertIn(folder.replace("/home/ann", "ann/home") + "\n", listed)
            self.assertIn("not captured itself; it comes along", self.rehome(*explain, folder).out)
            self.assertTrue(self.rehome(*explain, folder, "--json").json["comes_along"])
        for folder in ("/home/ann/c", "/home"):
            self.assertIn(": not captured\n", self.rehome(*explain, folder).out)

    def test_an_estimate_says_what_a_capture_would_say(self):
        for pattern in (r"%CSIDL_PERSONAL%\* [*]", "/srv/no/such/* [*]"):
            rules = self.pattern_file(pattern)
            captured = self.capture(self.old.root, "--rules", rules, "--json", expect=LOSSES).json["findings"]
            estimated = self.rehome("estimate", "--root", self.old.root, "--rules", rules, "--json", expect=LOSSES).json
            self.assertEqual(estimated["findings"]["by_kind"], captured["by_kind"])
        rules = self.rule_file('<migration urlid="x"/>')
        self.rehome("estimate", "--root", self.old.root, "--rules", rules, expect=REFUSED)

    def test_a_variable_without_its_value_stops_a_capture(self):
        rules = self.pattern_file("%App%/* [*]", """<environment>
<variable name="App"><text>%Base%/App</text></variable>
<variable name="Base"><text>%HOME%</text></variable></environment>""")
        said = self.capture(self.old.root, "--rules", rules, expect=RULES)
        self.assertRegex(said.err, r"\.xml:\d+:1: error: %Base% is used here before it has a value")
        said = self.rehome("rules", "check", "--root", self.old.root, rules, expect=RULES)
        self.assertEqual(said.out.count("before it has a value"), 1, said)

    def test_rules_check_knows_what_only_a_restore_would_say(self):
        rules = self.rule_file("""<migration urlid="x"><component type="Documents" context="User"><displayName>D</displayName>
            <role role="Data"><rules><include><objectSet><pattern type="File">%HOME%/* [*]</pattern></objectSet></include>
            <destinationCleanup><objectSet><pattern type="File">%HOME%/tmp/* [*]</pattern></objectSet></destinationCleanup>
            </rules></role></component></migration>""")
        self.assertIn("destinationCleanup is not supported yet", self.rehome("rules", "check", rules).out)

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
        self.assertIn("would not be captured", self.rehome("explain", "--root", self.old.root, "/home/ann/.cache/x").out)

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

    def test_a_folder_without_accounts_is_no_computer(self):
        empty = self.work / "empty"
        empty.mkdir()
        for command in (["users"], ["estimate"], ["capture", "--no-encryption"]):
            target = [self.work / "store-of-it"] if command[0] == "capture" else []
            said = self.rehome(*command, "--root", empty, *target, expect=NOT_FOUND)
            self.assertIn("no /etc/passwd", said.err)

    def test_every_finding_of_a_capture_can_be_listed(self):
        for i in range(30):
            os.mknod(self.home / f"talk{i}", stat.S_IFSOCK | 0o600)
        said = self.rehome("capture", "--root", self.old.root, "--passphrase-file", self.pass_file, self.store,
                           expect=LOSSES).err
        self.assertIn("rehome store list --findings STORE", said)
        listing = ["store", "list", "--findings", "--passphrase-file", self.pass_file, self.store]
        for i in range(30):
            self.assertIn(f"/home/ann/talk{i}: a socket cannot be kept\n", self.rehome(*listing).out)
        kinds = [each["kind"] for each in self.rehome(*listing, "--json").json["findings"]]
        self.assertEqual(kinds.count("not_supported"), 30)

    def test_explain_knows_that_a_socket_is_not_kept(self):
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(self.home / "talk"))
            said = self.rehome("explain", "--root", self.old.root, "/home/ann/talk").out
        self.assertRegex(said, "^/home/ann/talk: not captured\n  a socket cannot be kept")
        self.assertNotIn("talk", self.captured_names(expect=LOSSES))

    def test_explain_judges_one_path_and_no_other(self):
        ben = self.old.add_user("ben")
        explain = ["explain", "--root", self.old.root]
        self.assertIn(": nothing is there; it would be captured\n", self.rehome(*explain, "/home/ann/later").out)
        self.assertFalse(self.rehome(*explain, "/home/ann/later", "--json").json["exists"])
        self.assertIn("a file would be captured, a folder (end the path with /) would not\n", self.rehome(*explain, "/home/ann/.cache").out)
        self.assertIn(": nothing is there; a folder would not be captured, a file would be\n", self.rehome(*explain, "/home/ann/.cache/").out)
        self.assertIn("no absolute path", self.rehome(*explain, "home/ann/letter", expect=USAGE).err)
        subprocess.run(["mount", "-t", "tmpfs", "none", ben], check=True)
        try:
            self.assertIn(": captured\n", self.rehome(*explain, "/home/ann/letter").out)
            self.assertIn("lies on a pseudo volume", self.capture(self.old.root, expect=REFUSED).err)
        finally:
            subprocess.run(["umount", ben], check=True)

    def test_key_files_may_be_links_and_have_a_size(self):
        key = self.work / "key"
        key.symlink_to(self.pass_file)
        self.rehome("capture", "--root", self.old.root, "--passphrase-file", key, self.store)
        large = self.secret_file("large", "x" * (2 << 20))
        result = self.rehome("capture", "--root", self.old.root, "--key-file", large, self.work / "other", expect=USAGE)
        self.assertIn("more than", result.err)

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
