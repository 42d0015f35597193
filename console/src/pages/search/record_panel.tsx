// SPDX-License-Identifier: Apache-2.0
// One record from the right: every value with what can be done with it, or the JSON as it is.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Alert, ApiRecord } from "../../api/schema";
import { exact } from "../../format";
import { href } from "../../router";
import { AlertBody } from "../../ui/alert_list";
import { Tabs } from "../../ui/tabs";
import { Copy } from "../../ui/value";
import { Panel } from "../../ui/panel";
import { quoteValue } from "./query_text";
import { leavesOf, processOf, summaryOf, textOf, type Leaf } from "./record_words";

interface Props {
  record: ApiRecord;
  onTerm: (term: string) => void;
  onClose: () => void;
}

function Value({ leaf, onTerm }: { leaf: Leaf; onTerm: (term: string) => void }): JSX.Element {
  const term = `${leaf.name}:${quoteValue(leaf.value)}`;
  return (
    <tr>
      <th class="mono dim">{leaf.name}</th>
      <td class="mono wrap">
        <Copy text={leaf.value} />
      </td>
      <td class="value-acts">
        <button
          type="button"
          class="quiet"
          title="only these"
          aria-label={`only ${term}`}
          onClick={() => onTerm(term)}
        >
          +
        </button>
        <button
          type="button"
          class="quiet"
          title="without these"
          aria-label={`without ${term}`}
          onClick={() => onTerm(`-${term}`)}
        >
          −
        </button>
        <a
          title="this value, everywhere and always"
          aria-label={`${leaf.value} everywhere`}
          href={href("/search", { q: term, last: "all" })}
        >
          ↗
        </a>
      </td>
    </tr>
  );
}

function Pivots({ record }: { record: ApiRecord }): JSX.Element {
  const links: Array<[string, string]> = [];
  const add = (name: string, field: string, query = field) => {
    const value = textOf(record, field);
    if (value) links.push([`${name}`, `${query}:${quoteValue(value)}`]);
  };
  add("this process", "process.id");
  add("this program", "process.executable");
  add("this file, by hash", "process.sha256");
  add("this address, either side", "remote.ip", "ip");
  add("this name", "remote.name");
  add("this connection", "connection.community_id");
  add("this user", "user");
  add("this rule", "rule.id");
  return (
    <p class="chips">
      {links.map(([name, query]) => (
        <a key={name} class="chip" href={href("/search", { q: query, last: "30d" })} title={query}>
          {name}
        </a>
      ))}
      <a
        class="chip"
        href={href("/search", {
          from: around(record.time, -60),
          to: around(record.time, 60),
          q: textOf(record, "host") && `host:${quoteValue(textOf(record, "host"))}`,
        })}
      >
        a minute around it
      </a>
      <a class="chip" href={href("/", { at: record.time })}>
        what talked then
      </a>
    </p>
  );
}

const around = (time: string, seconds: number) =>
  new Date(Date.parse(time) + seconds * 1000).toISOString();

export function RecordPanel({ record, onTerm, onClose }: Props): JSX.Element {
  const alert = record.alert as Alert | undefined;
  const [tab, setTab] = useState(alert ? "alert" : "values");
  const { alert: _, ...own } = record;
  const tabs = [
    ...(alert ? [{ id: "alert", name: "Alert" }] : []),
    { id: "values", name: "Values" },
    { id: "raw", name: "JSON" },
  ];
  return (
    <Panel
      title={processOf(record) || record.kind}
      detail={`${record.kind} · ${exact(record.time)}`}
      onClose={onClose}
    >
      <Tabs
        label="How to show the record"
        tabs={tabs}
        active={tabs.some(({ id }) => id === tab) ? tab : "values"}
        onPick={setTab}
      />
      <div class="panel-body">
        {tab === "raw" ? (
          <>
            <Copy text={JSON.stringify(record)}>copy as one line</Copy>
            <pre class="raw">{JSON.stringify(record, null, 2)}</pre>
          </>
        ) : tab === "alert" && alert ? (
          <>
            <p class="why-box">
              <span class="why-word">Why</span> {alert.reason}
            </p>
            <Pivots record={record} />
            <AlertBody alert={alert} />
          </>
        ) : (
          <>
            <p>{summaryOf(record)}</p>
            <Pivots record={record} />
            <table class="values">
              <tbody>
                {leavesOf(own).map((leaf) => (
                  <Value key={`${leaf.name} ${leaf.value}`} leaf={leaf} onTerm={onTerm} />
                ))}
              </tbody>
            </table>
          </>
        )}
      </div>
    </Panel>
  );
}
