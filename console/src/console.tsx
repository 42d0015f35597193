// SPDX-License-Identifier: Apache-2.0
// The whole: who is signed in decides between the sign-in page and the console.
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { call, onSignedOut, keepSession } from "./api/client";
import { Problem } from "./api/problem";
import type { Session } from "./api/schema";
import { AppContext, type AppState } from "./app_state";
import { Shell } from "./shell";
import { SignIn } from "./pages/sign_in";
import { Loading, ProblemNote } from "./ui/states";

const kToldMs = 5000;

export interface Told {
  text: string;
  bad: boolean;
}

function useTold(): [Told | undefined, AppState["tell"]] {
  const [told, setTold] = useState<Told>();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const tell = useCallback((text: string, bad = false) => {
    clearTimeout(timer.current);
    setTold({ text, bad });
    timer.current = setTimeout(() => setTold(undefined), kToldMs);
  }, []);
  return [told, tell];
}

export function Console(): JSX.Element {
  const [session, setSession] = useState<Session>();
  const [signedOut, setSignedOut] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [told, tell] = useTold();

  const enter = useCallback((now: Session) => {
    keepSession(now);
    setSession(now);
    setSignedOut(false);
    setProblem(undefined);
  }, []);
  const ask = useCallback(() => {
    setProblem(undefined);
    call("getSession", {}).then(enter, (error: unknown) => {
      const reason = Problem.of(error);
      if (reason.status !== 401) setProblem(reason);
    });
  }, []);
  useEffect(() => {
    onSignedOut(() => {
      setSession(undefined);
      setSignedOut(true);
    });
    ask();
  }, []);

  const state = useMemo(() => (session ? { session, tell } : undefined), [session, tell]);
  if (state) {
    const leave = () => {
      void call("signOut", {}).finally(() => {
        setSession(undefined);
        setSignedOut(true);
      });
    };
    return (
      <AppContext.Provider value={state}>
        <Shell told={told} onSignOut={leave} />
      </AppContext.Provider>
    );
  }
  if (signedOut) return <SignIn onSignedIn={enter} />;
  return (
    <div class="alone">
      {problem ? <ProblemNote problem={problem} retry={ask} /> : <Loading what="picket" />}
    </div>
  );
}
