// SPDX-License-Identifier: Apache-2.0
// Small things that every page shows the same way: times, copyable values, severities.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { ago, exact, shortTime } from "../format";
import { useNow } from "./clock";

export function Ago({ time }: { time: string | undefined }): JSX.Element | null {
  const now = useNow();
  if (!time) return null;
  return (
    <time dateTime={time} title={exact(time)}>
      {ago(time, now)}
    </time>
  );
}

export function When({ time }: { time: string | undefined }): JSX.Element | null {
  if (!time) return null;
  return (
    <time dateTime={time} title={exact(time)} class="num">
      {shortTime(time, Date.now())}
    </time>
  );
}

/** A value that a click copies. */
export function Copy({
  text,
  children,
}: {
  text: string;
  children?: ComponentChildren;
}): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard?.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1200);
    });
  };
  return (
    <button type="button" class="copy mono" title={copied ? "Copied" : "Copy"} onClick={copy}>
      {children ?? text}
      {copied && <span class="copied"> copied</span>}
    </button>
  );
}

const kMarks: Record<string, string> = {
  critical: "▲▲",
  high: "▲",
  medium: "◆",
  low: "▽",
  informational: "·",
};

/** Mark and word: never colour alone. */
export function Severity({ of }: { of: string | undefined }): JSX.Element | null {
  if (!of) return null;
  return (
    <span class={`severity severity-${of}`}>
      <span aria-hidden="true">{kMarks[of] ?? "·"}</span> {of === "informational" ? "info" : of}
    </span>
  );
}

/** Name and value, one below the other; what is not known is left out. */
export function Facts({ of }: { of: Array<[string, ComponentChildren]> }): JSX.Element {
  return (
    <dl class="facts">
      {of
        .filter(
          ([, value]) => value !== undefined && value !== null && value !== "" && value !== false,
        )
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
