// SPDX-License-Identifier: Apache-2.0
// Choosing a span of a chart by drawing over it. Places are shares of the chart's width, 0 to 1.
import { useRef, useState } from "preact/hooks";

export interface Brush {
  span: [number, number] | undefined; // while it is being drawn
  hover: number | undefined;
  handlers: {
    onPointerDown: (event: PointerEvent) => void;
    onPointerMove: (event: PointerEvent) => void;
    onPointerUp: (event: PointerEvent) => void;
    onPointerLeave: () => void;
  };
}

const kClickShare = 0.005; // a shorter one is a click

/** `done` gets the span; both ends are the same for a click. */
export function useBrush(done: (from: number, to: number) => void): Brush {
  const start = useRef<number>();
  const [span, setSpan] = useState<[number, number]>();
  const [hover, setHover] = useState<number>();
  const shareOf = (event: PointerEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / Math.max(1, box.width)));
  };
  return {
    span,
    hover,
    handlers: {
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        start.current = shareOf(event);
      },
      onPointerMove: (event) => {
        const at = shareOf(event);
        setHover(at);
        if (start.current === undefined) return;
        setSpan([Math.min(start.current, at), Math.max(start.current, at)]);
      },
      onPointerUp: (event) => {
        if (start.current === undefined) return;
        const at = shareOf(event);
        const from = Math.min(start.current, at);
        const to = Math.max(start.current, at);
        start.current = undefined;
        setSpan(undefined);
        if (to - from < kClickShare) done(at, at);
        else done(from, to);
      },
      onPointerLeave: () => setHover(undefined),
    },
  };
}
