#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Task sequences as commands: written, checked, run, stopped, killed, and resumed after the computer has started again.
What they do to whole computers is in tests/vm."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import inside_support
import support
from support import BUSY, CANCELLED, NOT_FOUND, REFUSED, RESTARTING, RULES, STEP_FAILED, SUCCESS, USAGE, tree_record
from volume_support import Volume


def steps(*lines, head=""):
    return "sequence: Try\n" + head + "steps:\n" + "".join(f"  - {line}\n" for line in lines)


def shell(text, more=""):
    return f"{{ step: run-command, name: {json.dumps(text[:60])}, command: {json.dumps(text)}{more} }}"


class Commands(support.ProgramTest):
    def setUp(self):
        super().setUp()
        self.folder = self.work / "protected"

    def file(self, text):
        path = self.work / "sequence.yaml"
        path.write_text(text)
        return path

    def run_it(self, text, *more, expect=SUCCESS):
        return self.rehome("sequence", "run", "--folder", self.folder, *more, self.file(text), expect=expect)

    def resume(self, expect=SUCCESS, **options):
        return self.rehome("sequence", "resume", "--folder", self.folder, expect=expect, **options)

    def status(self):
        return self.rehome("sequence", "status", "--json", "--folder", self.folder).json

    def outcomes(self):
        return [record["outcome"] for record in self.status()["records"]]

    def test_a_sequence_runs_and_says_what_it_did(self):
        marks = self.work / "marks"
        text = steps(shell(f"echo %WHO% >>{marks}"), shell(f"pwd >>{marks}", ", folder: /usr"), head="needs: [WHO]\n")
        self.assertIn("WHO has to be given", self.run_it(text, expect=USAGE).err)
        result = self.run_it(text, "--set", "WHO=ann")
        self.assertEqual(marks.read_text(), "ann\n/usr\n")
        self.assertIn("Try: succeeded", result.out)
        self.assertEqual(self.outcomes(), ["done", "done"])
        self.assertIn("echo ann", self.rehome("sequence", "log", "--folder", self.folder).out.replace("%WHO%", "ann"))
        for name in ("state.json", "sequence.log"):
            self.assertEqual((self.folder / name).stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)

    def test_mistakes_are_said_with_their_place_before_the_first_step(self):
        begin = shell(f"touch {self.work}/begun")
        for step, mistake in (("{ step: wipe-volume, folder: /target }", "nothing is captured before this wipe"),
                              ("{ step: dance }", 'there is no step "dance"')):
            text = steps(begin, step)
            for result in (self.run_it(text, expect=RULES),
                           self.rehome("sequence", "check", self.file(text), expect=RULES)):
                self.assertRegex(result.out + result.err, rf"sequence.yaml:4:\d+: .*{mistake}")
        self.assertFalse((self.work / "begun").exists())
        self.assertFalse(self.folder.exists())
        self.assertTrue(self.rehome("sequence", "check", "--json", self.file(text), expect=RULES).json["diagnostics"])

    def test_failures_retries_and_time_limits(self):
        result = self.run_it(steps(shell("echo why >&2; exit 7", ", retries: 1, retry-delay: 0s, continue-on-error: true"),
                                   shell("sleep 100", ", time-limit: 1s, continue-on-error: true"),
                                   "{ step: run-command, command: [/no/such/program], continue-on-error: true }",
                                   shell("exit 9"), shell("true")), expect=STEP_FAILED)
        self.assertIn("exit 9: it ended with code 9", result.out)
        records = self.status()["records"]
        self.assertEqual([(record["outcome"], record["code"]) for record in records[:1]], [("failed", 7)])
        self.assertEqual((records[0]["message"], records[0]["attempts"]), ("why", 2))
        self.assertIn("not done within 1 s", records[1]["message"])
        self.assertIn("/no/such/program", records[2]["message"])
        self.assertEqual([record["outcome"] for record in records[3:]], ["failed", "passed-over"])
        self.resume(expect=STEP_FAILED)

    def test_a_killed_sequence_goes_on_where_it_was_and_one_at_a_time(self):
        marks = self.work / "marks"
        wait = f"echo again >>{marks}; while [ ! -e {self.work}/go ]; do sleep 0.1; done"
        process = self.begin(steps(shell(f"echo first >>{marks}"), shell(wait), shell(f"echo last >>{marks}")))
        self.wait_for(lambda: marks.exists() and "again" in marks.read_text())
        self.resume(expect=BUSY)
        process.kill()
        process.wait()
        self.assertEqual(subprocess.run(["pgrep", "-f", str(marks)], capture_output=True, check=False).stdout, b"")
        self.assertIn("has not ended", self.run_it(steps(shell("true")), expect=REFUSED).err)
        (self.work / "sequence.yaml").unlink()
        (self.work / "go").touch()
        self.resume()
        self.assertEqual(marks.read_text().split(), ["first", "again", "again", "last"])
        self.assertEqual(self.outcomes(), ["done"] * 3)

    def test_a_step_that_is_run_once_fails_when_it_was_interrupted(self):
        process = self.begin(steps(shell(f"touch {self.work}/begun; sleep 100", ", once: true"), shell("true")))
        self.wait_for((self.work / "begun").exists)
        process.kill()
        process.wait()
        self.resume(expect=STEP_FAILED)
        self.assertIn("run once only", self.status()["message"])

    def test_it_stops_when_it_is_asked_to(self):
        process = self.begin(steps(shell(f"touch {self.work}/begun; sleep 100")))
        self.wait_for((self.work / "begun").exists)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(timeout=60), CANCELLED)
        self.assertEqual(self.status()["phase"], "running")
        self.run_it(steps(shell("true")), "--discard")

    def test_secrets_are_in_no_log_and_not_on_command_lines(self):
        hush = "OSDMigrateLocalAccountPassword"
        secret = self.secret_file("secret.json", json.dumps({hush: "tell nobody"}))
        text = steps(shell("true"), head=f"needs: [{hush}]\n")
        self.assertIn("secret", self.run_it(text, "--set", f"{hush}=x", expect=REFUSED).err)
        self.run_it(text, "--variables", secret)
        for path in self.folder.rglob("*"):
            self.assertNotIn("tell nobody", path.read_text(), path)

    def test_the_folder_is_roots_alone(self):
        self.folder.mkdir(mode=0o755)
        self.assertIn("nobody else", self.run_it(steps(shell("true")), expect=REFUSED).err)
        self.rehome("sequence", "status", "--folder", self.work / "none", expect=NOT_FOUND)

    def test_a_damaged_state_is_said_and_not_run(self):
        self.run_it(steps(shell("true")))
        state = self.folder / "state.json"
        for text in ("", "{", "[]", '{"phase": "dancing"}', state.read_text().replace('"next":1', '"next":-1')):
            state.write_text(text)
            self.assertNotIn(self.resume(expect=None).code, (SUCCESS, 1), text)
            self.assertNotIn(self.run_it(steps(shell("true")), expect=None).code, (SUCCESS, 1), text)
        self.run_it(steps(shell("true")), "--discard")

    def test_hooks_are_programs_of_the_site(self):
        text = steps("{ step: run-hook, hook: reimage }")
        self.assertIn("there is no hook reimage", self.run_it(text, expect=STEP_FAILED).err)
        hook = self.folder / "hooks/reimage"
        hook.parent.mkdir()
        hook.write_text(f"#!/bin/sh\ntouch {self.work}/imaged\n")
        hook.chmod(0o755)
        self.run_it(text)
        self.assertTrue((self.work / "imaged").exists())
        self.assertIn("no name of a hook", self.run_it(steps("{ step: run-hook, hook: ../../bin/true }"),
                                                       expect=STEP_FAILED).err)

    def test_commands_in_another_root(self):
        root = self.computer("other").root
        self.run_it(steps(f"{{ step: run-command, command: [/bin/sh, -c, 'cat /proc/version /dev/null >/made'], root: {root} }}"))
        self.assertIn("Linux", (root / "made").read_text())
        self.assertNotIn(str(root), pathlib.Path("/proc/self/mounts").read_text(encoding="utf-8"))

    def test_new_sequences_for_all_scenarios(self):
        options = {"capture": ["--store", "/mnt/disk/store"], "refresh": ["--image", '/rehome/a "b" %c.tar']}
        for scenario in ("refresh", "refresh-smp", "replace", "capture", "restore"):
            path = self.work / f"{scenario}.yaml"
            self.rehome("sequence", "new", "--scenario", scenario, *options.get(scenario, []), path)
            self.assertIn("nothing found", self.rehome("sequence", "check", path).out, scenario)
        self.assertIn("would be wiped", self.rehome("sequence", "new", "--scenario", "refresh", "--image", "/srv/x.tar",
                                                    self.work / "x", expect=USAGE).err)
        self.assertIn("refresh-smp", self.rehome("sequence", "new", "--scenario", "x", self.work / "x", expect=USAGE).err)
        self.rehome("sequence", "new", "--scenario", "capture", self.work / "x", expect=USAGE)

    def begin(self, text):
        return subprocess.Popen([support.PROGRAM, "sequence", "run", "--folder", self.folder, self.file(text)],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for(self, is_so):
        deadline = time.monotonic() + 60
        while not is_so():
            self.assertLess(time.monotonic(), deadline, "it did not come so far")
            time.sleep(0.02)


class OnOneComputer(inside_support.InsideTest):
    """With the state steps, inside of a real Debian root."""

    def setUp(self):
        super().setUp()
        self.pc = self.with_service_manager(self.install(self.computer("pc")))
        self.home = self.pc.add_user("ann")
        (self.home / "letter").write_text("dear reader\n" * 100)
        self.pc.own("ann")

    def sequence(self, text):
        (self.pc.root / "opt/rehome/s.yaml").write_text(text)
        return "/opt/rehome/s.yaml"

    def test_capture_restart_and_restore(self):
        before = tree_record.record(self.home)
        variables = ('variables: { OSDStateStorePath: /rehome/store, _OSDMigrateUseHardlinks: "true", '
                     'OSDMigrateLocalAccounts: "false" }\n')
        file = self.sequence(steps("step: capture-user-state", "step: restart", "step: restore-user-state",
                                   "step: restart", head=variables))
        self.inside(self.pc, "sequence", "run", file, expect=RESTARTING)
        self.assertEqual(self.asked(self.pc), ["--no-block reboot"])
        self.inside(self.pc, "sequence", "resume", expect=RESTARTING)  # it has not started again yet
        unit = (self.pc.root / "etc/systemd/system/rehome-sequence.service").read_text()
        self.assertIn('ExecStart="/rehome/program/run" "sequence" "resume" "--folder" "/rehome"', unit)
        self.assertTrue(os.path.islink(self.pc.root / "etc/systemd/system/multi-user.target.wants/rehome-sequence.service"))
        for name in ("letter", ".profile", ".bashrc"):
            (self.home / name).unlink(missing_ok=True)
        self.start_again(self.pc)
        (self.pc.root / "etc/machine-id").write_text("another\n")  # as if the system were another one (row S4)
        self.inside(self.pc, "sequence", "resume", expect=RESTARTING)
        self.assert_same_tree(before, self.home)
        self.start_again(self.pc)
        self.inside(self.pc, "sequence", "resume")
        self.assertEqual(list((self.pc.root / "etc/systemd/system").glob("**/rehome-sequence*")), [])

    def test_the_agent_that_was_brought_along_is_at_home_at_the_end(self):
        brought, home = self.pc.root / "rehome/agent", self.pc.root / "var/lib/rehome/agent"
        for folder in (brought.parent, brought, home):
            folder.mkdir(mode=0o700, parents=True)
        for file, text in ((brought / "config.json", '{"nice": 3}'), (brought / "identity.json", "the old one"),
                           (home / "identity.json", "its own"), (brought.parent / "holds-agent", "")):
            file.write_text(text)
            file.chmod(0o600)
        text = steps("{ step: request-state-store, for: capture, continue-on-error: true }", "step: release-state-store")
        self.inside(self.pc, "sequence", "run", self.sequence(text), expect=STEP_FAILED)
        self.assertEqual((home / "config.json").read_text(), '{"nice": 3}')
        self.assertEqual((home / "identity.json").read_text(), "its own")
        self.assertEqual([path.name for path in brought.iterdir() if path.suffix == ".json"], [])
        # The next sequence works with the agent's folder, not with the emptied copy of it.
        for path in brought.iterdir():
            path.unlink()
        self.inside(self.pc, "sequence", "run", self.sequence(text), expect=STEP_FAILED)
        self.assertEqual(list(brought.iterdir()), [])

    def test_a_live_system_does_not_do_what_belongs_into_the_installed_one(self):
        file = self.sequence(steps("step: restart", "{ step: run-command, command: [/usr/bin/touch, /srv/touched] }"))
        self.inside(self.pc, "sequence", "run", file, expect=RESTARTING)
        self.start_again(self.pc)
        live = self.pc.root / "mnt/rehome"
        shutil.move(self.pc.root / "rehome", live)
        result = self.inside(self.pc, "sequence", "resume", "--folder", "/mnt/rehome", expect=REFUSED)
        self.assertIn("start that system", result.err)
        self.assertFalse((self.pc.root / "srv/touched").exists())
        shutil.move(live, self.pc.root / "rehome")
        self.inside(self.pc, "sequence", "resume")
        self.assertTrue((self.pc.root / "srv/touched").exists())

    def test_an_image_is_read_before_its_computer_is_left(self):
        """What comes after the step that enters the other root could only be found out there, without the old system."""
        self.put_on_a_volume(self.pc)
        file = self.sequence(steps(
            "step: capture-user-state", "step: enter-other-root", "{ step: wipe-volume, folder: /target }",
            '{ step: apply-image, image: "/target%IMAGE%", folder: /target }',
            head='variables: { IMAGE: /rehome/new.tar.gz, OSDStateStorePath: /rehome/store, _OSDMigrateUseHardlinks: "true" }\n'))
        image = self.pc.root / "rehome/new.tar.gz"
        self.assertIn("/rehome/new.tar.gz", self.inside(self.pc, "sequence", "run", file, expect=STEP_FAILED).err)
        subprocess.run(["tar", "-C", str(self.pc.root), "-czf", str(image), "etc", "home"], check=True)
        image.write_bytes(image.read_bytes()[:-200])
        result = self.inside(self.pc, "sequence", "run", file, expect=STEP_FAILED)
        self.assertIn("while reading /rehome/new.tar.gz, for which nothing is wiped", result.err)
        self.assertFalse((self.pc.root / "rehome/proof").exists())
        self.assertEqual(self.asked(self.pc), [])

    def put_on_a_volume(self, computer):
        """Of its own, as the wipe guard wants it."""
        volume = Volume(self.work, "volume", megabytes=1024)
        self.addCleanup(volume.unmount)
        subprocess.run(["cp", "-a", f"{computer.root}/.", str(volume.top)], check=True)
        subprocess.run(["mount", "--bind", str(volume.top), str(computer.root)], check=True)
        self.addCleanup(subprocess.run, ["umount", str(computer.root)], check=True)

    def test_a_restore_waits_for_a_capture(self):
        file = self.sequence(steps("step: restore-user-state", "step: restart",
                                   head="variables: { OSDStateStorePath: /srv/none, OSDMigrateLocalAccounts: 'false' }\n"))
        result = self.inside(self.pc, "sequence", "run", file, expect=STEP_FAILED)
        self.assertIn("/srv/none", result.err)
        self.assertFalse((self.pc.root / "rehome/step-variables.json").exists())


if __name__ == "__main__":
    support.main()
