// SPDX-License-Identifier: Apache-2.0
// What is not alerted about, why, until when, and what it hid.
import type { JSX } from "preact";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { ApiException } from "../../api/schema";
import { mayDo, useApp } from "../../app_state";
import { count, exact } from "../../format";
import { useResource } from "../../ui/resource";
import { Empty, Loaded } from "../../ui/states";
import { Ago } from "../../ui/value";

const kConditions: Array<[keyof ApiException & string, string]> = [
  ["rule", "rule"],
  ["program", "program"],
  ["parent", "started by"],
  ["sha256", "SHA-256"],
  ["address", "address"],
  ["name", "name"],
  ["host", "machine"],
];

export function Exceptions(): JSX.Element {
  const { session, tell } = useApp();
  const found = useResource("exceptions", (signal) => call("listExceptions", {}, signal));
  const end = (id: number) =>
    void call("removeException", { path: { id } }).then(
      () => {
        tell("It is alerted about again");
        found.reload();
      },
      (error: unknown) => tell(Problem.of(error).title, true),
    );
  return (
    <Loaded from={found} what="Loading exceptions">
      {({ exceptions }) =>
        exceptions.length ? (
          <div class="table-scroll">
            <table class="table">
              <thead>
                <tr>
                  <th>When</th>
                  <th>Reason</th>
                  <th class="num">Hidden</th>
                  <th>Last</th>
                  <th>Ends</th>
                  <th>By</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {exceptions.map((one) => (
                  <tr key={one.id} class={one.expired ? "dim" : ""}>
                    <td>
                      {kConditions.map(
                        ([name, title]) =>
                          one[name] && (
                            <p key={name}>
                              <span class="dim">{title}</span>{" "}
                              <span class="mono wrap">{String(one[name])}</span>
                            </p>
                          ),
                      )}
                    </td>
                    <td>{one.reason}</td>
                    <td class="num">{count(one.hidden)}</td>
                    <td>
                      <Ago time={one.last_hidden} />
                    </td>
                    <td title={exact(one.expires)}>
                      {one.expired ? "ended" : one.expires ? <Ago time={one.expires} /> : "never"}
                    </td>
                    <td>
                      {one.by}{" "}
                      <span class="dim">
                        <Ago time={one.at} />
                      </span>
                    </td>
                    <td>
                      {mayDo(session, "analyst") && !one.expired && (
                        <button type="button" onClick={() => end(one.id)}>
                          End it
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ) : (
          <Empty title="Nothing is excepted">
            When an alert is right about what happened and wrong about what it means, make an
            exception from its incident. Each says why, ends by itself, and counts what it hides.
          </Empty>
        )
      }
    </Loaded>
  );
}
