// SPDX-License-Identifier: Apache-2.0
#pragma once
// A store is one capture on its way: docs/site-lifecycle.md and kTransitions are the same table. What the table does
// not have is refused. Rows C-L1…C-L13.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "site/administrators.h"
#include "site/page.h"
#include "site/site.h"

namespace rehome::site {

enum class StoreState { requested, capturing, abandoned, captured, restoring, released, due, deleting, deleted };
enum class StoreEvent {
  write,             // the source put its first blob
  expire_unused,     // the reservation ran out, or was given back, with nothing written
  finish_capture,    // released as captured, and all that the capture lists is there
  abandon_capture,   // released as failed or abandoned, incomplete, or not heard of for too long
  resume_capture,    // the source asked again
  keep_abandoned,    // an administrator gives it more time
  request_restore,   // a destination got a lease
  end_restore,       // the last restore that ran ended, and a claim is still open
  close_last_claim,  // nobody waits for it any more
  pass_delay,        // the deletion delay is over
  begin_deletion,    // the cycle took it
  discard,           // an administrator, or the end of the time for abandoned captures
  finish_deletion,   // nothing of it is on disk
  retarget,          // an administrator gave a claim to another computer: somebody waits for it again
  lose_folder,       // an administrator took the folder it is in away from the site
};
std::string_view name_of(StoreState state);
std::string_view name_of(StoreEvent event);
StoreState store_state_of(std::string_view name);  // Error(corrupt)

struct Transition {
  StoreState from;
  StoreEvent event;
  StoreState to;
};
std::span<const Transition> transitions();
/// nullopt where the table has no such row.
std::optional<StoreState> next_state(StoreState from, StoreEvent event);

/// A claim is what one association still wants of one store.
enum class ClaimState { waiting, restoring, restored, given_up };
std::string_view name_of(ClaimState state);  // "waiting", "restoring", "restored", "given-up"

struct Claim {
  std::string association = {};
  std::string destination = {}, destination_name = {};
  ClaimState state = ClaimState::waiting;
  std::int64_t changed = 0;
};

struct CapturedAccount {
  std::uint32_t number = 0;
  std::string name = {};
  std::optional<std::int64_t> uid = {};
  std::optional<std::string> sid = {};
};

struct LeaseInfo {
  std::string id = {};
  std::string computer = {};
  bool restore = false;
  std::int64_t created = 0, expires = 0;
  std::string phase = {};
  std::int64_t objects = 0, bytes = 0, expected_bytes = 0;
};

struct Store {
  std::string id = {};  // "s-" and 16 hexadecimal digits
  StoreState state = StoreState::requested;
  std::string source = {}, source_name = {};
  std::string vault = {}, capture = {};  // capture: empty until it is known
  std::string folder = {}, folder_path = {}, point = {};
  std::int64_t estimated_bytes = 0;
  std::int64_t objects = 0, bytes = 0, errors = 0, losses = 0;
  std::string message = {};
  std::int64_t requested = 0;
  std::optional<std::int64_t> captured = {}, abandoned = {}, released = {}, due = {},
                              deleted = {};  // due: when the delay is over
  std::vector<Claim> claims = {};
  std::vector<CapturedAccount> accounts = {};
  std::vector<LeaseInfo> leases = {};  // open ones
};

struct StoreFilter {
  std::optional<StoreState> state = {};
  std::optional<std::string> source = {};
  std::optional<std::string> capture = {};
};

Store store(const Site& site, const std::string& id);
/// Without accounts and leases.
Page<Store> list_stores(const Site& site, const PageRequest& page, const StoreFilter& filter = {});

/// What an administrator may do with a store. All refuse while a computer works on it.
/// C-L9: makes a complete capture that was never released available. Error(incomplete) where something is missing.
Store release_by_administrator(const Site& site, const std::string& id, std::string_view who);
/// Gives an abandoned capture another Settings::keep_abandoned_seconds for its source to resume it.
Store resume_store(const Site& site, const std::string& id, std::string_view who);
/// The next cycle deletes it. Error(refused) where a claim is open, unless `forced`; says whose.
Store discard_store(const Site& site, const std::string& id, bool forced, std::string_view who);
/// P-26, C-C7: the claim of `association` (or the only one that is open) is for another computer of the site from now
/// on, which may read what was captured: Error(refused) for who is no administrator with the right to see recovery
/// information.
Store retarget_store(const Site& site, const std::string& id, const std::string& destination,
                     const std::optional<std::string>& association, const Account& by);
Store give_up_claim(const Site& site, const std::string& id, const std::string& association, std::string_view who);

}  // namespace rehome::site
