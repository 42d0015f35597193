// SPDX-License-Identifier: Apache-2.0
// Health: what is captured, what is lost and why, how full the disk is; each line says what to do.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/client";
import type { Health, Status } from "../../api/schema";
import { bytes, count, percent, plural } from "../../format";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { Ago, Facts, When } from "../../ui/value";
import { mayDo, useApp } from "../../app_state";
import { Users } from "./users";

const kOftenMs = 5000;
const kSigns = { ok: "✓", warning: "!", bad: "✕" };
const kOrder = { bad: 0, warning: 1, ok: 2 };

function Checks({ checks }: { checks: Health["checks"] }): JSX.Element {
  const sorted = checks.slice().sort((a, b) => kOrder[a.state] - kOrder[b.state]);
  return (
    <ul class="checks">
      {sorted.map((check) => (
        <li key={check.name} class={`check-${check.state}`}>
          <span class="check-sign" role="img" aria-label={check.state}>
            {kSigns[check.state]}
          </span>
          <b>{check.name}</b>
          <span>
            {check.text}
            {check.hint && <span class="check-hint">{check.hint}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Agent({ status }: { status: Partial<Status> }): JSX.Element {
  const losses = status.losses ?? [];
  return (
    <section>
      <h3>Capture</h3>
      <Facts
        of={[
          ["Machine", status.host],
          ["Version", status.version],
          [
            "How",
            status.mode === "bpf"
              ? "in the kernel (BPF)"
              : status.mode && "from /proc and sock_diag",
          ],
          ["Misses", status.mode_note],
          ["Self-test", status.self_test],
          ["Complete since", status.ready && <When time={status.since} />],
          ["Attributed", status.attributed_ratio !== undefined && percent(status.attributed_ratio)],
          ["Country and AS", status.geo],
        ]}
      />
      <h3>Lost</h3>
      {losses.length ? (
        <table class="table">
          <thead>
            <tr>
              <th>Counter</th>
              <th>What it means</th>
              <th class="num">Count</th>
            </tr>
          </thead>
          <tbody>
            {losses.map((loss) => (
              <tr key={loss.counter}>
                <td class="mono">{loss.counter}</td>
                <td>{loss.meaning}</td>
                <td class="num">{count(loss.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p>Nothing was lost since the start.</p>
      )}
    </section>
  );
}

function Store({ store }: { store: NonNullable<Health["store"]> }): JSX.Element {
  return (
    <section>
      <h3>Store</h3>
      {store.problems?.map((problem) => (
        <p key={problem} class="notice">
          {problem}
        </p>
      ))}
      <Facts
        of={[
          ["Folder", store.folder && <span class="mono wrap">{store.folder}</span>],
          [
            "Size",
            store.bytes !== undefined &&
              `${bytes(store.bytes)} in ${plural(store.segments ?? 0, "file")}`,
          ],
          ["Free on disk", store.free_bytes !== undefined && bytes(store.free_bytes)],
          [
            "Goes back to",
            store.earliest && (
              <>
                <When time={store.earliest} />{" "}
                <span class="dim">
                  <Ago time={store.earliest} />
                </span>
              </>
            ),
          ],
        ]}
      />
    </section>
  );
}

function Counters({ counters }: { counters: NonNullable<Health["counters"]> }): JSX.Element {
  const [text, setText] = useState("");
  const [zeros, setZeros] = useState(false);
  const shown = counters.filter(
    (one) =>
      (zeros || one.value > 0) &&
      `${one.name} ${one.meaning}`.toLowerCase().includes(text.toLowerCase()),
  );
  return (
    <section class="counters">
      <h3>Counters</h3>
      <div class="toolbar">
        <input
          class="grow"
          data-find="true"
          aria-label="Text"
          placeholder="Name or meaning   ( / )"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={zeros}
            onChange={(event) => setZeros(event.currentTarget.checked)}
          />{" "}
          zeros too
        </label>
      </div>
      {shown.length ? (
        <div class="table-scroll">
          <table class="table">
            <tbody>
              {shown.map((one) => (
                <tr key={one.name}>
                  <td class="mono">{one.name}</td>
                  <td class="dim">{one.meaning}</td>
                  <td class="num">{count(one.value)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <Empty title={counters.length ? "No counter is like that" : "No counters yet"} />
      )}
    </section>
  );
}

export function HealthPage(): JSX.Element {
  const { session } = useApp();
  const found = useResource("health", (signal) => call("getHealth", {}, signal), kOftenMs);
  return (
    <div class="page health">
      <Loaded from={found} what="Asking how it is">
        {(health) => (
          <>
            <Checks checks={health.checks} />
            <div class="health-columns">
              {health.agent && Object.keys(health.agent).length > 0 && (
                <Agent status={health.agent as Partial<Status>} />
              )}
              {health.store && <Store store={health.store} />}
              {mayDo(session, "admin") && <Users />}
            </div>
            {health.counters && <Counters counters={health.counters} />}
          </>
        )}
      </Loaded>
    </div>
  );
}
