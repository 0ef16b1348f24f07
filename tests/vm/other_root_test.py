# SPDX-License-Identifier: Apache-2.0
"""A computer leaves its running system for the other root and comes back: what every refresh stands on."""
import re
import sys
import time

import vm_support


def cpio(name, content):
    """A newc archive of one file."""
    archive = b""
    for number, (each, body, mode) in enumerate([(name, content, 0o100644), ("TRAILER!!!", b"", 0)], 1):
        fields = [number, mode, 0, 0, 1, 0, len(body), 0, 0, 0, 0, len(each) + 1, 0]
        archive += b"070701" + b"".join(b"%08X" % field for field in fields) + each.encode() + b"\0"
        archive += b"\0" * (-len(archive) % 4) + body
        archive += b"\0" * (-len(archive) % 4)
    return archive


class OtherRootTest(vm_support.VmTest):
    def say(self, what):
        print(f"    {time.monotonic() - self.began:5.0f} s  {what}", file=sys.stderr)

    def setUp(self):
        super().setUp()
        self.began = time.monotonic()

    def started(self):
        machine = self.vm()
        machine.start()
        machine.wait_until_up()
        self.say("the installed system has started")
        machine.run("cp -a /exchange/rehome /rehome && chown -R 0:0 /rehome && chmod 0700 /rehome")
        return machine

    def make_image(self, machine, *command, log="rehome/log", options=""):
        words = " ".join(f"'{word}'" for word in command)
        machine.run(f"/rehome/run other-root image --log {log} {options} /rehome/initramfs -- {words}")

    def test_there_and_back(self):
        machine = self.started()
        machine.run("useradd -m -s /bin/bash ann && useradd -m -u 1500 ben && echo hello >/home/ann/note")
        self.assertIn("ann", machine.run("id ann"))
        self.assertRegex(machine.run("/rehome/run --version"), r"\d")
        before = machine.run("cat /proc/sys/kernel/random/boot_id")

        # A command of the other root that leaves a file: the program copies itself onto the volume.
        self.make_image(machine, "/rehome/rehome", "other-root", "copy", "/target/home/ann/proof")
        size = int(machine.run("stat -c %s /rehome/initramfs"))
        self.assertLess(size, 64 << 20)
        self.say(f"the initramfs is made ({size >> 20} MB)")
        machine.send("/rehome/run other-root enter /rehome/initramfs")
        machine.wait_for_console("this is the other root")
        self.say("the other root has started, by kexec")
        machine.wait_for_console("is mounted at /target")
        at = machine.wait_for_console("the computer is restarted")
        self.say("its command has run")
        self.assertNotIn("was not loaded", machine.console)
        self.assertNotIn("seconds", machine.console[machine.console.find("this is the other root"):at])

        machine.wait_until_up()
        self.say("the installed system has started again")
        self.assertNotEqual(machine.run("cat /proc/sys/kernel/random/boot_id"), before)
        self.assertEqual(machine.run("cat /home/ann/note"), "hello\n")
        machine.run("cmp /home/ann/proof/rehome /rehome/rehome && /home/ann/proof/run --version")
        self.assertIn("the program is in /target/home/ann/proof", machine.run("cat /rehome/log"))
        self.assertEqual(machine.run("stat -c '%a %u' /rehome/log"), "600 0\n")

        # A command that fails is told on the console, and the installed system comes back; here with a power cut in it.
        self.make_image(machine, "/rehome/rehome", "no-such-command")
        seen = len(machine.console)
        machine.send("/rehome/run other-root enter /rehome/initramfs")
        machine.wait_for_console("the command ended with 2", after=seen)
        machine.wait_for_console("the computer starts the installed system in", after=seen)
        machine.cut_power()
        self.say("a failed command was told, and the power cut")
        machine.start()
        machine.wait_until_up()
        self.assertEqual(machine.run("cat /home/ann/note"), "hello\n")
        self.say("the installed system has started again")

        # A volume that is not there: the other root says so, and switches off as it was told. What the kernel unpacks
        # last counts, so that a further archive changes what the init is to look for.
        self.make_image(machine, "/rehome/rehome", "--version")
        (machine.exchange / "other").write_bytes(cpio("rehome/volume", b"uuid no-such-volume\ntype ext4\n"))
        machine.run("truncate -s %4 /rehome/initramfs && cat /exchange/other >>/rehome/initramfs")
        seen = len(machine.console)
        machine.send("/rehome/run other-root enter --power-off /rehome/initramfs")
        seen = machine.wait_for_console("the volume no-such-volume did not appear in 30 seconds; disks that did: ", after=seen)
        self.assertIn("vda", machine.console[seen:seen + 200])
        machine.wait_for_console("the computer is switched off", after=seen)
        machine.wait_until_off()
        self.say("switched off")
        with machine.volume() as root:
            self.assertEqual((root / "home/ann/note").read_text(), "hello\n")
            self.assertEqual(len(re.findall("this is the other root", machine.console)), 3)


if __name__ == "__main__":
    vm_support.main()
