// SPDX-License-Identifier: Apache-2.0
// Deciding: state, resolution with its reason, who works on it; each saved at once, each undone by one
// button.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { IncidentPage, TriageChange } from "../../api/schema";
import { mayDo, useApp } from "../../app_state";
import { ProblemNote } from "../../ui/states";
import { Ago, When } from "../../ui/value";
import { kResolutions, kStates, needsReason, resolutionName, stateName } from "./words";

interface Props {
  page: IncidentPage;
  onChange: (page: IncidentPage) => void;
}

export function TriageBox({ page, onChange }: Props): JSX.Element {
  const { session, tell } = useApp();
  const { triage, id } = page.incident;
  const [wanted, setWanted] = useState<string>(triage.verdict);
  const [reason, setReason] = useState(triage.reason ?? "");
  const [assignee, setAssignee] = useState(triage.assignee ?? "");
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    setWanted(triage.verdict);
    setReason(triage.reason ?? "");
    setAssignee(triage.assignee ?? "");
  }, [triage.verdict, triage.reason, triage.assignee]);

  const may = mayDo(session, "analyst");
  const send = (asked: Promise<IncidentPage>, said: string) =>
    asked.then(
      (now) => {
        setProblem(undefined);
        onChange(now);
        tell(said);
      },
      (error: unknown) => setProblem(Problem.of(error)),
    );
  const change = (body: TriageChange, said: string) =>
    void send(call("triage", { path: { id }, body }), said);
  const resolve = (resolution: string) => {
    setWanted(resolution);
    if (!needsReason(resolution))
      change(
        { verdict: resolution as TriageChange["verdict"] & string },
        `Resolution: ${resolutionName(resolution)}`,
      );
  };
  const unsaved = wanted !== triage.verdict || reason !== (triage.reason ?? "");

  return (
    <section class="triage">
      <h3>Triage</h3>
      {!may && <p class="dim">You may look ({session.role}); deciding takes an analyst.</p>}
      {problem && <ProblemNote problem={problem} />}
      <label>
        State
        <select
          disabled={!may}
          value={triage.status}
          onChange={(event) =>
            change(
              { status: event.currentTarget.value as TriageChange["status"] & string },
              `State: ${stateName(event.currentTarget.value)}`,
            )
          }
        >
          {kStates.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Resolution
        <select
          disabled={!may}
          value={wanted}
          onChange={(event) => resolve(event.currentTarget.value)}
        >
          {kResolutions.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Reason{needsReason(wanted) ? " (needed)" : ""}
        <textarea
          rows={2}
          maxLength={2048}
          disabled={!may}
          value={reason}
          placeholder={
            needsReason(wanted) ? "What makes it harmless? It is kept with the decision." : ""
          }
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      {unsaved && may && (
        <button
          type="button"
          class="primary"
          disabled={needsReason(wanted) && !reason.trim()}
          onClick={() =>
            change({ verdict: wanted as TriageChange["verdict"] & string, reason }, "Decided")
          }
        >
          Save resolution
        </button>
      )}
      <label>
        Assigned to
        <span class="with-button">
          <input
            disabled={!may}
            value={assignee}
            onInput={(event) => setAssignee(event.currentTarget.value)}
            onKeyDown={(event) =>
              event.key === "Enter" &&
              change({ assignee }, assignee ? `Assigned to ${assignee}` : "Assigned to nobody")
            }
          />
          {may && triage.assignee !== session.user && (
            <button type="button" onClick={() => change({ assignee: session.user }, "It is yours")}>
              Take it
            </button>
          )}
          {may && assignee !== (triage.assignee ?? "") && (
            <button
              type="button"
              onClick={() => change({ assignee }, `Assigned to ${assignee || "nobody"}`)}
            >
              Save
            </button>
          )}
        </span>
      </label>
      {page.can_undo && may && (
        <button
          type="button"
          onClick={() => void send(call("undo", { path: { id } }), "Taken back")}
        >
          Undo the last change
        </button>
      )}
      {page.changes.length > 0 && (
        <details>
          <summary>
            {page.changes.length} changes, the last{" "}
            <Ago time={page.changes[page.changes.length - 1]?.time} />
          </summary>
          <ol class="lines">
            {page.changes
              .slice()
              .reverse()
              .map((one, i) => (
                <li key={`${one.time} ${i}`}>
                  <When time={one.time} /> <b>{one.by}</b> {one.what}:{" "}
                  <span class="dim">{one.before || "none"}</span> → {one.after || "none"}
                </li>
              ))}
          </ol>
        </details>
      )}
    </section>
  );
}

export function Notes({ page, onChange }: Props): JSX.Element {
  const { session } = useApp();
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const add = (event: Event) => {
    event.preventDefault();
    call("addNote", { path: { id: page.incident.id }, body: { text } }).then(
      (now) => {
        setText("");
        setProblem(undefined);
        onChange(now);
      },
      (error: unknown) => setProblem(Problem.of(error)),
    );
  };
  return (
    <section class="notes">
      <h3>Notes</h3>
      {page.notes.map((note, i) => (
        <div class="note" key={`${note.time} ${i}`}>
          <p class="dim">
            <b>{note.by}</b> <Ago time={note.time} />
          </p>
          <p class="note-text">{note.text}</p>
        </div>
      ))}
      {page.notes.length === 0 && <p class="dim">None yet. What you found out belongs here.</p>}
      {problem && <ProblemNote problem={problem} />}
      {mayDo(session, "analyst") && (
        <form onSubmit={add}>
          <textarea
            rows={2}
            maxLength={8192}
            aria-label="A note"
            placeholder="A note"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
          {text.trim() && <button type="submit">Add note</button>}
        </form>
      )}
    </section>
  );
}
