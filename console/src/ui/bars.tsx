// SPDX-License-Identifier: Apache-2.0
// How many over time, as bars; drawing over them chooses a span.
import type { JSX } from "preact";
import { count, exact, shortTime } from "../format";
import { useBrush } from "./brush";

export interface Bar {
  at: number; // milliseconds since 1970, where it begins
  value: number;
}

const kWidth = 1000;
const kHeight = 60;
const kBarsMax = 240;

export interface Histogram {
  bars: Bar[]; // side by side, without gaps
  width_ms: number;
}

/** Bars side by side from the first to the last, empty ones put in. More than there is room for
 *  become fewer and wider. */
export function filledBars(found: Bar[], width_ms: number, from?: number, to?: number): Histogram {
  const first = from ?? found[0]?.at;
  const last = to ?? found[found.length - 1]?.at;
  if (first === undefined || last === undefined || last < first) return { bars: [], width_ms };
  const wider = Math.max(1, Math.ceil((last - first) / width_ms / kBarsMax));
  const width = width_ms * wider;
  const origin = Math.floor(first / width) * width;
  const steps = Math.min(kBarsMax + 1, Math.floor((last - origin) / width) + 1);
  const bars = Array.from({ length: steps }, (_, i) => ({ at: origin + i * width, value: 0 }));
  for (const bar of found) {
    const place = bars[Math.floor((bar.at - origin) / width)];
    if (place) place.value += bar.value;
  }
  return { bars, width_ms: width };
}

interface Props {
  of: Histogram;
  label: string;
  onSpan: (from: number, to: number) => void;
  format?: (value: number) => string;
}

export function Bars({
  of: { bars, width_ms },
  label,
  onSpan,
  format = count,
}: Props): JSX.Element {
  const first = bars[0]?.at ?? 0;
  const length = Math.max(1, bars.length) * width_ms;
  const timeAt = (share: number) => first + share * length;
  const brush = useBrush((from, to) => {
    if (from !== to) return onSpan(timeAt(from), timeAt(to));
    const bar = Math.floor((from * length) / width_ms);
    return onSpan(first + bar * width_ms, first + (bar + 1) * width_ms);
  });
  const largest = Math.max(1, ...bars.map((bar) => bar.value));
  const step = kWidth / Math.max(1, bars.length);
  const gap = bars.length > 150 ? 0 : Math.min(2, step / 5);
  const hovered =
    brush.hover === undefined
      ? undefined
      : bars[Math.min(bars.length - 1, Math.floor(brush.hover * bars.length))];
  return (
    <div class="bars">
      <svg
        viewBox={`0 0 ${kWidth} ${kHeight}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
        {...brush.handlers}
      >
        {bars.map((bar, i) =>
          bar.value > 0 ? (
            <rect
              key={bar.at}
              class={bar === hovered ? "bar bar-hover" : "bar"}
              x={i * step}
              width={Math.max(0.5, step - gap)}
              y={kHeight - Math.max(2, (bar.value / largest) * (kHeight - 2))}
              height={Math.max(2, (bar.value / largest) * (kHeight - 2))}
            />
          ) : null,
        )}
        {brush.span && (
          <rect
            class="bar-span"
            x={brush.span[0] * kWidth}
            width={(brush.span[1] - brush.span[0]) * kWidth}
            y="0"
            height={kHeight}
          />
        )}
      </svg>
      <p class="bars-foot num dim">
        <span>{exact(first).slice(0, 16)}</span>
        <span>
          {hovered
            ? `${shortTime(hovered.at, Date.now())}: ${format(hovered.value)}`
            : `at most ${format(largest)} in a bar · draw over it to narrow`}
        </span>
        <span>{exact(first + length).slice(0, 16)}</span>
      </p>
    </div>
  );
}
