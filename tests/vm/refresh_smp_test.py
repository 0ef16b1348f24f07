# SPDX-License-Identifier: Apache-2.0
"""The refresh of refresh_test.py through a site: the users' state waits at a state migration point, encrypted, while the
system is replaced, and the new system fetches it with the identity of the old one."""
import site_refresh_support
import vm_support


class RefreshSmpTest(site_refresh_support.SiteRefreshCase):
    def test_refresh_through_a_state_migration_point(self):
        machine, before = self.computer_with_users()
        machine.start()
        machine.wait_until_up()
        self.enrol_guest(machine, "old")
        identity = machine.run("sha256sum </var/lib/rehome/agent/identity.json")
        self.make_sequence(machine, "refresh-smp")
        self.begin(machine)
        machine.wait_for_console("this is the other root", seconds=900)
        store, = self.site("site store list", "--state", "captured")["items"]
        self.follow(machine)
        self.assertEqual(machine.run("sha256sum </var/lib/rehome/agent/identity.json"), identity)
        machine.run("test ! -e /rehome/agent/identity.json")
        self.assert_all_is_there(machine, before)
        self.say("nothing is lost, and the users log in")
        self.assert_released(store["id"], "old")


if __name__ == "__main__":
    vm_support.main()
