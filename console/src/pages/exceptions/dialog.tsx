// SPDX-License-Identifier: Apache-2.0
// From a false positive to an exception: conditions taken from the alert, what it would have hidden,
// the reason, and how long it holds.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { Alert, NewException } from "../../api/schema";
import { useApp } from "../../app_state";
import { plural } from "../../format";
import { AlertList } from "../../ui/alert_list";
import { Dialog } from "../../ui/dialog";
import { useResource } from "../../ui/resource";
import { Loaded, ProblemNote } from "../../ui/states";

type Condition = "rule" | "program" | "parent" | "sha256" | "address" | "name" | "host";

const kNames: Array<[Condition, string]> = [
  ["rule", "Rule"],
  ["program", "Program"],
  ["parent", "Started by"],
  ["sha256", "SHA-256 of the program"],
  ["address", "Remote address or block"],
  ["name", "Remote name"],
  ["host", "Machine"],
];
const kExpiries: Array<[string, number]> = [
  ["30 days", 30],
  ["7 days", 7],
  ["a year", 365],
  ["never", 0],
];
const kDayMs = 86_400_000;

/** The conditions that describe an alert; rule and program are taken at first. */
export function conditionsOf(alert: Alert | undefined): Record<Condition, string> {
  const process = (alert?.process ?? {}) as {
    executable?: string;
    sha256?: string;
    parent?: { executable?: string };
  };
  const remote =
    ((alert?.connection ?? {}) as { remote?: { ip?: string; name?: string } }).remote ?? {};
  return {
    rule: alert?.rule.id ?? "",
    program: process.executable ?? "",
    parent: process.parent?.executable ?? "",
    sha256: process.sha256 ?? "",
    address: remote.ip ?? "",
    name: remote.name ?? "",
    host: alert?.host ?? "",
  };
}

function Preview({ wanted }: { wanted: NewException }): JSX.Element {
  const key = JSON.stringify({ ...wanted, reason: "" });
  const found = useResource(key, (signal) =>
    call("previewException", { body: { ...wanted, reason: wanted.reason || "preview" } }, signal),
  );
  return (
    <Loaded from={found} what="Looking what it would have hidden">
      {(answer) => (
        <details open={answer.total > 0 && answer.total < 5}>
          <summary>
            It would have hidden <b>{plural(answer.total, "alert")}</b>
            {answer.looked_at !== undefined && ` of ${answer.looked_at} kept`}
            {answer.incidents
              ? `, and ${plural(answer.incidents, "incident")} would not be there`
              : ""}
            .
          </summary>
          <AlertList alerts={answer.alerts} />
        </details>
      )}
    </Loaded>
  );
}

export function ExceptionDialog({
  from,
  onClose,
}: {
  from: Alert | undefined;
  onClose: () => void;
}): JSX.Element {
  const { tell } = useApp();
  const [values, setValues] = useState(() => conditionsOf(from));
  const [used, setUsed] = useState<Set<Condition>>(
    () => new Set((["rule", "program"] as const).filter((name) => conditionsOf(from)[name])),
  );
  const [reason, setReason] = useState("");
  const [days, setDays] = useState(30);
  const [problem, setProblem] = useState<Problem>();
  const wanted: NewException = { reason };
  for (const name of used) if (values[name]) wanted[name] = values[name];
  if (days)
    wanted.expires = new Date(Math.floor(Date.now() / kDayMs + days) * kDayMs).toISOString();
  const some = Object.keys(wanted).some((name) => name !== "reason" && name !== "expires");
  const save = (event: Event) => {
    event.preventDefault();
    call("addException", { body: wanted }).then(
      () => {
        tell("From now on that is not alerted about");
        onClose();
      },
      (error: unknown) => setProblem(Problem.of(error)),
    );
  };
  const toggle = (name: Condition) => {
    const next = new Set(used);
    if (!next.delete(name)) next.add(name);
    setUsed(next);
  };
  return (
    <Dialog title="Do not alert about this again" onClose={onClose}>
      <form class="exception" onSubmit={save}>
        <p class="dim">All that is ticked must hold. The narrower, the less else it hides.</p>
        {kNames.map(([name, title]) => (
          <div key={name} class="condition">
            <label class="check">
              <input type="checkbox" checked={used.has(name)} onChange={() => toggle(name)} />{" "}
              {title}
            </label>
            <input
              class="mono"
              aria-label={title}
              value={values[name]}
              onInput={(event) => {
                setValues({ ...values, [name]: event.currentTarget.value });
                setUsed(new Set(used).add(name));
              }}
            />
          </div>
        ))}
        {some && <Preview wanted={wanted} />}
        <label>
          Reason (needed)
          <textarea
            rows={2}
            required
            maxLength={2048}
            value={reason}
            placeholder="Why is it right that this happens here?"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <label>
          It ends after
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {kExpiries.map(([name, value]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {problem && <ProblemNote problem={problem} />}
        <p class="buttons">
          <button type="submit" class="primary" disabled={!some || !reason.trim()}>
            Make the exception
          </button>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}
