// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/memory_machine.h"

namespace rehome {

MemoryMachine::MemoryMachine(MachineFlavour flavour, ManualClock& clock)
    : flavour_(flavour), files_(flavour, clock), environment_(flavour, files_) {
  const bool windows = flavour == MachineFlavour::windows;
  if (windows) environment_.set_computer_name("TESTPC");
  files_.add_folder(windows ? "C:/Users" : "/home");
  files_.add_folder(windows ? "C:/Windows" : "/etc");
}

Account MemoryMachine::add_account(const std::string& name, std::uint32_t uid) {
  const bool windows = flavour_ == MachineFlavour::windows;
  Account account;
  account.name = windows ? environment_.computer_name() + "\\" + name : name;
  account.uid = account.gid = uid;
  account.home = (windows ? "C:/Users/" : "/home/") + name;
  if (windows) {
    account.sid = "S-1-5-21-1004336348-1177238915-682003330-" + std::to_string(uid);
  } else {
    account.shell = "/bin/bash";
  }
  accounts_.create_group({name, uid, {}});
  accounts_.set(account);
  files_.add_folder(account.home);
  files_.edit(account.home, [&](Metadata& metadata) {
    metadata.uid = metadata.gid = uid;
    metadata.mode = 0700;
  });
  return account;
}

}  // namespace rehome
