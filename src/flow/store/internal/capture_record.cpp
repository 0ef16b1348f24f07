// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/capture_record.h"

#include "base/core/error.h"

namespace rehome::store {

namespace {

void put_ranges(google::protobuf::RepeatedPtrField<catalog::IdRangeRecord>& out, const std::vector<IdRange>& ranges) {
  for (const IdRange& range : ranges) {
    catalog::IdRangeRecord* put = out.Add();
    put->set_first(range.first);
    put->set_count(range.count);
  }
}

std::vector<IdRange> take_ranges(const google::protobuf::RepeatedPtrField<catalog::IdRangeRecord>& records) {
  std::vector<IdRange> ranges;
  for (const catalog::IdRangeRecord& record : records) ranges.push_back({record.first(), record.count()});
  return ranges;
}

void put_aging(catalog::PasswordAgingRecord& record, const PasswordAging& aging) {
  if (aging.changed) record.set_changed(*aging.changed);
  if (aging.min) record.set_min(*aging.min);
  if (aging.max) record.set_max(*aging.max);
  if (aging.warn) record.set_warn(*aging.warn);
  if (aging.inactive) record.set_inactive(*aging.inactive);
  if (aging.expires) record.set_expires(*aging.expires);
}

PasswordAging take_aging(const catalog::PasswordAgingRecord& record) {
  PasswordAging aging;
  if (record.has_changed()) aging.changed = record.changed();
  if (record.has_min()) aging.min = record.min();
  if (record.has_max()) aging.max = record.max();
  if (record.has_warn()) aging.warn = record.warn();
  if (record.has_inactive()) aging.inactive = record.inactive();
  if (record.has_expires()) aging.expires = record.expires();
  return aging;
}

void put_account(catalog::AccountRecord& record, const CapturedAccount& captured) {
  const Account& account = captured.account;
  record.set_number(captured.number);
  record.set_name(account.name);
  record.set_kind(static_cast<std::uint32_t>(account.kind));
  record.set_uid(account.uid);
  record.set_gid(account.gid);
  record.set_sid(account.sid);
  record.set_comment(account.comment);
  record.set_home(account.home);
  record.set_shell(account.shell);
  record.set_locked(account.locked);
  if (account.password_hash) record.set_password_hash(*account.password_hash);
  if (account.aging) put_aging(*record.mutable_aging(), *account.aging);
  for (const std::string& group : account.groups) record.add_groups(group);
  put_ranges(*record.mutable_subuids(), account.subuids);
  put_ranges(*record.mutable_subgids(), account.subgids);
  record.set_canonical_home(captured.canonical_home);
}

CapturedAccount take_account(const catalog::AccountRecord& record) {
  if (record.kind() > static_cast<std::uint32_t>(AccountKind::service)) {
    throw Error(ErrorCode::corrupt, "the catalog holds a kind of account that cannot be");
  }
  CapturedAccount captured;
  captured.number = record.number();
  captured.canonical_home = record.canonical_home();
  Account& account = captured.account;
  account.name = record.name();
  account.kind = static_cast<AccountKind>(record.kind());
  account.uid = record.uid();
  account.gid = record.gid();
  account.sid = record.sid();
  account.comment = record.comment();
  account.home = record.home();
  account.shell = record.shell();
  account.locked = record.locked();
  if (record.has_password_hash()) account.password_hash = record.password_hash();
  if (record.has_aging()) account.aging = take_aging(record.aging());
  account.groups.assign(record.groups().begin(), record.groups().end());
  account.subuids = take_ranges(record.subuids());
  account.subgids = take_ranges(record.subgids());
  return captured;
}

void put_rules(catalog::RulesRecord& record, const CaptureRules& rules) {
  for (const CaptureRules::File& file : rules.files) {
    catalog::RuleFileRecord* put = record.add_files();
    put->set_name(file.name);
    put->set_text(file.text);
  }
  for (const MachinePath& path : rules.also_volumes) record.add_also_volumes(path);
  record.set_keeps_tagged_caches(rules.keeps_tagged_caches);
}

CaptureRules take_rules(const catalog::RulesRecord& record) {
  CaptureRules rules;
  for (const catalog::RuleFileRecord& file : record.files()) rules.files.push_back({file.name(), file.text()});
  rules.also_volumes = {record.also_volumes().begin(), record.also_volumes().end()};
  rules.keeps_tagged_caches = record.keeps_tagged_caches();
  return rules;
}

}  // namespace

void put_capture(catalog::CaptureRecord& record, const CaptureInfo& info) {
  record.set_flavour(static_cast<std::uint32_t>(info.flavour));
  record.set_computer_name(info.computer_name);
  record.set_os_name(info.operating_system.name);
  record.set_os_id(info.operating_system.id);
  record.set_os_version(info.operating_system.version);
  record.set_os_is_64_bit(info.operating_system.is_64_bit);
  record.set_program_version(info.program_version);
  for (const CapturedAccount& account : info.accounts) put_account(*record.add_accounts(), account);
  for (const Group& group : info.groups) {
    catalog::GroupRecord* put = record.add_groups();
    put->set_name(group.name);
    put->set_gid(group.gid);
    for (const std::string& member : group.members) put->add_members(member);
  }
  for (const ServiceAccount& service : info.services) {
    catalog::ServiceRecord* put = record.add_services();
    put->set_name(service.name);
    put->set_uid(service.uid);
  }
  record.set_objects(info.objects);
  record.set_content_bytes(info.content_bytes);
  record.set_notes(info.findings.notes);
  record.set_losses(info.findings.losses);
  record.set_errors(info.findings.errors);
  if (info.rules) put_rules(*record.mutable_rules(), *info.rules);
}

CaptureInfo take_capture(const catalog::CaptureRecord& record) {
  if (record.flavour() > static_cast<std::uint32_t>(MachineFlavour::windows)) {
    throw Error(ErrorCode::corrupt, "the catalog holds a flavour of computer that cannot be");
  }
  CaptureInfo info;
  info.flavour = static_cast<MachineFlavour>(record.flavour());
  info.computer_name = record.computer_name();
  info.operating_system = {record.os_name(), record.os_id(), record.os_version(), record.os_is_64_bit()};
  info.program_version = record.program_version();
  for (const catalog::AccountRecord& account : record.accounts()) info.accounts.push_back(take_account(account));
  for (const catalog::GroupRecord& group : record.groups()) {
    info.groups.push_back({group.name(), group.gid(), {group.members().begin(), group.members().end()}});
  }
  for (const catalog::ServiceRecord& service : record.services()) {
    info.services.push_back({service.name(), service.uid()});
  }
  info.objects = record.objects();
  info.content_bytes = record.content_bytes();
  info.findings = {record.notes(), record.losses(), record.errors()};
  if (record.has_rules()) info.rules = take_rules(record.rules());
  return info;
}

}  // namespace rehome::store
