// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/texts.h"

namespace rehome::sequence {

void for_each_text(Action& action, const std::function<void(Text& text)>& take) {
  if (auto* command = std::get_if<RunCommand>(&action)) {
    for (Text& word : command->words) take(word);
    take(command->folder);
    take(command->root);
  } else if (auto* root = std::get_if<EnterOtherRoot>(&action)) {
    take(root->image);
  } else if (auto* wipe = std::get_if<WipeVolume>(&action)) {
    take(wipe->folder);
    for (Text& path : wipe->accepted) take(path);
  } else if (auto* image = std::get_if<ApplyImage>(&action)) {
    take(image->image);
    take(image->folder);
  }
}

}  // namespace rehome::sequence
