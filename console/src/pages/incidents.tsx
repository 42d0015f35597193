// SPDX-License-Identifier: Apache-2.0
// The inbox of incidents: what is open, the worst first if wanted, decided one by one or all at once.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { Problem } from "../api/problem";
import type { Incident, TriageChange } from "../api/schema";
import { mayDo, useApp } from "../app_state";
import { count, plural } from "../format";
import { useKeys } from "../keys";
import { navigate, setParams, useRoute } from "../router";
import { useResource } from "../ui/resource";
import { Empty, Loaded } from "../ui/states";
import { Ago } from "../ui/value";
import { kResolutions, kStates, needsReason, resolutionName, stateName } from "./incident/words";

const kPage = 200;
const kOftenMs = 10_000;

interface Wanted {
  status: string;
  priority: string;
  text: string;
  order: "latest" | "priority" | "oldest";
}

function Chips({ name, value, options, counts }: { name: string; value: string; options: Array<[string, string]>; counts: Record<string, number> }): JSX.Element {
  return (
    <span class="chips" role="group" aria-label={name}>
      {options.map(([id, label]) => (
        <button key={id} type="button" class="chip" aria-pressed={value === id} onClick={() => setParams({ [name]: id })}>
          {label} {counts[id] !== undefined && <span class="num dim">{count(counts[id])}</span>}
        </button>
      ))}
    </span>
  );
}

function Row({ incident, active, chosen, onChoose }: { incident: Incident; active: boolean; chosen: boolean; onChoose: (() => void) | undefined }): JSX.Element {
  const { triage } = incident;
  const facts = [
    incident.hosts?.slice(0, 2).join(", "),
    incident.users?.slice(0, 2).join(", "),
    incident.tactics?.map((tactic) => tactic.name ?? tactic.id).join(", "),
  ].filter(Boolean);
  return (
    <li class={`inbox-row${active ? " row-active" : ""}`} data-active={active}>
      {onChoose && <input type="checkbox" aria-label={`choose ${incident.title}`} checked={chosen} onChange={onChoose} />}
      <span class={`priority priority-${incident.priority}`}>{incident.priority}</span>
      <a href={`/incidents/${incident.id}`} class="inbox-title">
        <b>{incident.title}</b>
        <span class="dim">{facts.join(" · ")}</span>
      </a>
      <span class="num dim inbox-alerts">{plural(incident.alerts, "alert")}</span>
      <span class="inbox-state">
        {stateName(triage.status)}
        {triage.verdict !== "not_set" && <span class="dim"> · {resolutionName(triage.verdict)}</span>}
        {triage.assignee && <span class="dim"> · {triage.assignee}</span>}
      </span>
      <span class="num dim inbox-time"><Ago time={incident.until} /></span>
    </li>
  );
}

interface BulkProps {
  chosen: Set<string>;
  total: number;
  wanted: Wanted;
  onDone: () => void;
}

function Bulk({ chosen, total, wanted, onDone }: BulkProps): JSX.Element {
  const { tell } = useApp();
  const [all, setAll] = useState(false);
  const [resolution, setResolution] = useState("");
  const [reason, setReason] = useState("");
  const fail = (error: unknown) => {
    const problem = Problem.of(error);
    tell([problem.title, problem.detail, problem.hint].filter(Boolean).join(" "), true);
  };
  /** All that are chosen become part of the first. */
  const merge = async () => {
    const [into, ...others] = [...chosen];
    if (!into) return;
    try {
      for (const id of others) await call("merge", { path: { id }, body: { into } });
      tell(`${plural(others.length + 1, "incident")} are one now`);
    } catch (error) {
      fail(error);
    }
    onDone();
  };
  const send = (change: TriageChange) => {
    const match = Object.fromEntries(Object.entries({ status: wanted.status, priority: wanted.priority, text: wanted.text }).filter(([, value]) => value && value !== "all"));
    call("triageMany", { body: all ? { match, expected: total, change } : { ids: [...chosen], change } }).then(
      ({ changed }) => {
        tell(`${plural(changed, "incident")} changed`);
        onDone();
      },
      fail,
    );
  };
  return (
    <div class="toolbar bulk">
      <b>{plural(all ? total : chosen.size, "incident")}</b>
      {total > chosen.size && (
        <label class="check"><input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> all {count(total)} that match</label>
      )}
      {kStates.map(([status, name]) => <button key={status} type="button" onClick={() => send({ status })}>{name}</button>)}
      <label class="pick-one">
        <span class="sr">Resolution</span>
        <select value={resolution} onChange={(event) => setResolution(event.currentTarget.value)}>
          <option value="">Close as…</option>
          {kResolutions.filter(([id]) => id !== "not_set").map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </select>
      </label>
      {resolution && (
        <>
          <input aria-label="Reason" placeholder={needsReason(resolution) ? "reason (needed)" : "reason"} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
          <button type="button" class="primary" disabled={needsReason(resolution) && !reason.trim()}
            onClick={() => send({ status: "closed", verdict: resolution as TriageChange["verdict"] & string, ...(reason ? { reason } : {}) })}>
            Close them
          </button>
        </>
      )}
      {chosen.size > 1 && !all && <button type="button" title="They become part of the one chosen first" onClick={() => void merge()}>Merge</button>}
      <button type="button" class="quiet" onClick={onDone}>Choose none</button>
    </div>
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
  const found = useResource(key, (signal) => call("listIncidents", { query: asked }, signal), kOftenMs);
  const [cursor, setCursor] = useState(-1);
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const list = found.value?.incidents ?? [];
  const choose = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const go = (to: number) => {
    setCursor(Math.max(0, Math.min(list.length - 1, to)));
    requestAnimationFrame(() => document.querySelector(".inbox-row.row-active")?.scrollIntoView({ block: "nearest" }));
  };
  useKeys([
    { keys: "j", does: "next incident", run: () => go(cursor + 1) },
    { keys: "k", does: "previous incident", run: () => go(cursor - 1) },
    { keys: "Enter", does: "open it", run: () => { const at = list[cursor]; if (at) navigate(`/incidents/${at.id}`); } },
    { keys: "x", does: "choose it", run: () => { const at = list[cursor]; if (at && mayDo(session, "analyst")) choose(at.id); } },
  ]);
  const states = Object.fromEntries(Object.entries(found.value?.by_status ?? {}));
  const total = Object.values(states).reduce((a, b) => a + b, 0);
  return (
    <div class="page inbox">
      <div class="toolbar">
        <Chips name="status" value={wanted.status} options={[...kStates, ["all", "All"]]} counts={{ ...states, all: total }} />
        <Chips name="priority" value={wanted.priority} options={[["all", "Any priority"], ["high", "High"], ["medium", "Medium"], ["low", "Low"]]} counts={found.value?.by_priority ?? {}} />
        <input class="grow" data-find="true" aria-label="Text" placeholder="Title, machine, process, user, peer, rule   ( / )" value={wanted.text} onInput={(event) => setParams({ text: event.currentTarget.value })} />
        <label class="pick-one">
          <span class="sr">Order</span>
          <select value={wanted.order} onChange={(event) => setParams({ order: event.currentTarget.value })}>
            <option value="latest">latest first</option>
            <option value="priority">worst first</option>
            <option value="oldest">oldest first</option>
          </select>
        </label>
      </div>
      {chosen.size > 0 && <Bulk chosen={chosen} total={found.value?.total ?? 0} wanted={wanted} onDone={() => { setChosen(new Set()); found.reload(); }} />}
      <Loaded from={found} what="Loading incidents">
        {(page) =>
          page.incidents.length ? (
            <>
              {page.problems?.map((problem) => <p key={problem} class="notice">{problem}</p>)}
              <ul class="inbox-list">
                {page.incidents.map((incident, i) => (
                  <Row key={incident.id} incident={incident} active={i === cursor} chosen={chosen.has(incident.id)} onChoose={mayDo(session, "analyst") ? () => choose(incident.id) : undefined} />
                ))}
              </ul>
              {page.total > page.incidents.length && <p class="dim pad">{plural(page.total - page.incidents.length, "more incident")}: narrow the list to see them.</p>}
            </>
          ) : total === 0 ? (
            <Empty title="Nothing suspicious so far">
              Alerts that belong together become an incident here: what happened, why it is suspicious, what to do.{" "}
              <a href="/detections">What is looked for</a> · <a href="/">What talks now</a>
            </Empty>
          ) : (
            <Empty title="No incident is like that">
              {plural(total, "incident")} in all. <button type="button" onClick={() => setParams({ status: "all", priority: "", text: "" })}>Show all</button>
            </Empty>
          )
        }
      </Loaded>
    </div>
  );
}
