#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An independent comparison of trees: shares no code with rehome and reads the file systems itself.

  tree_record.py record FOLDER > before.json          what is there: kinds, owners, modes, times, attributes, content
  tree_record.py compare before.json FOLDER [--user-map OLD:NEW]... [--leave-out PATH]...

`compare` prints one line per difference and fails if there is one. Compared: every name; kind; owner and group (after
the map of numeric ids); mode; modification time to the nanosecond; extended attributes, with ids inside ACLs mapped;
link targets; device numbers; SHA-256 of content; which names share one file; and that a sparse file did not grow.
"""
import argparse
import base64
import hashlib
import json
import os
import stat
import struct
import sys

SPARSE_TOLERANCE = 1.1  # a file system may round the allocation of a file up


def digest(path):
    sha = hashlib.sha256()
    descriptor = os.open(path, os.O_RDONLY | os.O_NOATIME | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()


def attributes(path):
    return {name: base64.b64encode(os.getxattr(path, name, follow_symlinks=False)).decode()
            for name in sorted(os.listxattr(path, follow_symlinks=False))}


def describe(path, info):
    kind = stat.S_IFMT(info.st_mode)
    entry = {"kind": kind, "mode": stat.S_IMODE(info.st_mode), "uid": info.st_uid, "gid": info.st_gid,
             "mtime": info.st_mtime_ns, "attributes": attributes(path)}
    if kind == stat.S_IFREG:
        entry |= {"size": info.st_size, "sha256": digest(path), "allocated": info.st_blocks * 512}
        if info.st_nlink > 1:
            entry["inode"] = f"{info.st_dev}:{info.st_ino}"
    elif kind == stat.S_IFLNK:
        entry["target"] = os.fsencode(os.readlink(path)).hex()
    elif kind in (stat.S_IFCHR, stat.S_IFBLK):
        entry["device"] = info.st_rdev
    return entry


def record(top):
    """{path relative to `top` as hexadecimal bytes: description}; walks by descriptors, so any depth works."""
    entries = {}
    top = os.fsencode(top)

    def walk(relative):
        path = os.path.join(top, relative) if relative else top
        info = os.lstat(path)
        entries[relative.hex()] = describe(path, info)
        if stat.S_ISDIR(info.st_mode):
            for name in sorted(os.listdir(path)):
                walk(os.path.join(relative, name))

    walk(b"")
    return entries


def mapped_acl(value, users, groups):
    """A POSIX ACL attribute with the ids of named users and groups mapped (version 2: tag u16, permissions u16, id u32)."""
    raw = base64.b64decode(value)
    rows = [struct.unpack_from("<HHI", raw, at) for at in range(4, len(raw), 8)]
    rows = [(tag, permissions, users.get(number, number) if tag == 2 else groups.get(number, number) if tag == 8 else number)
            for tag, permissions, number in rows]
    return raw[:4] + b"".join(struct.pack("<HHI", *row) for row in sorted(rows))


def differences_of(before, after, users, groups):
    expected_owner = (users.get(before["uid"], before["uid"]), groups.get(before["gid"], before["gid"]))
    if (after["uid"], after["gid"]) != expected_owner:
        yield f"owner {expected_owner} became {(after['uid'], after['gid'])}"
    for field in ("kind", "mode", "size", "sha256", "target", "device"):
        if before.get(field) != after.get(field):
            yield f"{field} {before.get(field)} became {after.get(field)}"
    if before["mtime"] != after["mtime"]:
        yield f"modification time {before['mtime']} became {after['mtime']}"
    if set(before["attributes"]) != set(after["attributes"]):
        yield f"attributes {sorted(before['attributes'])} became {sorted(after['attributes'])}"
        return
    for name, value in before["attributes"].items():
        is_acl = name.startswith("system.posix_acl")
        old = mapped_acl(value, users, groups) if is_acl else base64.b64decode(value)
        new = mapped_acl(after["attributes"][name], {}, {}) if is_acl else base64.b64decode(after["attributes"][name])
        if old != new:
            yield f"attribute {name} changed"
    sparse = before.get("allocated", 0) < before.get("size", 0)
    if sparse and after.get("allocated", 0) > before["allocated"] * SPARSE_TOLERANCE + 65536:
        yield f"sparse file grew from {before['allocated']} to {after['allocated']} allocated bytes"


def link_sets(entries):
    sets = {}
    for path, entry in entries.items():
        if "inode" in entry:
            sets.setdefault(entry["inode"], set()).add(path)
    return {frozenset(paths) for paths in sets.values() if len(paths) > 1}


def show(path):
    return bytes.fromhex(path).decode("utf-8", "backslashreplace").replace("\n", "\\n") or "."


def compare(before, after, users, groups):
    for path in sorted(before.keys() - after.keys()):
        yield f"{show(path)}: lost"
    for path in sorted(after.keys() - before.keys()):
        yield f"{show(path)}: came from nowhere"
    for path in sorted(before.keys() & after.keys()):
        for difference in differences_of(before[path], after[path], users, groups):
            yield f"{show(path)}: {difference}"
    for paths in link_sets(before) - link_sets(after):
        yield f"no longer one file: {', '.join(show(path) for path in sorted(paths))}"


def is_below(path, folder):
    return path == folder or path.startswith(folder + b"/".hex())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record")
    recording.add_argument("folder")
    comparing = commands.add_parser("compare")
    comparing.add_argument("before")
    comparing.add_argument("folder")
    comparing.add_argument("--user-map", action="append", default=[], metavar="OLD:NEW", help="numeric user ids")
    comparing.add_argument("--group-map", action="append", default=[], metavar="OLD:NEW", help="numeric group ids")
    comparing.add_argument("--leave-out", action="append", default=[], metavar="PATH", help="relative to FOLDER")
    arguments = parser.parse_args()
    sys.setrecursionlimit(100_000)
    if arguments.command == "record":
        json.dump(record(arguments.folder), sys.stdout)
        return 0
    with open(arguments.before, encoding="utf-8") as file:
        before = json.load(file)
    after = record(arguments.folder)
    for folder in (os.fsencode(path).hex() for path in arguments.leave_out):
        before = {path: entry for path, entry in before.items() if not is_below(path, folder)}
        after = {path: entry for path, entry in after.items() if not is_below(path, folder)}
    users, groups = ({int(a): int(b) for a, b in (pair.split(":") for pair in pairs)}
                     for pairs in (arguments.user_map, arguments.group_map))
    found = list(compare(before, after, users, groups))
    print("\n".join(found) or f"{len(before)} objects are the same")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
