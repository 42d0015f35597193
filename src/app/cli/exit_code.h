// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace picket::app::cli {

// What every picket command ends with. Scripts rely on it: add, do not renumber.
enum ExitCode : int {
  kExitDone = 0,
  kExitFound = 1,     // a check found something (picket doctor: something is limited)
  kExitWrongUse = 2,  // the command line is wrong; the message says what to write instead
  kExitCouldNot = 3,  // used rightly, but it could not be done
};

}  // namespace picket::app::cli
