// SPDX-License-Identifier: Apache-2.0
// Beside the timeline: tactics and techniques, who and what to go on with, and what to do.
import type { JSX } from "preact";
import type { Incident } from "../../api/schema";
import { href } from "../../router";
import { quoteValue } from "../search/query_text";

export function Attack({ incident }: { incident: Incident }): JSX.Element | null {
  if (!incident.tactics?.length && !incident.techniques?.length) return null;
  return (
    <section>
      <h3>ATT&amp;CK</h3>
      <ol class="tactics">
        {incident.tactics?.map((tactic) => (
          <li key={tactic.id}>
            <a href={href("/search", { q: `attack.tactics:${tactic.id ?? ""}` })} title={tactic.id}>
              {tactic.name ?? tactic.id}
            </a>
          </li>
        ))}
      </ol>
      <p class="chips">
        {incident.techniques?.map((id) => (
          <a
            key={id}
            class="chip mono"
            href={href("/search", { q: `attack.techniques:${id}` })}
            title="All alerts with this technique"
          >
            {id}
          </a>
        ))}
      </p>
    </section>
  );
}

/** "a.exe (pid 77)" -> what to search for. */
function pivot(kind: string, value: string): string {
  if (kind === "hosts") return `host:${quoteValue(value)}`;
  if (kind === "users") return `user:${quoteValue(value)}`;
  if (kind === "files") return `file.path:${quoteValue(value)}`;
  if (kind === "processes") return `process.name:${quoteValue(value.replace(/ \(pid \d+\)$/, ""))}`;
  const name = /\(([^)]+)\)$/.exec(value)?.[1];
  if (name) return `remote.name:${quoteValue(name)}`;
  return `ip:${quoteValue(value.replace(/^\[([^\]]+)\].*$/, "$1").replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1"))}`;
}

const kEntities: Array<["hosts" | "processes" | "users" | "peers" | "files", string]> = [
  ["hosts", "Machines"],
  ["processes", "Processes"],
  ["users", "Users"],
  ["peers", "Peers"],
  ["files", "Files"],
];

export function Entities({ incident }: { incident: Incident }): JSX.Element {
  return (
    <section>
      <h3>Who and what</h3>
      {kEntities.map(([kind, name]) =>
        incident[kind]?.length ? (
          <div key={kind} class="entities">
            <h4>{name}</h4>
            <ul class="plain">
              {incident[kind].map((value) => (
                <li key={value}>
                  <a
                    class="mono"
                    href={href("/search", { q: pivot(kind, value), last: "30d" })}
                    title="Search everywhere"
                  >
                    {value}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ) : null,
      )}
    </section>
  );
}

export function Recommended({ incident }: { incident: Incident }): JSX.Element | null {
  if (!incident.recommended?.length) return null;
  return (
    <section class="recommended">
      <h3>What to do</h3>
      <ol>
        {incident.recommended.map((one) => (
          <li key={one.what}>
            <p>{one.what}</p>
            <p class="dim">{one.why}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}
