// SPDX-License-Identifier: Apache-2.0
// Records as a short list, where there is no room for the table.
import type { JSX } from "preact";
import type { ApiRecord } from "../../api/schema";
import { bytes } from "../../format";
import { When } from "../../ui/value";
import { processOf, remoteOf, summaryOf, valueOf } from "./record_words";

export function RecordLines({ records }: { records: ApiRecord[] }): JSX.Element {
  return (
    <ul class="lines">
      {records.map((record, i) => (
        <li key={`${record.time} ${i}`} class="line">
          <When time={record.time} />
          <span>{processOf(record)}</span>
          <span class="mono">{remoteOf(record)}</span>
          <span class="dim">{summaryOf(record)}</span>
          <span class="num dim">{transferred(record)}</span>
        </li>
      ))}
    </ul>
  );
}

function transferred(record: ApiRecord): string {
  const [received, sent] = [valueOf(record, "bytes.in"), valueOf(record, "bytes.out")];
  if (typeof received !== "number" && typeof sent !== "number") return "";
  return `${bytes(Number(received ?? 0))} in, ${bytes(Number(sent ?? 0))} out`;
}
