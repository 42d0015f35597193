// SPDX-License-Identifier: Apache-2.0
// The first row: names of the columns, which also order the table.
import type { JSX } from "preact";
import { setParams } from "../../router";
import type { View } from "./toolbar";
import type { LiveQuery } from "./use_live";

export type Order = NonNullable<LiveQuery["group_order"]>;

function Sort({ by, now, children }: { by: Order; now: Order; children: string }): JSX.Element {
  return (
    <button
      type="button"
      class="sort"
      aria-pressed={by === now}
      title={`Order by ${children}`}
      onClick={() => setParams({ order: by === "traffic" ? "" : by })}
    >
      {children}
      {by === now && <span aria-hidden="true"> ↓</span>}
    </button>
  );
}

export function Heading({ view, order }: { view: View; order: Order }): JSX.Element {
  return (
    <div class={`row row-head ${view.flat ? "row-flow" : ""}`} role="row">
      <span role="columnheader">
        {view.flat ? (
          view.heading
        ) : (
          <Sort by="name" now={order}>
            {view.heading}
          </Sort>
        )}
      </span>
      {!view.flat && (
        <>
          <span role="columnheader" class="num c-procs">
            Procs
          </span>
          <span role="columnheader" class="num c-flows">
            <Sort by="flows" now={order}>
              Flows
            </Sort>
          </span>
          <span role="columnheader" class="num c-listen">
            Listen
          </span>
        </>
      )}
      <span role="columnheader" class="num c-in">
        <Sort by="traffic" now={order}>
          In/s
        </Sort>
      </span>
      <span role="columnheader" class="num c-out">
        Out/s
      </span>
      <span role="columnheader" class="c-spark">
        {view.flat ? "Opened" : "Last minute"}
      </span>
      <span role="columnheader" class="c-remote">
        {view.flat ? "Address" : "Remote"}
      </span>
    </div>
  );
}
