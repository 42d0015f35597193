// SPDX-License-Identifier: Apache-2.0
// What the strip above the table shows: bytes and new connections of the last minutes, one sample a
// second, kept while the page is open. The first minute comes from the rows' own history.
import type { GroupRow, Status } from "../../api/schema";
import { milliseconds } from "../../format";

export interface Sample {
  at: number; // milliseconds since 1970, whole seconds
  bytes: number; // a second, both directions
  flows: number | undefined; // new ones a second; undefined: before the page was open
}

export const kSamplesMax = 600;

/** The seconds before `at` as the rows remember them. */
export function remembered(groups: GroupRow[], at: number): Sample[] {
  const seconds = Math.max(0, ...groups.map((row) => row.history.length));
  const samples: Sample[] = [];
  for (let i = 0; i < seconds; ++i) {
    let bytes = 0;
    for (const { history } of groups) bytes += history[history.length - seconds + i] ?? 0;
    samples.push({ at: at - (seconds - i) * 1000, bytes, flows: undefined });
  }
  return samples;
}

export function withSample(samples: Sample[], status: Status, groups: GroupRow[]): Sample[] {
  const at = Math.floor(milliseconds(status.now) / 1000) * 1000;
  if (Number.isNaN(at)) return samples;
  const before = samples.length ? samples : remembered(groups, at);
  if ((before[before.length - 1]?.at ?? 0) >= at) return before;
  const bytes = (status.bytes_in_per_s ?? 0) + (status.bytes_out_per_s ?? 0);
  return [...before, { at, bytes, flows: status.flows_per_s ?? 0 }].slice(-kSamplesMax);
}
