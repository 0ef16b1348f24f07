#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program outside of the system that it was built in. The root in memory itself is started in tests/vm."""
import filecmp
import subprocess

import support
from support import NOT_FOUND, SUCCESS


class Copies(support.ProgramTest):
    def test_a_copy_runs_in_an_empty_root_and_copies_itself(self):
        root = self.work / "root"
        root.mkdir()
        made = self.rehome("other-root", "copy", root / "rehome", "--json").json
        self.assertEqual(made, {"folder": str(root / "rehome"), "run": str(root / "rehome/run")})
        loader = next((root / "rehome/lib").glob("ld-linux*"))
        (root / "proc").mkdir()  # where a program with a sanitizer looks for its options and for leaks
        enter = ["unshare", "--pid", "--fork", "--mount-proc", "--root", root]
        self.assertEqual(self.run_it(*enter, f"/rehome/lib/{loader.name}", "--library-path", "/rehome/lib",
                                     "/rehome/rehome", "--version"), self.rehome("--version").out)
        self.run_it(root / "rehome/run", "other-root", "copy", self.work / "second")
        self.assertTrue(filecmp.cmp(root / "rehome/rehome", self.work / "second/rehome", shallow=False))

    def test_the_folder_above_has_to_be_there(self):
        self.assertIn("no/such", self.rehome("other-root", "copy", self.work / "no/such/folder", expect=NOT_FOUND).err)

    def run_it(self, *words):
        process = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
        self.assertEqual(process.returncode, SUCCESS, process.stderr)
        return process.stdout


if __name__ == "__main__":
    support.main()
