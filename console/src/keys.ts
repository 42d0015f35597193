// SPDX-License-Identifier: Apache-2.0
// Keys of the console. A page says what its keys do while it is shown; the list behind "?" is made
// from the same declarations, so it cannot differ. Keys do nothing while somebody types.
import { useEffect, useRef } from "preact/hooks";

export interface Key {
  keys: string; // "j", "Enter", "g n": keys of a sequence are separated by a blank
  does: string; // in words, for the list
  run: (event: KeyboardEvent) => void;
}

const kSequenceMs = 1200;

const layers: Key[][] = [];
let prefix = "";
let prefixAt = 0;

/** What can be pressed now, the page's keys before those that hold everywhere. */
export function activeKeys(): Key[] {
  return layers.slice().reverse().flat();
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

/** The key that `pressed` (after `before`, the start of a sequence) means. */
export function findKey(keys: Key[], before: string, pressed: string): Key | undefined {
  const wanted = before ? `${before} ${pressed}` : pressed;
  return keys.find((key) => key.keys === wanted);
}

export function startsSequence(keys: Key[], pressed: string): boolean {
  return keys.some((key) => key.keys.startsWith(`${pressed} `));
}

export function handleKey(event: KeyboardEvent, now = Date.now()): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) && event.key !== "Escape") return;
  // A focused button or link keeps its own Enter and Space.
  const onControl =
    event.target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName);
  if (onControl && (event.key === "Enter" || event.key === " ")) return;
  const keys = activeKeys();
  const before = now - prefixAt < kSequenceMs ? prefix : "";
  prefix = "";
  const key =
    findKey(keys, before, event.key) ?? (before ? undefined : findKey(keys, "", event.key));
  if (key) {
    event.preventDefault();
    key.run(event);
  } else if (!before && startsSequence(keys, event.key)) {
    prefix = event.key;
    prefixAt = now;
  }
}

/** Declares keys for as long as the calling component is mounted. */
export function useKeys(keys: Key[]): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const layer: Key[] = [];
    const refresh = () => {
      layer.length = 0;
      for (const key of latest.current) {
        layer.push({
          keys: key.keys,
          does: key.does,
          run: (event) => latest.current.find((k) => k.keys === key.keys)?.run(event),
        });
      }
    };
    refresh();
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, []);
}
