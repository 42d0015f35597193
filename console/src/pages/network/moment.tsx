// SPDX-License-Identifier: Apache-2.0
// The network activity as it was: what history says was open at a moment, by program.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { call } from "../../api/client";
import type { ApiRecord } from "../../api/schema";
import { bytes, count, exact, plural } from "../../format";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { RecordLines } from "../search/record_lines";
import { processOf, remoteOf, valueOf } from "../search/record_words";

interface Program {
  name: string;
  records: ApiRecord[];
  remotes: number;
  received: number;
  sent: number;
}

export function programsOf(records: ApiRecord[]): Program[] {
  const found = new Map<string, ApiRecord[]>();
  for (const record of records) {
    const name = processOf(record) || "not known";
    const list = found.get(name);
    if (list) list.push(record);
    else found.set(name, [record]);
  }
  const sum = (list: ApiRecord[], name: string) =>
    list.reduce((all, record) => all + Number(valueOf(record, name) ?? 0), 0);
  return [...found.entries()]
    .map(([name, list]) => ({
      name,
      records: list,
      remotes: new Set(list.map(remoteOf).filter(Boolean)).size,
      received: sum(list, "bytes.in"),
      sent: sum(list, "bytes.out"),
    }))
    .sort((a, b) => b.received + b.sent - (a.received + a.sent));
}

function Programs({ records, total }: { records: ApiRecord[]; total: number }): JSX.Element {
  const programs = useMemo(() => programsOf(records), [records]);
  const [open, setOpen] = useState("");
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th>Program</th>
            <th class="num">Connections</th>
            <th class="num">Hosts</th>
            <th class="num">Received</th>
            <th class="num">Sent</th>
          </tr>
        </thead>
        <tbody>
          {programs.map((program) => (
            <>
              <tr
                key={program.name}
                class="pick"
                onClick={() => setOpen(open === program.name ? "" : program.name)}
              >
                <td>
                  <button type="button" class="line" aria-expanded={open === program.name}>
                    {open === program.name ? "▾" : "▸"} {program.name}
                  </button>
                </td>
                <td class="num">{count(program.records.length)}</td>
                <td class="num">{count(program.remotes)}</td>
                <td class="num">{bytes(program.received)}</td>
                <td class="num">{bytes(program.sent)}</td>
              </tr>
              {open === program.name && (
                <tr>
                  <td colSpan={5}>
                    <RecordLines records={program.records} />
                  </td>
                </tr>
              )}
            </>
          ))}
        </tbody>
      </table>
      {total > records.length && (
        <p class="dim pad">{plural(total - records.length, "connection")} more than are shown.</p>
      )}
    </div>
  );
}

export function Moment({ at }: { at: string }): JSX.Element {
  const found = useResource(at, (signal) => call("moment", { query: { at, limit: 5000 } }, signal));
  return (
    <Loaded from={found} what={`Looking up ${exact(at)}`}>
      {({ flows, total }) =>
        flows.length ? (
          <Programs records={flows} total={total} />
        ) : (
          <Empty title={`Nothing that was kept was open at ${exact(at)}`}>
            Connections are kept once they end, and while they last every few minutes: a moment that
            has just passed may not be complete yet.
          </Empty>
        )
      }
    </Loaded>
  );
}
