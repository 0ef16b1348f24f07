#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The include table's own test: each kind of forbidden include, planted in a small tree, is found."""
import pathlib
import subprocess
import sys
import tempfile

TABLE = """
rehome_folder(base/core HEADERS fmt/)
rehome_folder(base/codec DEPENDS base/core HEADERS zstd)
rehome_folder(flow/scan DEPENDS base/core)
rehome_folder(flow/load DEPENDS base/core)
"""
CASES = {
    "allowed": ("flow/scan/a.cpp", '#include "base/core/a.h"\n', None),
    "sibling stage": ("flow/scan/a.cpp", '#include "flow/load/a.h"\n', "may not depend on flow/load"),
    "foreign internal": ("flow/scan/a.cpp", '#include "base/core/internal/a.h"\n', "private to base/core"),
    "third party": ("flow/scan/a.cpp", "#include <zstd.h>\n", "belongs to base/codec"),
    "third party in header": ("base/codec/a.h", "#include <zstd.h>\n", "to whoever includes this header"),
    "posix": ("flow/scan/a.cpp", "#include <unistd.h>\n", "POSIX header"),
    "stranger": ("elsewhere/a.cpp", "\n", "no folder of the table"),
}


def run(table, path, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "cmake").mkdir()
        (root / "cmake" / "Folders.cmake").write_text(table)
        file = root / "src" / path
        file.parent.mkdir(parents=True)
        file.write_text(text)
        script = pathlib.Path(__file__).with_name("include_table.py")
        return subprocess.run([sys.executable, script, root], capture_output=True, text=True, check=False)


def main():
    failures = []
    for name, (path, text, expected) in CASES.items():
        result = run(TABLE, path, text)
        if (expected is None) != (result.returncode == 0) or (expected and expected not in result.stdout):
            failures.append(f"{name}: {result.stdout}{result.stderr}")
    cyclic = run("rehome_folder(a DEPENDS b)\nrehome_folder(b DEPENDS a)\n", "a/x.cpp", "\n")
    if "cycle" not in cyclic.stdout:
        failures.append("cycle: " + cyclic.stdout)
    print("\n".join(failures) or f"{len(CASES) + 1} planted cases judged rightly")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
