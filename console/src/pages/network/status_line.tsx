// SPDX-License-Identifier: Apache-2.0
// What picket sees and what it does not, always in sight; a failed self-test is not to be overlooked.
import type { JSX } from "preact";
import type { Status } from "../../api/schema";
import { count, percent, rate } from "../../format";

export function StatusLine({
  status,
  suspicious,
  onSuspicious,
}: {
  status: Status;
  suspicious: number;
  onSuspicious: () => void;
}): JSX.Element {
  const well = status.ready && status.self_test === "passed" && status.mode === "bpf";
  return (
    <>
      <p class="status num">
        <span class={well ? "dot dot-good" : "dot dot-warn"} aria-hidden="true" />
        <b>{status.host}</b>
        <span>{status.ready ? "live" : "starting"}</span>
        <span>{status.mode === "bpf" ? "in the kernel" : "from /proc"}</span>
        <span>{count(status.flows_open)} open</span>
        <span>{count(status.listeners)} listening</span>
        <span>{(status.flows_per_s ?? 0).toFixed(0)} new/s</span>
        <span>in {rate(status.bytes_in_per_s)}/s</span>
        <span>out {rate(status.bytes_out_per_s)}/s</span>
        {status.attributed_ratio !== undefined && (
          <span title="Connections whose owner is certain, of all since the start">
            {percent(status.attributed_ratio)} attributed
          </span>
        )}
        {suspicious > 0 && (
          <button
            type="button"
            class="status-flag"
            onClick={onSuspicious}
            title="Go to the next one"
          >
            ⚑ {count(suspicious)} suspicious
          </button>
        )}
        <a href="/health" class={status.lost ? "warn" : "dim"} title="What was lost, and why">
          lost {count(status.lost)}
        </a>
      </p>
      {status.mode_note && <p class="notice">{status.mode_note}</p>}
      {status.self_test !== "passed" && status.self_test !== "pending" && (
        <p class="problem" role="alert">
          The self-test failed: {status.self_test}. What is shown may not be all.{" "}
          <a href="/health">What to do</a>
        </p>
      )}
    </>
  );
}
