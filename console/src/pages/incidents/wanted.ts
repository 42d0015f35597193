// SPDX-License-Identifier: Apache-2.0
// Which incidents are listed.

export interface Wanted {
  status: string;
  priority: string;
  text: string;
  order: "latest" | "priority" | "oldest";
}
