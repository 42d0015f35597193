// SPDX-License-Identifier: Apache-2.0
// Above the table: how it is grouped and ordered, the filter, pause, and whether the order is held.
import type { JSX } from "preact";
import { count } from "../../format";
import { setParams } from "../../router";
import { placeOfByte } from "../../ui/bytes_at";
import { QueryInput, type InputError } from "../../ui/query_input";
import { completeFilter } from "./filter_words";
import type { Picture } from "./live_frame";
import type { LiveQuery } from "./use_live";

export interface View {
  id: string;
  name: string;
  heading: string;
  grouping: NonNullable<LiveQuery["grouping"]>;
  flat: boolean; // connections one below the other
  filter: string; // terms that make the view
}

export const kViews: View[] = [
  {
    id: "application",
    name: "Applications",
    heading: "Application",
    grouping: "application",
    flat: false,
    filter: "",
  },
  {
    id: "process",
    name: "Processes",
    heading: "Process",
    grouping: "process",
    flat: false,
    filter: "",
  },
  {
    id: "remote_host",
    name: "Remote hosts",
    heading: "Remote host",
    grouping: "remote_host",
    flat: false,
    filter: "",
  },
  { id: "unit", name: "Units", heading: "Unit", grouping: "unit", flat: false, filter: "" },
  {
    id: "container",
    name: "Containers",
    heading: "Container",
    grouping: "container",
    flat: false,
    filter: "",
  },
  {
    id: "connections",
    name: "Connections",
    heading: "Connection",
    grouping: "application",
    flat: true,
    filter: "-listening",
  },
  {
    id: "listeners",
    name: "Listeners",
    heading: "Listener",
    grouping: "application",
    flat: true,
    filter: "listening",
  },
];

const kOrders: Array<[string, string]> = [
  ["traffic", "by traffic"],
  ["name", "by name"],
  ["flows", "by connections"],
  ["newest", "newest first"],
];

/** "filter, character 11: expected a port..." -> where and what. `shift`: letters put before the filter. */
export function filterError(text: string, filter: string, shift: number): InputError | undefined {
  if (!text) return undefined;
  const [first = "", ...more] = text.split("\n");
  const found = /^filter, character (\d+): (.*)$/.exec(first);
  const at = found ? Number(found[1]) - 1 - shift : undefined;
  return {
    at: at === undefined || at < 0 ? undefined : placeOfByte(filter, at),
    message: found?.[2] ?? first,
    hint: more.map((line) => line.trim()).join(" "),
  };
}

interface Props {
  view: View;
  filter: string;
  order: string;
  hideLocal: boolean;
  picture: Picture | undefined;
  paused: boolean;
  missed: number;
  held: boolean;
  onPause: () => void;
  onSort: () => void;
}

export function Toolbar(props: Props): JSX.Element {
  const { view, filter, picture, paused, missed } = props;
  const shift = view.filter ? view.filter.length + 1 : 0;
  return (
    <div class="toolbar">
      <label class="pick-one">
        <span class="sr">Show</span>
        <select
          value={view.id}
          onChange={(event) => setParams({ by: event.currentTarget.value, open: "" })}
        >
          {kViews.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <QueryInput
        label="Filter"
        placeholder="Filter: curl port:443 -addr:10.0.0.0/8   ( / )"
        value={filter}
        live
        onSubmit={(text) => setParams({ filter: text })}
        complete={(text, at) => Promise.resolve(completeFilter(text, at, picture))}
        error={filterError(picture?.filter_error ?? "", filter, shift)}
      />
      <label class="pick-one">
        <span class="sr">Order</span>
        <select
          value={props.order}
          onChange={(event) =>
            setParams({
              order: event.currentTarget.value === "traffic" ? "" : event.currentTarget.value,
            })
          }
        >
          {kOrders.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="check" title="Loopback, broadcast and multicast">
        <input
          type="checkbox"
          checked={!props.hideLocal}
          onChange={(event) => setParams({ local: event.currentTarget.checked ? "" : "no" })}
        />{" "}
        local
      </label>
      <button
        type="button"
        class={paused ? "primary" : ""}
        aria-pressed={paused}
        onClick={props.onPause}
        title="Pause the picture, not the capture (p)"
      >
        {paused ? `▶ Go on${missed ? ` · ${count(missed)} changes` : ""}` : "❚❚ Pause"}
      </button>
      <button
        type="button"
        class={`quiet${props.held ? "" : " invisible"}`}
        onClick={props.onSort}
        title="Rows stay where they are while you are at the table (s)"
      >
        order held · sort
      </button>
    </div>
  );
}
