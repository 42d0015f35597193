// SPDX-License-Identifier: Apache-2.0
// The inbox of incidents: what is open, the worst first if wanted, decided one by one or all at once.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/client";
import type { Incident } from "../../api/schema";
import { mayDo, useApp } from "../../app_state";
import { count, plural } from "../../format";
import { useKeys } from "../../keys";
import { navigate, setParams, useRoute } from "../../router";
import { useHeld } from "../../ui/held";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { Ago } from "../../ui/value";
import { kStates, resolutionName, stateName } from "../incident/words";
import { Bulk } from "./bulk";
import type { Wanted } from "./wanted";

const kPage = 200;
const kOftenMs = 10_000;
const kNone: Incident[] = [];
const incidentKey = (incident: Incident): string => incident.id;

function Chips({
  name,
  value,
  options,
  counts,
}: {
  name: string;
  value: string;
  options: Array<[string, string]>;
  counts: Record<string, number>;
}): JSX.Element {
  return (
    <span class="chips" role="group" aria-label={name}>
      {options.map(([id, label]) => (
        <button
          key={id}
          type="button"
          class="chip"
          aria-pressed={value === id}
          onClick={() => setParams({ [name]: id })}
        >
          {label} {counts[id] !== undefined && <span class="num dim">{count(counts[id])}</span>}
        </button>
      ))}
    </span>
  );
}

function Row({
  incident,
  gone,
  active,
  chosen,
  onChoose,
}: {
  incident: Incident;
  gone: boolean; // it is not among those asked for any more
  active: boolean;
  chosen: boolean;
  onChoose: (() => void) | undefined;
}): JSX.Element {
  const { triage } = incident;
  const facts = [
    incident.hosts?.slice(0, 2).join(", "),
    incident.users?.slice(0, 2).join(", "),
    incident.tactics?.map((tactic) => tactic.name ?? tactic.id).join(", "),
  ].filter(Boolean);
  return (
    <li class={`inbox-row${active ? " row-active" : ""}${gone ? " inbox-gone" : ""}`}>
      {onChoose && (
        <input
          type="checkbox"
          aria-label={`choose ${incident.title}`}
          checked={chosen}
          onChange={onChoose}
        />
      )}
      <span class={`priority priority-${incident.priority}`}>{incident.priority}</span>
      <a href={`/incidents/${incident.id}`} class="inbox-title">
        <b>{incident.title}</b>
        <span class="dim">{facts.join(" · ")}</span>
      </a>
      <span class="num dim inbox-alerts">{plural(incident.alerts, "alert")}</span>
      <span class="inbox-state">
        {stateName(triage.status)}
        {triage.verdict !== "not_set" && (
          <span class="dim"> · {resolutionName(triage.verdict)}</span>
        )}
        {triage.assignee && <span class="dim"> · {triage.assignee}</span>}
      </span>
      <span class="num dim inbox-time">
        <Ago time={incident.until} />
      </span>
    </li>
  );
}

export function IncidentsPage(): JSX.Element {
  const { session } = useApp();
  const { params } = useRoute();
  const wanted: Wanted = {
    status: params.get("status") ?? "open",
    priority: params.get("priority") ?? "all",
    text: params.get("text") ?? "",
    order: (params.get("order") as Wanted["order"] | null) ?? "latest",
  };
  const key = JSON.stringify(wanted);
  const asked = {
    status: wanted.status === "all" ? undefined : wanted.status,
    priority: wanted.priority === "all" ? undefined : wanted.priority,
    text: wanted.text || undefined,
    order: wanted.order,
    limit: kPage,
  };
  const found = useResource(
    key,
    (signal) => call("listIncidents", { query: asked }, signal),
    kOftenMs,
  );
  const [cursor, setCursor] = useState(""); // id of an incident
  const [pointed, setPointed] = useState(false);
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const hold = pointed || cursor !== "" || chosen.size > 0;
  const list = useHeld(found.value?.incidents ?? kNone, incidentKey, hold, found.of ?? "");
  const at = list.findIndex(({ row }) => row.id === cursor);
  const choose = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const go = (to: number) => {
    setCursor(list[Math.max(0, Math.min(list.length - 1, to))]?.row.id ?? "");
    requestAnimationFrame(() =>
      document.querySelector(".inbox-row.row-active")?.scrollIntoView({ block: "nearest" }),
    );
  };
  useKeys([
    { keys: "j", does: "next incident", run: () => go(at + 1) },
    { keys: "k", does: "previous incident", run: () => go(at - 1) },
    {
      keys: "Enter",
      does: "open it",
      run: () => {
        if (cursor) navigate(`/incidents/${cursor}`);
      },
    },
    {
      keys: "x",
      does: "choose it",
      run: () => {
        if (cursor && mayDo(session, "analyst")) choose(cursor);
      },
    },
    { keys: "s", does: "sort again", run: () => setCursor("") },
    { keys: "Escape", does: "leave the row", run: () => setCursor("") },
  ]);
  const states = Object.fromEntries(Object.entries(found.value?.by_status ?? {}));
  const total = Object.values(states).reduce((a, b) => a + b, 0);
  return (
    <div class="page inbox">
      <div class="toolbar">
        <Chips
          name="status"
          value={wanted.status}
          options={[...kStates, ["all", "All"]]}
          counts={{ ...states, all: total }}
        />
        <Chips
          name="priority"
          value={wanted.priority}
          options={[
            ["all", "Any priority"],
            ["high", "High"],
            ["medium", "Medium"],
            ["low", "Low"],
          ]}
          counts={found.value?.by_priority ?? {}}
        />
        <input
          class="grow"
          data-find="true"
          aria-label="Text"
          placeholder="Title, machine, process, user, peer, rule   ( / )"
          value={wanted.text}
          onInput={(event) => setParams({ text: event.currentTarget.value })}
        />
        <label class="pick-one">
          <span class="sr">Order</span>
          <select
            value={wanted.order}
            onChange={(event) => setParams({ order: event.currentTarget.value })}
          >
            <option value="latest">latest first</option>
            <option value="priority">worst first</option>
            <option value="oldest">oldest first</option>
          </select>
        </label>
      </div>
      {chosen.size > 0 && (
        <Bulk
          chosen={chosen}
          total={found.value?.total ?? 0}
          wanted={wanted}
          onDone={() => {
            setChosen(new Set());
            found.reload();
          }}
        />
      )}
      <Loaded from={found} what="Loading incidents">
        {(page) =>
          list.length ? (
            <>
              {page.problems?.map((problem) => (
                <p key={problem} class="notice">
                  {problem}
                </p>
              ))}
              <ul
                class="inbox-list"
                onPointerMove={() => setPointed(true)}
                onPointerLeave={() => setPointed(false)}
              >
                {list.map(({ row: incident, gone }) => (
                  <Row
                    key={incident.id}
                    incident={incident}
                    gone={gone}
                    active={incident.id === cursor}
                    chosen={chosen.has(incident.id)}
                    onChoose={mayDo(session, "analyst") ? () => choose(incident.id) : undefined}
                  />
                ))}
              </ul>
              {page.total > page.incidents.length && (
                <p class="dim pad">
                  {plural(page.total - page.incidents.length, "more incident")}: narrow the list to
                  see them.
                </p>
              )}
            </>
          ) : total === 0 ? (
            <Empty title="Nothing suspicious so far">
              Alerts that belong together become an incident here: what happened, why it is
              suspicious, what to do. <a href="/detections">What is looked for</a> ·{" "}
              <a href="/">What talks now</a>
            </Empty>
          ) : (
            <Empty title="No incident is like that">
              {plural(total, "incident")} in all.{" "}
              <button
                type="button"
                onClick={() => setParams({ status: "all", priority: "", text: "" })}
              >
                Show all
              </button>
            </Empty>
          )
        }
      </Loaded>
    </div>
  );
}
