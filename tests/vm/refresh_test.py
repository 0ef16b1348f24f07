# SPDX-License-Identifier: Apache-2.0
"""A refresh, from the first step to users who log in: the system of a computer is captured with hard links, replaced from
the other root by a fresh one, and its users' state restored, with nobody in between."""
import sys
import time

import vm_support
from vm_support import tree_record

PASSWORD = "correct horse"
USERS = f"""
useradd -m -s /bin/bash ann && useradd -m -s /bin/bash -u 1500 -c 'Ben B.' ben && groupadd staff2 && usermod -aG staff2 ann
echo 'ann:{PASSWORD}' | chpasswd && echo 'ben:{PASSWORD}' | chpasswd
cd /home/ann && mkdir -p Documents .config/app && seq 20000 >Documents/numbers && ln Documents/numbers second
truncate -s 50M sparse && echo end >>sparse && ln -s Documents/numbers link && mkfifo pipe && echo x >$'odd\\nname'
setfacl -m u:ben:r Documents/numbers && setfattr -n user.note -v hello Documents && chmod 0750 .config && touch -d 2001-02-03 second
chown -hR ann:ann /home/ann && echo secret >/home/ben/diary && chmod 0600 /home/ben/diary && chown ben:ben /home/ben/diary
"""


class RefreshTest(vm_support.VmTest):
    def setUp(self):
        super().setUp()
        self.began = time.monotonic()

    def say(self, what):
        print(f"    {time.monotonic() - self.began:5.0f} s  {what}", file=sys.stderr)

    def computer_with_users(self):
        """It is switched off; and what its users have."""
        machine = self.vm()
        machine.start()
        machine.wait_until_up()
        machine.run(USERS)
        machine.run("mkdir -m 0700 /rehome")
        machine.copy_in(vm_support.fresh_image())
        machine.run("mv /exchange/fresh.tar.zst /rehome/ && chown root:root /rehome/fresh.tar.zst")
        machine.switch_off()
        self.say("the old system has users")
        with machine.volume() as root:
            return machine, {name: tree_record.record(root / "home" / name) for name in ("ann", "ben")}

    def begin(self, machine, scenario):
        machine.start()
        machine.wait_until_up()
        machine.run(f"/exchange/rehome/run sequence new --scenario {scenario} --image /rehome/fresh.tar.zst /root/it.yaml")
        machine.run("echo 'of the old system' >/etc/old-system")
        machine.send("/exchange/rehome/run sequence run /root/it.yaml >/rehome/begin.log 2>&1")

    def assert_all_is_there(self, machine, before):
        status = machine.run("/rehome/program/run sequence status")
        self.assertIn("succeeded", status.splitlines()[0], status)
        machine.run("test ! -e /etc/old-system && test ! -e /rehome/store && ! systemctl cat rehome-sequence.service")
        self.assertIn("staff2", machine.run("id -nG ann"))
        self.assertEqual(machine.run("stat -c %u /home/ben"), "1500\n")
        # As ben, who has to give ann's password.
        self.assertIn("(ann)", machine.run(f"echo '{PASSWORD}' | runuser -u ben -- su ann -c id"))
        machine.run("echo wrong | runuser -u ben -- su ann -c id", expect=1)
        machine.switch_off()
        with machine.volume() as root:
            for name, record in before.items():
                self.assertEqual(list(tree_record.compare(record, tree_record.record(root / "home" / name), {}, {})), [])

    def test_refresh_with_hard_links(self):
        machine, before = self.computer_with_users()
        self.begin(machine, "refresh")
        machine.wait_for_console("this is the other root")
        self.say("captured; the other root has started")
        machine.wait_for_console("the computer is restarted", seconds=900)
        self.say("wiped, and the fresh system applied")
        machine.wait_until_up()
        self.say("the fresh system has started")
        machine.wait_until("/rehome/program/run sequence status --json", '"phase": "ended"')
        self.say("restored, and started again")
        self.assert_all_is_there(machine, before)
        self.say("nothing is lost, and the users log in")


if __name__ == "__main__":
    vm_support.main()
