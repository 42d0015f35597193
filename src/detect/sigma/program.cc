// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/program.h"

#include <re2/filtered_re2.h>

#include "detect/sigma/program_builder.h"

namespace picket::detect::sigma {

Result<std::unique_ptr<Program>> Program::compile(RuleSet set) {
  std::unique_ptr<Program> program(new Program);
  program->set_ = std::move(set);
  TRY(ProgramBuilder(*program).build());
  return program;
}

Program::~Program() = default;

Program::Size Program::size() const {
  Size size;
  size.groups = groups_.size();
  size.atoms = atoms_.size();
  size.fields = slots_.size();
  for (const Group& group : groups_) size.rules_without_trigger += group.always.size();
  for (const Slot& slot : slots_) size.literal_bytes += slot.index.database_bytes();
  return size;
}

}  // namespace picket::detect::sigma
