#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""docs/replace-a-pc.md: the commands of the page, one after the other, with the places of this test in them."""
import re
import shlex

import site_support
import support

PAGE = support.SOURCE / "docs/replace-a-pc.md"


def commands_of_page():
    """(section, command line) in the page's order."""
    section = None
    for line in PAGE.read_text().splitlines():
        if line.startswith("## "):
            section = line[3:].split(":")[0]
        elif line.startswith("    rehome "):
            yield section, line.strip()


class ReplaceAPc(site_support.SiteTest):
    def setUp(self):
        support.ProgramTest.setUp(self)
        self.old = self.computer("old")
        self.new = self.computer("new")
        home = self.old.add_user("ann")
        (home / "letter").write_text("dear reader\n" * 1000)
        self.old.own("ann")
        self.roots = {"On the old computer": self.old.root, "On the new computer": self.new.root}

    def run_init(self, arguments):
        """What the reader notes down."""
        made = self.rehome(*arguments, "--json").json
        self.fingerprint = made["fingerprint"]
        self.password = self.secret_file("password", made["password"])
        self.folder = arguments[2]

    def here(self, section, line):
        """The command with the names of this test in place of the page's."""
        line = re.sub(r"(/srv|/root)/", f"{self.work}/", line)
        line = re.sub(r"--name rehome\.example\.org", "--name 127.0.0.1", line)
        line = line.replace("https://rehome.example.org:8443", getattr(self, "url", ""))
        line = line.replace("FINGERPRINT", getattr(self, "fingerprint", ""))
        line = re.sub(r"\btoken-(old|new)\b", lambda name: str(self.work / name[0]), line)
        arguments = shlex.split(line)[1:]
        if section in self.roots:
            arguments += ["--state", str(self.work / f"agent of {section}")]
            if arguments[1] in ("capture-user-state", "restore-user-state", "request-state-store"):
                arguments += ["--root", str(self.roots[section])]
        elif arguments[1] not in ("init", "serve"):
            arguments += ["--session", str(self.work / "session")]
            if arguments[1] == "login":
                arguments += ["--password-file", str(self.password)]
        return arguments

    def test_the_page_as_it_stands(self):
        ran = 0
        for section, line in commands_of_page():
            arguments = self.here(section, line)
            if arguments[:2] == ["site", "init"]:
                self.run_init(arguments)
            elif arguments[:2] == ["site", "serve"]:
                self.serve()
                self.addCleanup(self.stop)
            else:
                self.rehome(*arguments)
            ran += 1
        self.assertEqual(ran, 16)
        self.assert_same_tree(self.old.root / "home/ann", self.new.root / "home/ann")


if __name__ == "__main__":
    support.main()
