// SPDX-License-Identifier: Apache-2.0
// The most frequent values of some fields among what was found; one click narrows, another leaves out.
import type { JSX } from "preact";
import { call } from "../../api/client";
import { shortCount } from "../../format";
import { useResource } from "../../ui/resource";
import { quoteValue } from "./query_text";

const kFields: Array<[string, string]> = [
  ["kind", "Kind"],
  ["severity", "Severity"],
  ["rule.name", "Rule"],
  ["process.name", "Program"],
  ["user", "User"],
  ["host", "Machine"],
  ["remote.name", "Remote name"],
  ["remote.ip", "Remote address"],
  ["remote.port", "Remote port"],
  ["dns.name", "Name asked for"],
];
const kValues = 6;

interface Props {
  query: string; // with its range
  onTerm: (term: string) => void;
}

function Facet({
  query,
  field,
  name,
  onTerm,
}: Props & { field: string; name: string }): JSX.Element | null {
  const found = useResource(`${field} ${query}`, (signal) =>
    call("topValues", { query: { query, field, limit: kValues } }, signal),
  );
  const values = found.value?.values ?? [];
  if (!values.length) return null;
  const most = values[0]?.count ?? 1;
  const hidden = (found.value?.distinct ?? 0) - values.length;
  return (
    <details class="facet" open>
      <summary>{name}</summary>
      <ul class="plain">
        {values.map(({ value, count }) => (
          <li key={value}>
            <button
              type="button"
              class="line"
              title={`only ${value}`}
              onClick={() => onTerm(`${field}:${quoteValue(value)}`)}
            >
              <meter class="facet-share" min={0} max={most} value={count} aria-hidden="true" />
              <span class="facet-value">{value}</span>
              <span class="num dim">{shortCount(count)}</span>
            </button>
            <button
              type="button"
              class="quiet facet-not"
              title={`without ${value}`}
              aria-label={`without ${value}`}
              onClick={() => onTerm(`-${field}:${quoteValue(value)}`)}
            >
              −
            </button>
          </li>
        ))}
      </ul>
      {hidden > 0 && <p class="dim">{shortCount(hidden)} more</p>}
    </details>
  );
}

export function Facets(props: Props): JSX.Element {
  return (
    <aside class="facets" aria-label="Frequent values">
      {kFields.map(([field, name]) => (
        <Facet key={field} field={field} name={name} {...props} />
      ))}
    </aside>
  );
}
