// SPDX-License-Identifier: Apache-2.0
// What stands where there is nothing, not yet, or no more: each says what, why, and what to do.
import type { ComponentChildren, JSX } from "preact";
import type { Problem } from "../api/problem";
import type { Resource } from "./resource";

export function Empty({
  title,
  children,
}: {
  title: string;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class="state" role="status">
      <p class="state-title">{title}</p>
      {children && <div class="state-more">{children}</div>}
    </div>
  );
}

export function Loading({ what }: { what: string }): JSX.Element {
  return (
    <div class="state" role="status" aria-busy="true">
      <p class="state-title dim">
        <span class="progress" aria-hidden="true" /> {what}
      </p>
    </div>
  );
}

export function ProblemNote({
  problem,
  retry,
}: {
  problem: Problem;
  retry?: () => void;
}): JSX.Element {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">
        <span class="mark-bad" aria-hidden="true">
          ✕
        </span>{" "}
        {problem.title}
      </p>
      {problem.detail && <p>{problem.detail}</p>}
      {problem.hint && <p class="dim">{problem.hint}</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

interface LoadedProps<T> {
  from: Resource<T>;
  what: string; // "Loading incidents"
  children: (value: T) => ComponentChildren;
}

/** The value once it is there; before that what it waits for, and above an old one why there is no newer. */
export function Loaded<T>({ from, what, children }: LoadedProps<T>): JSX.Element {
  if (from.value === undefined) {
    if (from.problem) return <ProblemNote problem={from.problem} retry={from.reload} />;
    return <Loading what={what} />;
  }
  return (
    <>
      {from.problem && <ProblemNote problem={from.problem} retry={from.reload} />}
      {children(from.value)}
    </>
  );
}
