// SPDX-License-Identifier: Apache-2.0
// Searches by name: to save this one, to go back to another.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import { mayDo, useApp } from "../../app_state";
import { href } from "../../router";
import { useResource } from "../../ui/resource";

export function SavedSearches({ query }: { query: string }): JSX.Element {
  const { session, tell } = useApp();
  const saved = useResource("searches", (signal) => call("listSearches", {}, signal));
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const list = saved.value?.searches ?? [];
  const act = (asked: Promise<unknown>, said: string) =>
    void asked.then(
      () => {
        tell(said);
        setNaming(false);
        saved.reload();
      },
      (error: unknown) => tell(Problem.of(error).title, true),
    );
  const may = mayDo(session, "analyst");
  return (
    <details class="menu">
      <summary class="button">Saved{list.length ? ` (${list.length})` : ""}</summary>
      <div class="menu-body">
        <ul class="plain">
          {list.map((one) => (
            <li key={one.name} class="saved">
              <a href={href("/search", { q: one.query, last: "all" })}>
                <b>{one.name}</b> <span class="mono dim">{one.query}</span>
              </a>
              {may && (
                <button
                  type="button"
                  class="quiet"
                  aria-label={`forget ${one.name}`}
                  title="forget it"
                  onClick={() =>
                    act(call("removeSearch", { path: { name: one.name } }), `Forgot ${one.name}`)
                  }
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
        {list.length === 0 && <p class="dim">None yet.</p>}
        {may && query && !naming && (
          <button type="button" onClick={() => setNaming(true)}>
            Save this search
          </button>
        )}
        {naming && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              act(call("saveSearch", { path: { name }, body: { query } }), `Saved as ${name}`);
            }}
          >
            <input
              aria-label="Name"
              placeholder="name"
              required
              maxLength={100}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
            <button type="submit" class="primary">
              Save
            </button>
          </form>
        )}
      </div>
    </details>
  );
}
