# SPDX-License-Identifier: Apache-2.0
"""A refresh, from the first step to users who log in: the system of a computer is captured with hard links, replaced from
the other root by a fresh one, and its users' state restored, with nobody in between."""
import refresh_support
import vm_support


class RefreshTest(refresh_support.RefreshCase):
    def test_refresh_with_hard_links(self):
        machine, before = self.computer_with_users()
        machine.start()
        machine.wait_until_up()
        self.make_sequence(machine, "refresh")
        self.begin(machine)
        self.follow(machine)
        said = machine.run("cat /rehome/sequence.log")
        (vm_support.SCRATCH / "vm/refresh-console").write_text(f"{said}\n{machine.console}")  # docs/refresh-console.md
        self.assert_all_is_there(machine, before)
        self.say("nothing is lost, and the users log in")


if __name__ == "__main__":
    vm_support.main()
