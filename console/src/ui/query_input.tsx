// SPDX-License-Identifier: Apache-2.0
// A line to type a query or a filter into: completions below while typing, and what is wrong with it
// shown at its place. Tab takes the first completion, arrows choose, Enter asks, Escape closes.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface Completion {
  text: string; // what is put there
  note?: string | undefined; // what it means, how often it occurs
}

export interface Completions {
  from: number; // what is replaced, as places in the text
  until: number;
  list: Completion[];
}

export interface InputError {
  at: number | undefined; // place in the text
  message: string;
  hint?: string | undefined;
}

interface Props {
  value: string;
  onSubmit: (text: string) => void;
  complete: (text: string, at: number, signal: AbortSignal) => Promise<Completions>;
  error?: InputError | undefined;
  placeholder: string;
  label: string;
  live?: boolean; // asks by itself soon after each change
}

const kLiveMs = 250;
const kCompleteMs = 80;

/** `text` with a completion in place of what was typed, and where the cursor goes. */
export function accepted(
  text: string,
  at: Completions,
  chosen: string,
): { text: string; at: number } {
  return {
    text: text.slice(0, at.from) + chosen + text.slice(at.until),
    at: at.from + chosen.length,
  };
}

export function QueryInput(props: Props): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(props.value);
  const [offer, setOffer] = useState<Completions>();
  const [chosen, setChosen] = useState(-1);
  const asking = useRef<AbortController>();
  const timers = useRef<{
    live?: ReturnType<typeof setTimeout>;
    offer?: ReturnType<typeof setTimeout>;
  }>({});

  useEffect(() => setText(props.value), [props.value]);
  useEffect(
    () => () => {
      asking.current?.abort();
      clearTimeout(timers.current.live);
      clearTimeout(timers.current.offer);
    },
    [],
  );

  const close = () => {
    clearTimeout(timers.current.offer);
    asking.current?.abort();
    setOffer(undefined);
    setChosen(-1);
  };
  const offerFor = (now: string, at: number) => {
    clearTimeout(timers.current.offer);
    timers.current.offer = setTimeout(() => {
      asking.current?.abort();
      const abort = new AbortController();
      asking.current = abort;
      props.complete(now, at, abort.signal).then(
        (found) => {
          if (abort.signal.aborted) return;
          setOffer(found.list.length ? found : undefined);
          setChosen(-1);
        },
        () => undefined, // without completions one can still type
      );
    }, kCompleteMs);
  };
  const submit = (now: string) => {
    clearTimeout(timers.current.live);
    close();
    props.onSubmit(now);
  };
  const change = (now: string, at: number) => {
    setText(now);
    offerFor(now, at);
    if (!props.live) return;
    clearTimeout(timers.current.live);
    timers.current.live = setTimeout(() => props.onSubmit(now), kLiveMs);
  };
  const accept = (index: number) => {
    const completion = offer?.list[index];
    if (!offer || !completion) return;
    const next = accepted(text, offer, completion.text);
    close();
    // At once, not with the next drawing: the next letter may come before that.
    const element = input.current;
    if (element) {
      element.value = next.text;
      element.focus();
      element.setSelectionRange(next.at, next.at);
    }
    change(next.text, next.at);
  };
  const key = (event: KeyboardEvent) => {
    const count = offer?.list.length ?? 0;
    if (event.key === "Enter") {
      event.preventDefault();
      if (chosen >= 0) accept(chosen);
      else submit(text);
    } else if (event.key === "Tab" && count && !event.shiftKey) {
      event.preventDefault();
      accept(Math.max(0, chosen));
    } else if (event.key === "ArrowDown" && count) {
      event.preventDefault();
      setChosen((chosen + 1) % count);
    } else if (event.key === "ArrowUp" && count) {
      event.preventDefault();
      setChosen((chosen + count) % (count + 1) === count ? -1 : Math.max(-1, chosen - 1));
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (offer) close();
      else input.current?.blur();
    }
  };

  return (
    <div class="query">
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label={props.label}
        aria-expanded={offer !== undefined}
        aria-controls="query-offer"
        aria-invalid={props.error !== undefined}
        autocomplete="off"
        spellcheck={false}
        data-find="true"
        placeholder={props.placeholder}
        value={text}
        onInput={(event) =>
          change(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)
        }
        onKeyDown={key}
        onBlur={() => setTimeout(close, 150)}
      />
      {text && (
        <button
          type="button"
          class="query-clear"
          aria-label="Clear"
          onClick={() => {
            setText("");
            submit("");
          }}
        >
          ×
        </button>
      )}
      {offer && (
        <ul class="query-offer" id="query-offer" role="listbox">
          {offer.list.map((completion, i) => (
            <li
              key={completion.text}
              role="option"
              aria-selected={i === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                accept(i);
              }}
            >
              <span class="mono">{completion.text}</span>
              {completion.note && <span class="dim">{completion.note}</span>}
            </li>
          ))}
        </ul>
      )}
      {props.error && <QueryError text={props.value} error={props.error} />}
    </div>
  );
}

function QueryError({ text, error }: { text: string; error: InputError }): JSX.Element {
  const { at, message, hint } = error;
  return (
    <div class="query-error" role="alert">
      {at !== undefined && text && (
        <code>
          {text.slice(0, at)}
          <mark>{text.slice(at, at + 1) || " "}</mark>
          {text.slice(at + 1)}
        </code>
      )}
      <span>{message}</span>
      {hint && <span class="dim"> {hint}</span>}
    </div>
  );
}
