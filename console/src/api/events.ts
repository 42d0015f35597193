// SPDX-License-Identifier: Apache-2.0
// Server-sent events (HTML standard, 9.2) over fetch, which, other than EventSource, tells why a
// stream was refused. A stream that ends is asked for again after a pause that doubles.
import { problemOf } from "./client";
import { Problem } from "./problem";

export interface StreamEvent {
  name: string;
  data: string;
}

const kPauseFirstMs = 500;
const kPauseMaxMs = 10_000;
const kLineMax = 64 << 20; // characters of an unfinished event

/** Cuts a stream of text into events. Feed it pieces as they come. */
export class EventParser {
  private rest = "";
  private name = "";
  private data: string[] = [];

  feed(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    if (this.rest.length > kLineMax) this.rest = "";
    for (const line of lines) this.line(line, events);
    return events;
  }

  private line(line: string, events: StreamEvent[]): void {
    if (line === "") {
      if (this.data.length)
        events.push({ name: this.name || "message", data: this.data.join("\n") });
      this.name = "";
      this.data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment keeps the line open
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.name = value;
    else if (field === "data") this.data.push(value);
  }
}

export interface StreamListener {
  event: (event: StreamEvent) => void;
  /** undefined: connected. */
  problem: (problem: Problem | undefined) => void;
}

async function readStream(
  url: string,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(url, { headers: { Accept: "text/event-stream" }, signal });
  if (!response.ok || !response.body) throw await problemOf(response);
  listener.problem(undefined);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  const parser = new EventParser();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of parser.feed(decoder.decode(value, { stream: true }))) listener.event(event);
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((done) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      done();
    });
  });

/** Follows the stream at `url` until `signal`. */
export async function follow(
  url: string,
  listener: StreamListener,
  signal: AbortSignal,
): Promise<void> {
  let wait = kPauseFirstMs;
  while (!signal.aborted) {
    const began = Date.now();
    try {
      await readStream(url, listener, signal);
      if (!signal.aborted)
        listener.problem(
          new Problem({ title: "The connection to picket ended", hint: "Trying again." }),
        );
    } catch (error) {
      if (signal.aborted) return;
      const problem = Problem.of(error);
      listener.problem(problem);
      if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) return;
    }
    if (Date.now() - began > kPauseMaxMs) wait = kPauseFirstMs;
    await pause(wait, signal);
    wait = Math.min(kPauseMaxMs, wait * 2);
  }
}
