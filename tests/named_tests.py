#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the tests that a document names are there. Usage: named_tests.py SOURCE_FOLDER [DOCUMENT…]

A name counts where it follows its file: "`flow/load/load_test.cpp` OneRestoreAtATime…, ASecondRun…; `site_room_test.py`
test_a_quota_holds…". A file is a path, or the end of one; a name with … is the beginning of one. Prints each that is missing.
"""
import pathlib
import re
import sys

REFERENCE = re.compile(r"`([\w./]*_test\.(?:cpp|py))`([^`|;]*)")
NAME = re.compile(r"^(?:[A-Z]\w*[a-z]\w*|test_\w+)(…?)$")
DEFINED = re.compile(r"\bTEST(?:_[FP])?\(\s*(\w+)\s*,\s*(\w+)|RC_GTEST(?:_FIXTURE)?_PROP\(\s*(\w+)\s*,\s*(\w+)|\bdef (test_\w+)|\bclass (\w+)")


def tests_in(file):
    """Names of tests and of their groups."""
    return {name for found in DEFINED.findall(file.read_text()) for name in found if name}


def missing_in(document, files):
    for number, line in enumerate(document.read_text().splitlines(), 1):
        for path, names in REFERENCE.findall(line):
            matching = [file for file in files if f"/{file}".endswith(f"/{path}")]
            if not matching:
                yield number, path, "there is no such file"
                continue
            there = set().union(*(tests_in(file) for file in matching))
            for word in names.replace(",", " ").replace(".", " ").split():
                found = NAME.match(word)
                if not found:
                    continue
                name = word.rstrip("…")
                if name not in there and not (found[1] and any(each.startswith(name) for each in there)):
                    yield number, path, f"it has no test {word}"


def main():
    source = pathlib.Path(sys.argv[1])
    documents = [pathlib.Path(name) for name in sys.argv[2:]] or [source / "docs/invariants.md"]
    files = [file for folder in ("src", "tests") for kind in ("cpp", "py")
             for file in (source / folder).rglob(f"*_test.{kind}")]
    missing = [f"{document.name}:{number}: {path}: {why}" for document in documents
               for number, path, why in missing_in(document, files)]
    print("\n".join(missing) or f"all named tests of {', '.join(each.name for each in documents)} are there")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
