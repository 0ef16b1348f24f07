// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the user could not read at the source, in his own home: files of root's, of a service, of another user. Their
// owner is not let in where the source is not trusted, and given to the user they would be open to him. So they are not
// brought, nor is what lies in such folders; it stays in the store. In: objects, a folder before what lies in it. Out:
// whether each is hidden. One thread.

#include <cstdint>
#include <map>
#include <set>

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/id_mapping.h"
#include "model/capture.h"
#include "model/object.h"

namespace rehome::load {

class HiddenObjects {
 public:
  /// `ids` must outlive it.
  HiddenObjects(const CaptureInfo& info, const AccountMapping& mapping, const IdMapping& ids, bool trust_source);

  enum class Verdict : std::uint8_t {
    shown,
    hidden,            // itself
    in_hidden_folder,  // which was said to be hidden
  };
  Verdict judge(const Object& object);

 private:
  /// Of an account, as it is at the source.
  struct Reader {
    std::uint32_t uid = 0;
    std::set<std::uint32_t> gids;
    std::vector<IdRange> subuids;  // what belongs to one of these is the user's own, in a namespace
  };
  bool becomes_the_readers(const Object& object, const Reader& reader) const;
  bool lies_in_hidden_folder(const Location& location) const;

  const IdMapping& ids_;
  std::map<AccountNumber, Reader> readers_;  // none where everything is shown
  std::set<Location> folders_;
};

/// Whether the mode and the ACL of the source let this user see what is in it: read a file, look into a folder.
bool may_look_into(const Object& object, std::uint32_t uid, const std::set<std::uint32_t>& gids);

}  // namespace rehome::load
