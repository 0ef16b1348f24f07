// SPDX-License-Identifier: Apache-2.0
#pragma once
// The ports where scan hands over to a store, and a store to load. Neither stage knows the other: a program joins
// them.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/core/clock.h"
#include "base/machine/accounts.h"
#include "base/machine/environment.h"
#include "base/machine/machine.h"
#include "model/object.h"
#include "model/outcome.h"

namespace rehome {

enum class StoreKind : std::uint8_t { compressed = 1, uncompressed = 2, hard_link = 3 };
std::string_view name_of(StoreKind kind);

struct CapturedAccount {
  AccountNumber number = kSystemAccount;
  Account account;
  MachinePath canonical_home;
};

/// An account of the source that is never captured, but may own files and have entries in ACLs.
struct ServiceAccount {
  std::string name;
  std::uint32_t uid = 0;
  bool operator==(const ServiceAccount&) const = default;
};

/// What decided what a capture took, so that the computer can be held to it later (docs/task-sequences.md, the wipe
/// guard).
struct CaptureRules {
  struct File {
    std::string name;  // as the user gave it
    std::string text;
    bool operator==(const File&) const = default;
  };
  std::vector<File> files = {};
  std::vector<MachinePath> also_volumes = {};
  bool keeps_tagged_caches = false;
  bool operator==(const CaptureRules&) const = default;
};
/// Bytes of all texts; a capture by larger ones does not keep them.
constexpr std::size_t kLargestCaptureRules = std::size_t{1} << 20;

/// What is known about a capture besides its objects. What one account's key opens holds only that account.
struct CaptureInfo {
  std::string capture_id;  // 32 hexadecimal digits
  StoreKind kind = StoreKind::compressed;
  MachineFlavour flavour = MachineFlavour::linux;
  std::string computer_name;
  OperatingSystem operating_system;
  Timestamp started;
  Timestamp finished;
  std::string program_version;
  std::vector<CapturedAccount> accounts;
  std::vector<Group> groups;  // those whose gid or name objects and accounts use
  std::vector<ServiceAccount> services;
  std::uint64_t objects = 0;
  std::uint64_t content_bytes = 0;  // without holes; a file with several names once
  FindingCounts findings;
  std::optional<CaptureRules> rules;  // nullopt: of an earlier version, or too large
};

/// The content of one file on its way into a store: opened only if the store wants to read it.
class FileSource {
 public:
  /// `folder_path` is for messages and for finding the volume: what is opened goes through `folder`.
  FileSource(Folder& folder, std::string_view name, std::string_view folder_path = {})
      : folder_(folder), name_(name), folder_path_(folder_path) {}
  virtual ~FileSource() = default;
  Folder& folder() const { return folder_; }
  std::string_view name() const { return name_; }
  std::string_view folder_path() const { return folder_path_; }
  /// Opens at the first call. Errors of it and of what it returns are the source's, not the store's.
  virtual ReadableFile& file() = 0;

 private:
  Folder& folder_;
  std::string_view name_;
  std::string_view folder_path_;
};

/// Where scan puts what it finds. Called from many threads. An Error that does not come out of FileSource means that
/// the store cannot go on.
class CaptureSink : public FindingSink {
 public:
  /// Number of the account in this vault. Called before anything else, for every selected account.
  virtual AccountNumber number_of(const Account& account) = 0;
  /// Asks whether an earlier capture of this vault holds this very file, untouched since. `object` has everything that
  /// lstat tells (with ctime) and its location. Then extents, chunks, flags and attributes are filled in, and the file
  /// need not be opened; otherwise keep_content() is to be called, and the attributes are to be read.
  virtual bool reuse(Object& object) = 0;
  /// Reads (or links) the file's content; fills size, extents and chunks.
  virtual void keep_content(Object& object, FileSource& source) = 0;
  /// The object is complete. A folder comes before what lies in it, the leader of a link group before its members.
  virtual void record(Object object) = 0;
  using FindingSink::record;
  /// Whether a file that has names among the objects of two accounts has them after a restore, too.
  virtual bool keeps_names_across_accounts() const { return false; }
  /// Whether this folder (device and inode are looked at, not its name: a store can be reached by many paths) belongs
  /// to the store itself and must not be captured.
  virtual bool owns(const NodeInfo& folder) const = 0;
};

/// Takes the content of one file, piece by piece, ascending; what is left out between pieces is a hole.
class ContentConsumer {
 public:
  virtual ~ContentConsumer() = default;
  virtual void write(std::uint64_t offset, ByteView bytes) = 0;
};

/// A complete capture, opened for reading. All methods may be called from many threads.
class CapturedState {
 public:
  virtual ~CapturedState() = default;
  virtual const CaptureInfo& info() const = 0;
  /// Calls `take` with every object of these accounts in the catalog's order, which is also the best order for
  /// reading content. Where a part of the catalog is damaged beyond its second copy, records findings and goes on.
  /// Accounts for which there is no key are passed over, as if the capture held nothing of them.
  virtual void visit(std::span<const AccountNumber> accounts, FindingSink& findings,
                     const std::function<void(Object)>& take) const = 0;
  /// Looks, without reading it, whether the content of a file is there: its packs, or its plain file, in full length.
  /// Gives the object as read_content() and link_content() take it: the same, or with today's size and time where it is
  /// the linked original that was edited in place after the capture. Throws Error(corrupt) where the content is lost.
  virtual Object check_content(Object object) const = 0;
  /// Every byte is authenticated before it is handed over; throws Error(corrupt) where it cannot be.
  virtual void read_content(const Object& object, ContentConsumer& consumer) const = 0;
  /// Hard-link stores: the file that link_content() can give further names on its own volume, as it lies in the store;
  /// nullopt where the content must be copied. Throws Error(corrupt) where it is not as it was captured.
  virtual std::optional<NodeInfo> stored_file(const Object& object) const = 0;
  /// Gives stored_file() a name in `folder`, and says what it was before: the node, and how many names it had. nullopt
  /// where the content must be copied (other store kinds, other volume).
  virtual std::optional<NodeInfo> link_content(const Object& object, WritableFolder& folder,
                                               std::string_view name) const = 0;
  /// The findings of the capture itself.
  virtual std::vector<Finding> findings(std::span<const AccountNumber> accounts) const = 0;
};

}  // namespace rehome
