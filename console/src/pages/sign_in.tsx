// SPDX-License-Identifier: Apache-2.0
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { call } from "../api/client";
import { Problem } from "../api/problem";
import type { Session } from "../api/schema";
import { ProblemNote } from "../ui/states";

export function SignIn({ onSignedIn }: { onSignedIn: (session: Session) => void }): JSX.Element {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const submit = (event: Event) => {
    event.preventDefault();
    setBusy(true);
    call("signIn", { body: { user, password } })
      .then(onSignedIn, (error: unknown) => {
        setProblem(Problem.of(error));
        setPassword("");
      })
      .finally(() => setBusy(false));
  };
  return (
    <main class="alone">
      <form class="sign-in" onSubmit={submit}>
        <h1>
          <img src={new URL("../icon.svg", import.meta.url).href} alt="" width="28" height="28" />{" "}
          picket
        </h1>
        <p class="dim">
          On the machine itself: <code>sudo picket console</code> prints a link that signs you in
          once.
        </p>
        {problem && <ProblemNote problem={problem} />}
        <label>
          Name
          <input
            name="user"
            autocomplete="username"
            required
            maxLength={64}
            value={user}
            onInput={(event) => setUser(event.currentTarget.value)}
          />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? "Signing in" : "Sign in"}
        </button>
        <p class="dim">
          No user yet? <code>sudo picket user add NAME --role analyst</code>
        </p>
      </form>
    </main>
  );
}
