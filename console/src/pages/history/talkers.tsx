// SPDX-License-Identifier: Apache-2.0
// Who talked, how much, from when to when.
import type { JSX } from "preact";
import type { Ask } from "../../api/client";
import type { Talker } from "../../api/schema";
import { bytes, count } from "../../format";
import { href } from "../../router";
import { Spark } from "../../ui/spark";
import { When } from "../../ui/value";
import { quoteValue } from "../search/query_text";

export type By = NonNullable<NonNullable<Ask<"topTalkers">["query"]>["by"]>;

export const kBy: Array<[By, string]> = [
  ["process.name", "Programs"],
  ["remote.name", "Remote names"],
  ["remote.ip", "Remote addresses"],
  ["remote.port", "Remote ports"],
  ["user", "Users"],
];

interface TalkersProps {
  rows: Talker[];
  by: string;
  series?: Map<string, number[]>; // with it, the table has all columns
}

export function Talkers({ rows, by, series }: TalkersProps): JSX.Element {
  const most = Math.max(1, ...rows.map((row) => row.bytes_in + row.bytes_out));
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th>{kBy.find(([id]) => id === by)?.[1]}</th>
            {series && <th class="wide">Over time</th>}
            <th class="num">Connections</th>
            {series ? (
              <>
                <th class="num">Received</th>
                <th class="num">Sent</th>
              </>
            ) : (
              <th class="num">Bytes</th>
            )}
            {series && (
              <th class="wide">
                <span class="sr">Share</span>
              </th>
            )}
            <th class="num wide">First</th>
            {series && <th class="num wide">Last</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.value}>
              <td>
                <a
                  class={by.startsWith("remote") ? "mono" : ""}
                  href={href("/search", {
                    q: `kind:flow ${by}:${quoteValue(row.value)}`,
                    last: "30d",
                  })}
                >
                  {row.value}
                </a>
              </td>
              {series && (
                <td class="spark-cell wide">
                  <Spark
                    values={series.get(row.value) ?? []}
                    label={`bytes of ${row.value} over time`}
                  />
                </td>
              )}
              <td class="num">{count(row.connections)}</td>
              {series ? (
                <>
                  <td class="num">{bytes(row.bytes_in)}</td>
                  <td class="num">{bytes(row.bytes_out)}</td>
                </>
              ) : (
                <td class="num">{bytes(row.bytes_in + row.bytes_out)}</td>
              )}
              {series && (
                <td class="wide">
                  <meter
                    class="share"
                    min={0}
                    max={most}
                    value={row.bytes_in + row.bytes_out}
                    title={`${bytes(row.bytes_in + row.bytes_out)} of at most ${bytes(most)}`}
                  />
                </td>
              )}
              <td class="num dim wide">
                <When time={row.first} />
              </td>
              {series && (
                <td class="num dim wide">
                  <When time={row.last} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
