# SPDX-License-Identifier: Apache-2.0
"""One computer takes the place of another, through a site: the old one's users are captured by its sequence, and restored
by the new one's beside a user that it has already, so that one of them gets another number."""
import refresh_support
import site_refresh_support
import vm_support
from vm_support import tree_record


class ReplaceTest(site_refresh_support.SiteRefreshCase):
    def new_computer(self):
        machine = self.vm("new")
        machine.start()
        machine.wait_until_up()
        machine.run("hostname new && echo new >/etc/hostname && useradd -m -s /bin/bash carl && echo mine >/home/carl/note")
        return machine

    def test_the_new_computer_gets_what_the_old_one_had(self):
        new = self.new_computer()
        self.enrol_guest(new, "new")
        new.switch_off()
        old, before = self.computer_with_users()
        old.start()
        old.wait_until_up()
        self.enrol_guest(old, "old")
        self.site("association add", "old", "new")
        self.run_sequence(old, "replace")
        self.say("the old computer is captured")
        old.switch_off()
        store, = self.site("site store list", "--state", "captured")["items"]

        new.start()
        new.wait_until_up()
        self.make_sequence(new, "restore", "")
        self.begin(new)
        self.wait_for_the_end(new)
        self.say("restored on the new computer, and started again")
        users = {1000: int(new.run("id -u ann")), 1500: 1500}
        groups = {1000: int(new.run("id -g ann")), 1500: 1500}
        self.assertNotIn(1000, users.values())
        self.assert_users_log_in(new)
        self.assertEqual(new.run("cat /home/carl/note"), "mine\n")
        new.switch_off()
        with new.volume() as root:
            after = refresh_support.homes(root)
        for name, record in before.items():
            self.assertEqual(list(tree_record.compare(record, after[name], users, groups)), [])
        self.assert_released(store["id"], "new")
        self.say("nothing is lost, and the users log in")

    def run_sequence(self, machine, scenario):
        self.make_sequence(machine, scenario, "")
        machine.run("/exchange/rehome/run sequence run /root/it.yaml")


if __name__ == "__main__":
    vm_support.main()
