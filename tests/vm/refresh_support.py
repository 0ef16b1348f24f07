# SPDX-License-Identifier: Apache-2.0
"""What the tests of a refresh share: a computer with two users and an image of its system, how its sequence begins, and
what must be there in the end."""
import sys
import time

import vm_support
from vm_support import tree_record

PASSWORD = "correct horse"
NAMES = ("ann", "ben")
IMAGE = "/rehome/fresh.tar.zst"
USERS = f"""
useradd -m -s /bin/bash ann && useradd -m -s /bin/bash -u 1500 -c 'Ben B.' ben && groupadd staff2 && usermod -aG staff2 ann
echo 'ann:{PASSWORD}' | chpasswd && echo 'ben:{PASSWORD}' | chpasswd
cd /home/ann && mkdir -p Documents .config/app && seq 20000 >Documents/numbers && ln Documents/numbers second
truncate -s 50M sparse && echo end >>sparse && ln -s Documents/numbers link && mkfifo pipe && echo x >$'odd\\nname'
setfacl -m u:ben:r Documents/numbers && setfattr -n user.note -v hello Documents && chmod 0750 .config && touch -d 2001-02-03 second
chown -hR ann:ann /home/ann && echo secret >/home/ben/diary && chmod 0600 /home/ben/diary && chown ben:ben /home/ben/diary
"""


def homes(root):
    return {name: tree_record.record(root / "home" / name) for name in NAMES}


class RefreshCase(vm_support.VmTest):
    def setUp(self):
        super().setUp()
        self.began = time.monotonic()

    def say(self, what):
        print(f"    {time.monotonic() - self.began:5.0f} s  {what}", file=sys.stderr)

    def computer_with_users(self, image=None):
        """It is switched off; and what its users have."""
        machine = self.vm()
        machine.start()
        machine.wait_until_up()
        machine.run(USERS)
        machine.run("mkdir -m 0700 /rehome && echo 'of the old system' >/etc/old-system")
        self.bring_image(machine, image)
        machine.switch_off()
        self.say("the old system has users")
        with machine.volume() as root:
            return machine, homes(root)

    def bring_image(self, machine, image=None):
        machine.copy_in(image or vm_support.fresh_image())
        machine.run(f"mv /exchange/fresh.tar.zst {IMAGE} && chown root:root {IMAGE}")

    def make_sequence(self, machine, scenario, options=f"--image {IMAGE}"):
        machine.run(f"/exchange/rehome/run sequence new --scenario {scenario} {options} /root/it.yaml")

    def begin(self, machine):
        machine.send("/exchange/rehome/run sequence run /root/it.yaml >/root/begin.log 2>&1")

    def wait_for_the_end(self, machine):
        machine.wait_until("/rehome/program/run sequence status --json", '"phase": "ended"')

    def follow(self, machine):
        """From the first step to the end of the sequence, with nobody in between."""
        machine.wait_for_console("this is the other root", seconds=900)
        self.say("captured; the other root has started")
        machine.wait_for_console("the computer is restarted", seconds=900)
        self.say("wiped, and the fresh system applied")
        machine.wait_until_up()
        self.say("the fresh system has started")
        self.wait_for_the_end(machine)
        self.say("restored, and started again")

    def assert_all_is_there(self, machine, before):
        """And switches it off."""
        status = machine.run("/rehome/program/run sequence status")
        self.assertIn("succeeded", status.splitlines()[0], status)
        machine.run("test ! -e /etc/old-system && test ! -e /rehome/store && ! systemctl cat rehome-sequence.service")
        self.assert_users_log_in(machine)
        machine.switch_off()
        self.assert_same_homes(machine, before)

    def assert_users_log_in(self, machine):
        self.assertIn("staff2", machine.run("id -nG ann"))
        self.assertEqual(machine.run("stat -c %u /home/ben"), "1500\n")
        # As ben, who has to give ann's password.
        self.assertIn("(ann)", machine.run(f"echo '{PASSWORD}' | runuser -u ben -- su ann -c id"))
        machine.run("echo wrong | runuser -u ben -- su ann -c id", expect=1)

    def assert_same_homes(self, machine, before):
        with machine.volume() as root:
            after = homes(root)
        for name, record in before.items():
            self.assertEqual(list(tree_record.compare(record, after[name], {}, {})), [])
