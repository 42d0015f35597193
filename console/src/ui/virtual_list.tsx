// SPDX-License-Identifier: Apache-2.0
// Rows of one height of which only those in sight exist: 100,000 rows cost what fifty do. The list
// fills its parent and scrolls inside it. `row` draws one; `cursor` is kept in sight when it moves.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

export const kRowHeight = 28;
const kBeyond = 8; // rows drawn above and below what is in sight

export interface Span {
  from: number;
  to: number; // not included
}

/** Which of `rows` are drawn when scrolled by `top` in a window `height` high. */
export function visibleSpan(
  rows: number,
  top: number,
  height: number,
  rowHeight = kRowHeight,
): Span {
  const first = Math.floor(top / rowHeight) - kBeyond;
  const last = Math.ceil((top + height) / rowHeight) + kBeyond;
  const from = Math.max(0, Math.min(first, rows));
  return { from, to: Math.max(from, Math.min(last, rows)) };
}

/** How far to scroll so that row `index` is in sight; `top` when it is already. */
export function scrollFor(
  index: number,
  top: number,
  height: number,
  rowHeight = kRowHeight,
): number {
  const rowTop = index * rowHeight;
  if (rowTop < top) return rowTop;
  if (rowTop + rowHeight > top + height) return rowTop + rowHeight - height;
  return top;
}

interface Props {
  count: number;
  row: (index: number) => ComponentChildren;
  rowHeight?: number;
  cursor?: number;
  label: string;
  head?: ComponentChildren; // stays at the top
  class?: string;
  onSpan?: (span: Span) => void; // which rows are drawn, when that changes
  onEnd?: () => void; // the last rows are drawn
}

export function VirtualList(props: Props): JSX.Element {
  const { count, row, cursor = -1, rowHeight = kRowHeight } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let frame = 0;
    const measure = () => {
      frame = 0;
      setView((old) => {
        const next = { top: element.scrollTop, height: element.clientHeight };
        return old.top === next.top && old.height === next.height ? old : next;
      });
    };
    const later = () => {
      frame ||= requestAnimationFrame(measure);
    };
    const observer = new ResizeObserver(later);
    observer.observe(element);
    element.addEventListener("scroll", later, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", later);
      if (frame) cancelAnimationFrame(frame);
    };
  }, []);

  const head = props.head ? rowHeight : 0;
  useEffect(() => {
    const element = box.current;
    if (!element || cursor < 0) return;
    const top = scrollFor(cursor, element.scrollTop, element.clientHeight - head, rowHeight);
    if (top !== element.scrollTop) element.scrollTop = top;
  }, [cursor]);

  const span = visibleSpan(count, view.top, view.height, rowHeight);
  useEffect(() => {
    props.onSpan?.(span);
    if (span.to >= count && count > 0) props.onEnd?.();
  }, [span.from, span.to, count]);

  const rows = [];
  for (let i = span.from; i < span.to; ++i) rows.push(row(i));
  return (
    <div
      class={`vlist ${props.class ?? ""}`}
      ref={box}
      tabIndex={0}
      role="table"
      aria-label={props.label}
      aria-rowcount={count}
    >
      {props.head}
      <div class="vlist-all" style={{ height: `${count * rowHeight}px` }}>
        <div class="vlist-part" style={{ transform: `translateY(${span.from * rowHeight}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
