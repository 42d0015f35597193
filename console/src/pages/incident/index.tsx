// SPDX-License-Identifier: Apache-2.0
// One incident: what happened in a sentence, the timeline with why, the graph, what to do, and the
// decision about it.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Alert, Incident, IncidentPage as Page } from "../../api/schema";
import { useApp } from "../../app_state";
import { plural } from "../../format";
import { useKeys } from "../../keys";
import { navigate, setParams, useParam } from "../../router";
import { useResource } from "../../ui/resource";
import { Loaded } from "../../ui/states";
import { ExceptionDialog } from "../exceptions/dialog";
import { IncidentGraph } from "./graph";
import { isNameless, pidOf } from "./graph_layout";
import { Notes, TriageBox } from "./triage";
import { Timeline } from "./timeline";
import { Head } from "./head";
import { Attack, Entities, Recommended } from "./side";

const kAtOnce = 6; // requests for alerts

/** The alerts behind the events, loaded a few at a time; those that are gone stay out. */
function useAlerts(incident: Incident | undefined): Map<string, Alert> {
  const [alerts, setAlerts] = useState<Map<string, Alert>>(new Map());
  const ids = incident?.events.map((event) => event.alert ?? "").join(" ") ?? "";
  useEffect(() => {
    const abort = new AbortController();
    const left = ids.split(" ").filter(Boolean);
    const found = new Map<string, Alert>();
    const work = async () => {
      for (let id = left.shift(); id && !abort.signal.aborted; id = left.shift()) {
        const alert = await call("getAlert", { path: { id } }, abort.signal).catch(() => undefined);
        if (alert) found.set(id, alert);
      }
    };
    void Promise.all(Array.from({ length: kAtOnce }, work)).then(() => {
      if (!abort.signal.aborted) setAlerts(new Map(found));
    });
    return () => abort.abort();
  }, [ids]);
  return alerts;
}

interface BodyProps {
  page: Page;
  onChange: (page: Page) => void;
}

function Body({ page, onChange }: BodyProps): JSX.Element {
  const { tell } = useApp();
  const { incident } = page;
  const alerts = useAlerts(incident);
  const open = useParam("event");
  const node = useParam("about");
  const [picked, setPicked] = useState<Set<string>>();
  const [excepting, setExcepting] = useState(false);
  const about = useMemo(() => {
    const [kind, host, name] = node.split("|");
    return (event: Incident["events"][number]) => {
      if (!node) return true;
      if (kind === "process") {
        const said = event.process ?? "";
        const same = said === name || (isNameless(said) && pidOf(said) === pidOf(name ?? ""));
        return same && (event.host ?? "") === host;
      }
      if (kind === "peer") return event.peer === name;
      const file = alerts.get(event.alert ?? "")?.file as
        | { path?: string; name?: string }
        | undefined;
      return (file?.path ?? file?.name ?? "").endsWith(name ?? "");
    };
  }, [node, alerts]);
  const events = incident.events;
  const step = (by: number) => {
    const at = events.findIndex((event) => event.alert === open);
    const next = events[Math.max(0, Math.min(events.length - 1, at + by))];
    setParams({ event: next?.alert ?? "", about: "" });
  };
  const split = () => {
    call("split", { path: { id: incident.id }, body: { alerts: [...(picked ?? [])] } }).then(
      (made) => {
        tell("Made an incident of its own");
        navigate(`/incidents/${made.incident.id}`);
      },
      (error: unknown) => tell(Problem.of(error).title, true),
    );
  };
  useKeys([
    { keys: "j", does: "next event", run: () => step(1) },
    { keys: "k", does: "previous event", run: () => step(-1) },
    { keys: "u", does: "back to the list", run: () => navigate("/incidents") },
    {
      keys: "Escape",
      does: "close the event, show all",
      run: () => setParams({ event: "", about: "" }),
    },
  ]);
  const toggle = (id: string) => {
    const next = new Set(picked);
    if (!next.delete(id)) next.add(id);
    setPicked(next);
  };
  return (
    <div class="page incident">
      <Head
        page={page}
        splitting={picked !== undefined}
        onSplit={() => setPicked(picked ? undefined : new Set())}
        onExcept={() => setExcepting(true)}
      />
      {picked && (
        <p class="notice">
          Choose the events that do not belong here.{" "}
          <button
            type="button"
            class="primary"
            disabled={!picked.size || picked.size === events.length}
            onClick={split}
          >
            Make {plural(picked.size, "event")} an incident of its own
          </button>
        </p>
      )}
      <div class="incident-columns">
        <section class="incident-time">
          <h3>
            What happened
            {node && (
              <button type="button" class="quiet" onClick={() => setParams({ about: "" })}>
                only {node.split("|")[2]} ×
              </button>
            )}
          </h3>
          <Timeline
            incident={incident}
            alerts={alerts}
            open={open}
            only={about}
            picked={picked}
            onOpen={(event) => setParams({ event })}
            onPick={toggle}
          />
        </section>
        <section class="incident-graph">
          <h3>Who started whom, who talked to whom</h3>
          <IncidentGraph
            incident={incident}
            alerts={alerts}
            chosen={node}
            onChoose={({ id }) => setParams({ about: id === node ? "" : id })}
          />
          <Recommended incident={incident} />
        </section>
        <aside class="incident-side">
          <TriageBox page={page} onChange={onChange} />
          <Attack incident={incident} />
          <Entities incident={incident} />
          <Notes page={page} onChange={onChange} />
        </aside>
      </div>
      {excepting && (
        <ExceptionDialog
          from={alerts.get(open) ?? alerts.values().next().value}
          onClose={() => setExcepting(false)}
        />
      )}
    </div>
  );
}

export function IncidentPage({ id }: { id: string }): JSX.Element {
  const found = useResource(id, (signal) => call("getIncident", { path: { id } }, signal), 20_000);
  const [changed, setChanged] = useState<Page>();
  // What a decision answered is newer than what was loaded before it.
  useEffect(() => setChanged(undefined), [found.value]);
  return (
    <Loaded from={found} what="Loading the incident">
      {(page) => <Body page={changed ?? page} onChange={setChanged} />}
    </Loaded>
  );
}
