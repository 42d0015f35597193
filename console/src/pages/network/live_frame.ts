// SPDX-License-Identifier: Apache-2.0
// The live picture, kept current by what the stream sends: a whole frame first, then deltas. Rows are
// replaced and never changed in place, so a snapshot stays what it was while the picture goes on:
// that is all that pausing needs.
import type { FlowDetails, FlowRow, Frame, FrameDelta, GroupRow, Status } from "../../api/schema";

export interface Picture {
  status: Status;
  groups: GroupRow[];
  groups_total: number;
  flows: FlowRow[];
  flows_total: number;
  details: FlowDetails | undefined;
  filter_error: string;
}

function merged<T>(
  old: T[],
  changed: T[],
  keys: string[] | undefined,
  keyOf: (row: T) => string,
): T[] {
  if (!changed.length && !keys) return old;
  const rows = new Map(old.map((row) => [keyOf(row), row]));
  for (const row of changed) rows.set(keyOf(row), row);
  if (!keys) return [...rows.values()];
  const order: T[] = [];
  for (const key of keys) {
    const row = rows.get(key);
    if (row) order.push(row);
  }
  return order;
}

export const groupKey = (row: GroupRow): string => row.key;
export const flowKey = (row: FlowRow): string => row.flow.id;

export function fromFrame(frame: Frame): Picture {
  return {
    status: frame.status,
    groups: frame.groups,
    groups_total: frame.groups_total,
    flows: frame.flows,
    flows_total: frame.flows_total,
    details: frame.details,
    filter_error: frame.filter_error ?? "",
  };
}

export function withDelta(picture: Picture, delta: FrameDelta): Picture {
  return {
    status: delta.status,
    groups: merged(picture.groups, delta.groups, delta.group_keys, groupKey),
    groups_total: delta.groups_total,
    flows: merged(picture.flows, delta.flows, delta.flow_ids, flowKey),
    flows_total: delta.flows_total,
    details: delta.details ?? picture.details,
    filter_error: delta.filter_error ?? "",
  };
}
