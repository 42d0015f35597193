// SPDX-License-Identifier: Apache-2.0
// Prints what the behaviours say of recordings, most severe first:
//   behavior_run INPUT...
#include <algorithm>
#include <cstdio>

#include "behavior_run.h"

int main(int argc, char** argv) {
  auto run = picket::tests::run_behaviors({argv + 1, argv + argc});
  if (!run) {
    std::fprintf(stderr, "%s\n", run.error().text().c_str());
    return 3;
  }
  std::ranges::stable_sort(run->alerts, std::ranges::greater(), &picket::event::Alert::severity);
  std::printf("%lu records, %lu activities, %zu alerts\n", run->records, run->activities,
              run->alerts.size());
  for (const picket::event::Alert& alert : run->alerts) {
    std::printf("%s\n", picket::tests::line_of(alert).c_str());
    for (const picket::event::AlertEvidence& fact : alert.evidence)
      if (fact.name != "sign") std::printf("    %s: %s\n", fact.name.c_str(), fact.value.c_str());
  }
}
