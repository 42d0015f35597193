// SPDX-License-Identifier: Apache-2.0
// The live picture as a component sees it. Events are put together as they come; the component is
// told at most once a frame of the screen, and not at all while the reader has paused.
import { useEffect, useRef, useState } from "preact/hooks";
import { urlOf, type Ask } from "../../api/client";
import { follow, type StreamEvent } from "../../api/events";
import { Problem } from "../../api/problem";
import type { Alert, Frame, FrameDelta } from "../../api/schema";
import { fromFrame, withDelta, type Picture } from "./live_frame";
import { withSample, type Sample } from "./rates";

export type LiveQuery = NonNullable<Ask<"streamFrames">["query"]>;

export interface Live {
  picture: Picture | undefined;
  of: LiveQuery | undefined; // what the picture answers: for a moment, still the question before
  samples: Sample[];
  problem: Problem | undefined;
  missed: number; // changes since the pause
}

class LiveFeed {
  picture: Picture | undefined;
  of: LiveQuery | undefined;
  samples: Sample[] = [];
  changes = 0;

  take(event: StreamEvent, query: LiveQuery, onAlert: (alert: Alert) => void): void {
    if (event.name === "frame") {
      this.of = query;
      this.set(fromFrame(JSON.parse(event.data) as Frame));
    } else if (event.name === "delta" && this.picture) {
      this.set(withDelta(this.picture, JSON.parse(event.data) as FrameDelta));
    } else if (event.name === "alert") onAlert(JSON.parse(event.data) as Alert);
  }

  private set(picture: Picture): void {
    this.picture = picture;
    this.samples = withSample(this.samples, picture.status, picture.groups);
    this.changes += 1;
  }
}

/** `query` undefined: nothing is followed. */
export function useLive(
  query: LiveQuery | undefined,
  paused: boolean,
  onAlert: (alert: Alert) => void,
): Live {
  const feed = useRef<LiveFeed>();
  feed.current ??= new LiveFeed();
  const alertTo = useRef(onAlert);
  alertTo.current = onAlert;
  const [shown, setShown] = useState<Live>({
    picture: undefined,
    of: undefined,
    samples: [],
    problem: undefined,
    missed: 0,
  });
  const isPaused = useRef(paused);
  isPaused.current = paused;
  const pausedAt = useRef(0);
  const key = query ? JSON.stringify(query) : "";

  useEffect(() => {
    if (!query) return undefined;
    const abort = new AbortController();
    let frame = 0;
    let problem: Problem | undefined;
    const show = () => {
      frame = 0;
      const live = feed.current;
      if (!live) return;
      setShown((old) =>
        isPaused.current && old.picture && old.of === live.of
          ? { ...old, problem, missed: live.changes - pausedAt.current }
          : { picture: live.picture, of: live.of, samples: live.samples, problem, missed: 0 },
      );
    };
    const later = () => {
      frame ||= requestAnimationFrame(show);
    };
    const listener = {
      event: (event: StreamEvent) => {
        feed.current?.take(event, query, (alert) => alertTo.current(alert));
        later();
      },
      problem: (now: Problem | undefined) => {
        problem = now;
        later();
      },
    };
    void follow(urlOf("streamFrames", { query }), listener, abort.signal);
    return () => {
      abort.abort();
      if (frame) cancelAnimationFrame(frame);
    };
  }, [key]);

  useEffect(() => {
    const live = feed.current;
    if (!live) return;
    pausedAt.current = live.changes;
    if (!paused)
      setShown((old) => ({
        ...old,
        picture: live.picture,
        of: live.of,
        samples: live.samples,
        missed: 0,
      }));
  }, [paused]);

  return shown;
}
