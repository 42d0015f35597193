// SPDX-License-Identifier: Apache-2.0
// The records that match, page after page as the reader scrolls.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api/client";
import { Problem } from "../../api/problem";
import type { ApiRecord } from "../../api/schema";

const kPage = 200;
export const kResultsMax = 20_000; // beyond that one narrows the query

export interface Results {
  records: ApiRecord[];
  loading: boolean;
  complete: boolean; // there are no more
  problem: Problem | undefined;
  problems: string[]; // what of the store could not be read
  more: () => void;
}

export function useResults(query: string, order: "newest" | "oldest", round: number): Results {
  const [records, setRecords] = useState<ApiRecord[]>([]);
  const [loading, setLoading] = useState(true);
  const [problem, setProblem] = useState<Problem>();
  const [problems, setProblems] = useState<string[]>([]);
  const [cursor, setCursor] = useState<string>();
  const abort = useRef<AbortController>();

  const load = (after: string | undefined, before: ApiRecord[]) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setLoading(true);
    call("search", { query: { query, order, limit: kPage, cursor: after } }, mine.signal).then(
      (page) => {
        if (mine.signal.aborted) return;
        setRecords([...before, ...page.records]);
        setCursor(page.next_cursor);
        setProblems(page.problems ?? []);
        setProblem(undefined);
        setLoading(false);
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        setProblem(Problem.of(error));
        setLoading(false);
      },
    );
  };
  useEffect(() => {
    load(undefined, []);
    return () => abort.current?.abort();
  }, [query, order, round]);
  const more = useCallback(() => {
    if (!loading && cursor && records.length < kResultsMax) load(cursor, records);
  }, [loading, cursor, records]);
  return { records, loading, complete: !cursor, problem, problems, more };
}
