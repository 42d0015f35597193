// SPDX-License-Identifier: Apache-2.0
// The same decision about many incidents at once.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { TriageChange } from "../../api/schema";
import { useApp } from "../../app_state";
import { count, plural } from "../../format";
import { kResolutions, kStates, needsReason } from "../incident/words";
import type { Wanted } from "./wanted";

interface BulkProps {
  chosen: Set<string>;
  total: number;
  wanted: Wanted;
  onDone: () => void;
}

export function Bulk({ chosen, total, wanted, onDone }: BulkProps): JSX.Element {
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
    const match = Object.fromEntries(
      Object.entries({
        status: wanted.status,
        priority: wanted.priority,
        text: wanted.text,
      }).filter(([, value]) => value && value !== "all"),
    );
    call("triageMany", {
      body: all ? { match, expected: total, change } : { ids: [...chosen], change },
    }).then(({ changed }) => {
      tell(`${plural(changed, "incident")} changed`);
      onDone();
    }, fail);
  };
  return (
    <div class="toolbar bulk">
      <b>{plural(all ? total : chosen.size, "incident")}</b>
      {total > chosen.size && (
        <label class="check">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => setAll(event.currentTarget.checked)}
          />{" "}
          all {count(total)} that match
        </label>
      )}
      {kStates.map(([status, name]) => (
        <button key={status} type="button" onClick={() => send({ status })}>
          {name}
        </button>
      ))}
      <label class="pick-one">
        <span class="sr">Resolution</span>
        <select value={resolution} onChange={(event) => setResolution(event.currentTarget.value)}>
          <option value="">Close as…</option>
          {kResolutions
            .filter(([id]) => id !== "not_set")
            .map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </select>
      </label>
      {resolution && (
        <>
          <input
            aria-label="Reason"
            placeholder={needsReason(resolution) ? "reason (needed)" : "reason"}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <button
            type="button"
            class="primary"
            disabled={needsReason(resolution) && !reason.trim()}
            onClick={() =>
              send({
                status: "closed",
                verdict: resolution as TriageChange["verdict"] & string,
                ...(reason ? { reason } : {}),
              })
            }
          >
            Close them
          </button>
        </>
      )}
      {chosen.size > 1 && !all && (
        <button
          type="button"
          title="They become part of the one chosen first"
          onClick={() => void merge()}
        >
          Merge
        </button>
      )}
      <button type="button" class="quiet" onClick={onDone}>
        Choose none
      </button>
    </div>
  );
}
