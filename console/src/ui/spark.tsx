// SPDX-License-Identifier: Apache-2.0
// A line of the last minute inside a row. It answers "how much, and how regular": beacons show as
// even teeth.
import type { JSX } from "preact";

const kWidth = 120;
const kHeight = 20;

/** Points of the line, scaled so that the largest value touches the top; square roots, so that small
 *  traffic beside large stays visible. */
export function sparkPath(values: number[], width = kWidth, height = kHeight): string {
  if (values.length < 2) return "";
  const largest = Math.max(...values);
  if (largest <= 0) return "";
  const step = width / (values.length - 1);
  return values
    .map((value, i) => {
      const y = height - 1 - Math.sqrt(Math.max(0, value) / largest) * (height - 2);
      return `${i ? "L" : "M"}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

export function Spark({ values, label }: { values: number[]; label: string }): JSX.Element {
  const line = sparkPath(values);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${kWidth} ${kHeight}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {line ? (
        <>
          <path class="spark-area" d={`${line}L${kWidth} ${kHeight}L0 ${kHeight}Z`} />
          <path class="spark-line" d={line} />
        </>
      ) : (
        <path class="spark-none" d={`M0 ${kHeight - 1}H${kWidth}`} />
      )}
    </svg>
  );
}
