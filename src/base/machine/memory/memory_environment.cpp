// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/memory_environment.h"

#include <algorithm>

namespace rehome {

namespace {

std::string upper(std::string_view name) {
  std::string raised(name);
  for (char& c : raised) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return raised;
}

std::optional<MachinePath> system_place(KnownFolder folder, bool windows) {
  switch (folder) {
    case KnownFolder::users:
      return windows ? "C:/Users" : "/home";
    case KnownFolder::windows:
      return windows ? std::optional<MachinePath>("C:/Windows") : std::nullopt;
    case KnownFolder::program_files:
      return windows ? std::optional<MachinePath>("C:/Program Files") : std::nullopt;
    case KnownFolder::program_data:
      return windows ? std::optional<MachinePath>("C:/ProgramData") : std::nullopt;
    case KnownFolder::public_profile:
      return windows ? std::optional<MachinePath>("C:/Users/Public") : std::nullopt;
    default:
      return std::nullopt;
  }
}

std::string_view name_of_user(std::string_view account_name) {
  const auto domain = account_name.rfind('\\');
  return domain == std::string_view::npos ? account_name : account_name.substr(domain + 1);
}

}  // namespace

MemoryEnvironment::MemoryEnvironment(MachineFlavour flavour, FileTree& files) : flavour_(flavour), files_(files) {
  state_.lock()->system = flavour == MachineFlavour::windows
                              ? OperatingSystem{"Windows 10 Pro", "windows", "10.0.19045", true}
                              : OperatingSystem{"Debian GNU/Linux 12 (bookworm)", "debian", "12", true};
}

OperatingSystem MemoryEnvironment::operating_system() { return state_.lock()->system; }

std::string MemoryEnvironment::computer_name() { return state_.lock()->computer_name; }

std::optional<MachinePath> MemoryEnvironment::default_place(const KnownFolderNames& names,
                                                            const Account* account) const {
  const bool windows = flavour_ == MachineFlavour::windows;
  if (!names.per_user) return system_place(names.folder, windows);
  if (account == nullptr) return std::nullopt;
  if (names.folder == KnownFolder::home) return account->home;
  const std::string_view below = windows ? names.windows_default : names.linux_default;
  if (below.empty()) return std::nullopt;
  return account->home + "/" + std::string(below);
}

std::optional<MachinePath> MemoryEnvironment::named_place(KnownFolder folder, const Account* account) {
  const KnownFolderNames* names = find_known_folder(folder);
  if (names == nullptr) return std::nullopt;
  auto state = state_.lock();
  const auto set = state->folders.find({folder, names->per_user && account != nullptr ? account->name : ""});
  return set != state->folders.end() ? set->second : default_place(*names, account);
}

std::optional<MachinePath> MemoryEnvironment::known_folder(KnownFolder folder, const Account* account) {
  const std::optional<MachinePath> place = named_place(folder, account);
  return place ? std::optional(files_.canonical(*place)) : std::nullopt;
}

bool MemoryEnvironment::is_linked_in_home(KnownFolder folder, const Account* account) {
  const std::optional<MachinePath> place = named_place(folder, account);
  if (!place || account == nullptr || !place->starts_with(account->home + "/")) return false;
  const MachinePath home = files_.canonical(account->home);
  const MachinePath leads_to = files_.canonical(*place);
  if (!leads_to.starts_with(home + "/")) return false;
  const MachinePath named = home + place->substr(account->home.size());
  return flavour_ == MachineFlavour::windows ? upper(leads_to) != upper(named) : leads_to != named;
}

std::optional<std::string> MemoryEnvironment::variable(std::string_view name, const Account* account) {
  const std::string raised = upper(name);
  {
    auto state = state_.lock();
    for (const std::string& context : {account != nullptr ? account->name : std::string(), std::string()}) {
      const auto set = state->variables.find({raised, context});
      if (set != state->variables.end()) return set->second;
    }
  }
  if (raised == "USERNAME" && account != nullptr) return std::string(name_of_user(account->name));
  const auto meaning = known_folder_of_variable(raised);
  auto place = meaning ? known_folder(*meaning, account) : std::nullopt;
  if (place && flavour_ == MachineFlavour::windows) std::ranges::replace(*place, '/', '\\');
  return place;
}

void MemoryEnvironment::set_operating_system(const OperatingSystem& system) { state_.lock()->system = system; }

void MemoryEnvironment::set_computer_name(const std::string& name) { state_.lock()->computer_name = name; }

void MemoryEnvironment::set_known_folder(KnownFolder folder, const std::string& account_name,
                                         std::optional<MachinePath> path) {
  state_.lock()->folders[{folder, account_name}] = std::move(path);
}

void MemoryEnvironment::set_variable(std::string_view name, const std::string& account_name, const std::string& value) {
  state_.lock()->variables[{upper(name), account_name}] = value;
}

}  // namespace rehome
