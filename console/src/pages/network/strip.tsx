// SPDX-License-Identifier: Apache-2.0
// Bytes and new connections of the last minutes, above the table. A click on a moment shows the
// table as it was then.
import type { JSX } from "preact";
import { exact, rate, shortTime } from "../../format";
import { useBrush } from "../../ui/brush";
import type { Sample } from "./rates";

const kWidth = 600;
const kHeight = 48;
const kSeconds = 600;

/** Bars from the bottom, one a sample; the newest at the right edge. */
function heights(samples: Sample[], of: (sample: Sample) => number): number[] {
  const largest = Math.max(1, ...samples.map(of));
  return samples.map((sample) => Math.sqrt(of(sample) / largest));
}

interface Props {
  samples: Sample[];
  at: string; // the moment that is shown instead of now
  onPick: (at: number) => void;
}

export function Strip({ samples, at, onPick }: Props): JSX.Element {
  const last = samples[samples.length - 1]?.at ?? 0;
  const first = last - (kSeconds - 1) * 1000;
  const timeAt = (share: number) => first + share * kSeconds * 1000;
  const brush = useBrush((from, to) => onPick(timeAt((from + to) / 2)));
  const bytes = heights(samples, (sample) => sample.bytes);
  const flows = heights(samples, (sample) => sample.flows ?? 0);
  const x = (sample: Sample) => ((sample.at - first) / 1000) * (kWidth / kSeconds);
  const area = samples.length
    ? `M${x(samples[0]!)} ${kHeight}${samples.map((s, i) => `L${x(s).toFixed(1)} ${(kHeight - bytes[i]! * (kHeight - 4)).toFixed(1)}`).join("")}L${kWidth} ${kHeight}Z`
    : "";
  const ticks = samples
    .map((s, i) =>
      s.flows ? `M${x(s).toFixed(1)} ${kHeight}v${(-flows[i]! * 14).toFixed(1)}` : "",
    )
    .join("");
  const hovered = brush.hover === undefined ? undefined : nearest(samples, timeAt(brush.hover));
  const shown = hovered ?? samples[samples.length - 1];
  const moment = at ? (Date.parse(at) - first) / 1000 : -1;
  return (
    <div class="strip">
      <svg
        viewBox={`0 0 ${kWidth} ${kHeight}`}
        preserveAspectRatio="none"
        role="img"
        aria-label="Bytes and new connections of the last ten minutes"
        {...brush.handlers}
      >
        <path class="strip-bytes" d={area} />
        <path class="strip-flows" d={ticks} />
        {hovered && <path class="strip-hover" d={`M${x(hovered).toFixed(1)} 0V${kHeight}`} />}
        {moment >= 0 && moment <= kSeconds && (
          <path class="strip-moment" d={`M${moment} 0V${kHeight}`} />
        )}
      </svg>
      <p class="strip-words num">
        {shown ? (
          <>
            <span title={exact(shown.at)}>{hovered ? shortTime(shown.at, last) : "now"}</span>
            <span>
              <i class="key key-bytes" /> {rate(shown.bytes)}/s
            </span>
            <span>
              <i class="key key-flows" />{" "}
              {shown.flows === undefined ? "–" : `${shown.flows.toFixed(0)} new/s`}
            </span>
            <span class="dim wide-only">last 10 min · click a moment to go back to it</span>
          </>
        ) : (
          <span class="dim">waiting for the first second</span>
        )}
      </p>
    </div>
  );
}

function nearest(samples: Sample[], at: number): Sample | undefined {
  let best: Sample | undefined;
  for (const sample of samples) {
    if (!best || Math.abs(sample.at - at) < Math.abs(best.at - at)) best = sample;
  }
  return best;
}
