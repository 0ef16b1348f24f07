#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on an include that the table in cmake/Folders.cmake does not allow.

Checked: an include of another folder that is not among the folder's DEPENDS; an include of an internal/ folder from
outside its owner; a third-party header outside its owner folder, or in a header that another folder includes; a POSIX
header outside the folders that may use the operating system; a cycle in the table; a folder the table does not name.

Usage: include_table.py SOURCE_DIR
"""
import pathlib
import re
import sys

POSIX_FOLDERS = ("base/core/platform", "base/http_server/platform", "base/archive/platform", "base/boot",
                 "base/machine/linux", "flow/transport", "programs")
POSIX_HEADER = re.compile(r"^(unistd|fcntl|dirent|pthread|sched|signal|pwd|grp|shadow|poll|termios|netdb|syslog)\.h$"
                          r"|^(sys|linux|net|netinet|arpa)/")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


def read_table(cmake_file):
    """The table as {folder: {"DEPENDS": [...], "HEADERS": [...]}}."""
    table = {}
    text = re.sub(r"#.*", "", cmake_file.read_text())
    for call in re.finditer(r"^rehome_folder\(([^)]*)\)", text, re.MULTILINE):
        words = call.group(1).split()
        row = {"DEPENDS": [], "LIBRARIES": [], "HEADERS": []}
        key = None
        for word in words[1:]:
            if word in row:
                key = word
            else:
                row[key].append(word)
        table[words[0]] = row
    return table


def find_cycle(table):
    done, active = set(), []

    def visit(folder):
        if folder in active:
            return active[active.index(folder):] + [folder]
        if folder in done:
            return None
        active.append(folder)
        for dependency in table.get(folder, {"DEPENDS": []})["DEPENDS"]:
            cycle = visit(dependency)
            if cycle:
                return cycle
        active.pop()
        done.add(folder)
        return None

    for folder in table:
        cycle = visit(folder)
        if cycle:
            return cycle
    return None


def owner_of(path, table):
    """The row that a file below src/ belongs to: the longest folder of the table that holds it."""
    fitting = [folder for folder in table if path.startswith(folder + "/")]
    return max(fitting, key=len) if fitting else None


def posix_allowed(path):
    return path.startswith(tuple(folder + "/" for folder in POSIX_FOLDERS))


def problems_of_project_include(path, folder, included, table):
    target = owner_of(included, table)
    if target is None:
        yield f"includes {included}, which lies in no folder of the table"
        return
    if target != folder and target not in table[folder]["DEPENDS"]:
        yield f"includes {included}: {folder} may not depend on {target}"
    if "/internal/" in included and target != folder:
        yield f"includes {included}, which is private to {target}"


def problems_of_system_include(path, folder, included, table):
    if POSIX_HEADER.search(included) and not posix_allowed(path):
        yield f"includes the POSIX header <{included}>"
    for owner, row in table.items():
        if not any(included.startswith(prefix) for prefix in row["HEADERS"]):
            continue
        may_use = included.startswith("fmt/") or folder in owners_of(included, table)
        if not may_use:
            yield f"includes <{included}>, which belongs to {owner}"
        public_header = path.endswith(".h") and "/internal/" not in path
        if public_header:
            yield f"shows <{included}> to whoever includes this header"
        break


def owners_of(included, table):
    return [folder for folder, row in table.items() if any(included.startswith(p) for p in row["HEADERS"])]


def check_file(source_root, file, table):
    path = file.relative_to(source_root).as_posix()
    folder = owner_of(path, table)
    if folder is None:
        yield f"{path}: lies in no folder of the table"
        return
    for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quoted, angled = match.groups()
        if quoted and quoted.endswith(".pb.h"):
            found = [] if path.endswith(".cpp") or "/internal/" in path else ["shows generated code to others"]
        elif quoted:
            found = problems_of_project_include(path, folder, quoted, table)
        else:
            found = problems_of_system_include(path, folder, angled, table)
        for problem in found:
            yield f"{path}:{number}: {problem}"


def main():
    root = pathlib.Path(sys.argv[1])
    table = read_table(root / "cmake" / "Folders.cmake")
    problems = []
    cycle = find_cycle(table)
    if cycle:
        problems.append("the table has a cycle: " + " -> ".join(cycle))
    files = sorted(f for f in (root / "src").rglob("*") if f.suffix in (".h", ".cpp"))
    for file in files:
        if file.name.endswith("_test.cpp") or "testing" in file.parts:
            continue  # a test may also use the fake machine; the product is what the table binds
        problems.extend(check_file(root / "src", file, table))
    print("\n".join(problems) or f"{len(files)} files keep to the include table")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
