// SPDX-License-Identifier: Apache-2.0
// Who may sign in with a password, for those who may change that.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { User } from "../../api/schema";
import { useApp } from "../../app_state";
import { useResource } from "../../ui/resource";
import { Loaded, ProblemNote } from "../../ui/states";
import { Ago } from "../../ui/value";

const kRoles: Array<[User["role"], string]> = [
  ["viewer", "viewer: looks"],
  ["analyst", "analyst: decides"],
  ["admin", "admin: also users"],
];

export function Users(): JSX.Element {
  const { session, tell } = useApp();
  const found = useResource("users", (signal) => call("listUsers", {}, signal));
  const [name, setName] = useState("");
  const [role, setRole] = useState<User["role"]>("analyst");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const act = (asked: Promise<unknown>, said: string) =>
    void asked.then(
      () => {
        setProblem(undefined);
        setName("");
        setPassword("");
        tell(said);
        found.reload();
      },
      (error: unknown) => setProblem(Problem.of(error)),
    );
  const add = (event: Event) => {
    event.preventDefault();
    act(
      call("putUser", { path: { name }, body: password ? { role, password } : { role } }),
      `${name} may sign in`,
    );
  };
  return (
    <section>
      <h3>Users</h3>
      <Loaded from={found} what="Loading users">
        {({ users }) => (
          <table class="table">
            <tbody>
              {users.map((user) => (
                <tr key={user.name}>
                  <td>
                    <b>{user.name}</b>
                  </td>
                  <td>
                    <select
                      aria-label={`role of ${user.name}`}
                      value={user.role}
                      disabled={user.name === session.user}
                      onChange={(event) =>
                        act(
                          call("putUser", {
                            path: { name: user.name },
                            body: { role: event.currentTarget.value as User["role"] },
                          }),
                          `${user.name}: ${event.currentTarget.value}`,
                        )
                      }
                    >
                      {kRoles.map(([id]) => (
                        <option key={id} value={id}>
                          {id}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td class="dim">
                    {user.last_sign_in ? (
                      <>
                        signed in <Ago time={user.last_sign_in} />
                      </>
                    ) : (
                      "never signed in"
                    )}
                  </td>
                  <td>
                    {user.name !== session.user && (
                      <button
                        type="button"
                        onClick={() =>
                          act(
                            call("removeUser", { path: { name: user.name } }),
                            `Removed ${user.name}`,
                          )
                        }
                      >
                        Remove
                      </button>
                    )}
                  </td>
                </tr>
              ))}
              {users.length === 0 && (
                <tr>
                  <td class="dim">Nobody yet: only the printed link signs in.</td>
                </tr>
              )}
            </tbody>
          </table>
        )}
      </Loaded>
      {problem && <ProblemNote problem={problem} />}
      <form class="toolbar" onSubmit={add}>
        <input
          aria-label="Name"
          placeholder="name"
          required
          maxLength={64}
          pattern="[A-Za-z0-9._@\-]+"
          autocomplete="off"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <input
          aria-label="Password"
          placeholder="password, 12 or more"
          type="password"
          minLength={12}
          required
          autocomplete="new-password"
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
        <select
          aria-label="Role"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as User["role"])}
        >
          {kRoles.map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </select>
        <button type="submit">Add user</button>
      </form>
    </section>
  );
}
