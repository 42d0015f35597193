// SPDX-License-Identifier: Apache-2.0
// Something loaded from the server for a component: asked again when its key changes or on demand,
// cancelled when nobody wants it any more. What was there stays visible while the next one loads.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../api/problem";

export interface Resource<T> {
  value: T | undefined;
  of: string | undefined; // the key that `value` answers
  problem: Problem | undefined;
  loading: boolean;
  reload: () => void;
}

/** `key` names what is asked for; undefined: nothing. `every_ms`: also asked again that often. */
export function useResource<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  every_ms = 0,
): Resource<T> {
  const [answer, setAnswer] = useState<{ value: T; of: string }>();
  const [problem, setProblem] = useState<Problem>();
  const [loading, setLoading] = useState(key !== undefined);
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;

  useEffect(() => {
    if (key === undefined) {
      setAnswer(undefined);
      setProblem(undefined);
      setLoading(false);
      return undefined;
    }
    const abort = new AbortController();
    setLoading(true);
    latest.current(abort.signal).then(
      (loaded) => {
        if (abort.signal.aborted) return;
        setAnswer({ value: loaded, of: key });
        setProblem(undefined);
        setLoading(false);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setProblem(Problem.of(error));
        setLoading(false);
      },
    );
    return () => abort.abort();
  }, [key, round]);

  useEffect(() => {
    if (!every_ms || key === undefined) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) setRound((n) => n + 1);
    }, every_ms);
    return () => clearInterval(timer);
  }, [key, every_ms]);

  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { value: answer?.value, of: answer?.of, problem, loading, reload };
}
