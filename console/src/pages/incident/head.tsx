// SPDX-License-Identifier: Apache-2.0
// What an incident is in a sentence, and what can be done with all of it.
import type { JSX } from "preact";
import type { Incident, IncidentPage as Page } from "../../api/schema";
import { mayDo, useApp } from "../../app_state";
import { exact } from "../../format";
import { href } from "../../router";
import { Ago } from "../../ui/value";
import { reportOf } from "./report";
import { sentence, stateName } from "./words";

export function Head({
  page,
  splitting,
  onSplit,
  onExcept,
}: {
  page: Page;
  splitting: boolean;
  onSplit: () => void;
  onExcept: () => void;
}): JSX.Element {
  const { session, tell } = useApp();
  const { incident } = page;
  return (
    <header class="incident-head">
      <p class="dim crumbs">
        <a href="/incidents">Incidents</a> /{" "}
        <span class="mono" title={incident.id}>
          {incident.id.slice(0, 8)}
        </span>
      </p>
      <h1>{incident.title}</h1>
      <p>{sentence(incident)}</p>
      {incident.odd?.map((odd) => (
        <p key={odd} class="odd">
          <b>Odd:</b> {odd}
        </p>
      ))}
      {page.merged_into && (
        <p class="notice">
          It is part of another incident now.{" "}
          <a href={`/incidents/${page.merged_into}`}>Go there</a>
        </p>
      )}
      <p class="incident-facts">
        <span class={`priority priority-${incident.priority}`}>{incident.priority} priority</span>
        <span class="chip">{stateName(incident.triage.status)}</span>
        <span class="num" title={exact(incident.from)}>
          {exact(incident.from)}
        </span>
        <span class="dim">
          last <Ago time={incident.until} />
        </span>
        <span class="push" />
        {mayDo(session, "analyst") && (
          <>
            <button
              type="button"
              onClick={onExcept}
              title="Say what is not to be alerted about any more"
            >
              Make an exception
            </button>
            {incident.events.length > 1 && (
              <button type="button" aria-pressed={splitting} onClick={onSplit}>
                {splitting ? "Do not split" : "Split"}
              </button>
            )}
          </>
        )}
        <button
          type="button"
          title="As Markdown, for a ticket or a mail; printing this page makes a PDF"
          onClick={() =>
            void navigator.clipboard
              ?.writeText(reportOf(page))
              .then(() => tell("The report is in the clipboard, as Markdown"))
          }
        >
          Copy report
        </button>
        <a
          class="button"
          href={href("/api/v1/export", { query: exportQuery(incident), format: "native" })}
          download={`incident-${incident.id.slice(0, 8)}.ndjson`}
        >
          Export
        </a>
      </p>
    </header>
  );
}

const exportQuery = (incident: Incident) =>
  `kind:alert id:(${incident.events
    .slice(0, 200)
    .map((event) => event.alert)
    .join(" OR ")})`;
