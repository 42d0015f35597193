// SPDX-License-Identifier: Apache-2.0
// What happened, one below the other, each with why it belongs here.
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Alert, Incident } from "../../api/schema";
import { exact, plural, shortTime } from "../../format";
import { AlertBody } from "../../ui/alert_list";
import { Severity } from "../../ui/value";
import { tieWord } from "./words";

interface Props {
  incident: Incident;
  alerts: Map<string, Alert>;
  open: string; // id of an alert
  only: (event: Incident["events"][number]) => boolean;
  picked: Set<string> | undefined; // ids chosen to be split off; undefined: not choosing
  onOpen: (alert: string) => void;
  onPick: (alert: string) => void;
}

export function Timeline({
  incident,
  alerts,
  open,
  only,
  picked,
  onOpen,
  onPick,
}: Props): JSX.Element {
  useEffect(() => {
    if (open) document.querySelector(".moment-open")?.scrollIntoView({ block: "nearest" });
  }, [open]);
  const shown = incident.events.filter(only);
  return (
    <>
      <ol class="timeline">
        {shown.map((event) => {
          const id = event.alert ?? "";
          const alert = alerts.get(id);
          return (
            <li
              key={id}
              class={`moment worst-${event.severity ?? "none"}${open === id ? " moment-open" : ""}`}
            >
              <div class="moment-head">
                <time dateTime={event.time} title={exact(event.time)} class="num dim">
                  {shortTime(event.time, Date.parse(incident.from))}
                </time>
                <Severity of={event.severity} />
                <span class="tie" title={event.why}>
                  {tieWord(event.tie)}
                </span>
                {picked && (
                  <label class="check">
                    <input type="checkbox" checked={picked.has(id)} onChange={() => onPick(id)} />{" "}
                    take out
                  </label>
                )}
              </div>
              <button
                type="button"
                class="moment-title"
                aria-expanded={open === id}
                onClick={() => onOpen(open === id ? "" : id)}
              >
                {event.rule?.name ?? event.rule?.id}
                {(event.count ?? 1) > 1 && (
                  <span class="dim">
                    {" "}
                    {plural(event.count ?? 1, "time")}, until{" "}
                    {shortTime(event.last_time, Date.parse(incident.from))}
                  </span>
                )}
              </button>
              <p class="moment-reason">{event.reason}</p>
              <p class="moment-why dim">{event.why}</p>
              {open === id &&
                (alert ? (
                  <AlertBody alert={alert} />
                ) : (
                  <p class="dim">The alert itself is no longer kept.</p>
                ))}
            </li>
          );
        })}
      </ol>
      {shown.length < incident.events.length && (
        <p class="dim">
          {plural(incident.events.length - shown.length, "event")} not about what you chose.
        </p>
      )}
      {(incident.events_left_out ?? 0) > 0 && (
        <p class="dim">
          {plural(incident.events_left_out ?? 0, "more kind")} of event, each like one above.
        </p>
      )}
    </>
  );
}
