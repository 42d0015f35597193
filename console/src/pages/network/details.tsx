// SPDX-License-Identifier: Apache-2.0
// What is known of one connection, from the right: the connection, its process, what was found about
// it, and what these two said to each other before.
import type { JSX } from "preact";
import type { Flow, FlowDetails, Process } from "../../api/schema";
import { call } from "../../api/client";
import { bytes, count, duration, endpoint } from "../../format";
import { href, setParams, useParam } from "../../router";
import { AlertList } from "../../ui/alert_list";
import { Panel } from "../../ui/panel";
import { Loaded, Empty } from "../../ui/states";
import { useResource } from "../../ui/resource";
import { Tabs } from "../../ui/tabs";
import { Ago, Copy, Facts, When } from "../../ui/value";
import { quoteValue } from "../search/query_text";
import { RecordLines } from "../search/record_lines";
import {
  attributionWords,
  directionWords,
  nameSource,
  ownerWords,
  remoteWords,
  stateWord,
} from "./flow_words";

function ConnectionTab({ flow, gone }: { flow: Flow; gone: boolean }): JSX.Element {
  const remote = flow.remote;
  return (
    <>
      {gone && <p class="notice">It is over. This is what was known last.</p>}
      {flow.suspicion?.reason && (
        <p class="why-box">
          <span class="why-word">Why</span> {flow.suspicion.reason}
        </p>
      )}
      <Facts
        of={[
          ["Remote", remote?.ip && <Copy text={endpoint(remote)} />],
          [
            "Name",
            remote?.name && (
              <>
                <Copy text={remote.name} />{" "}
                <span class="dim">
                  {nameSource(remote.name_source)}
                  {remote.name_age_s !== undefined && `, ${duration(remote.name_age_s)} before`}
                </span>
              </>
            ),
          ],
          [
            "Where",
            remote?.as_organization || remote?.country
              ? `${[remote.country, remote.as_organization, remote.as_number && `AS${remote.as_number}`].filter(Boolean).join(" · ")}`
              : remote?.scope && remote.scope !== "global"
                ? `${remote.scope} address`
                : undefined,
          ],
          ["Local", <Copy text={endpoint(flow.local)} />],
          ["State", `${stateWord(flow)}, ${flow.transport}`],
          ["Who opened it", directionWords(flow)],
          [
            "Received",
            flow.bytes_in !== undefined &&
              `${bytes(flow.bytes_in)} in ${count(flow.packets_in)} packets`,
          ],
          [
            "Sent",
            flow.bytes_out !== undefined &&
              `${bytes(flow.bytes_out)} in ${count(flow.packets_out)} packets`,
          ],
          [
            "Round trip",
            flow.rtt_us &&
              `${flow.rtt_us < 1000 ? `${flow.rtt_us} µs` : `${(flow.rtt_us / 1000).toFixed(1)} ms`}${flow.retransmits ? `, ${count(flow.retransmits)} sent again` : ""}`,
          ],
          [
            "Opened",
            <>
              <When time={flow.opened} />{" "}
              <span class="dim">
                <Ago time={flow.opened} />
                {flow.opened_before_start && ", or before: picket found it then"}
              </span>
            </>,
          ],
          ["Closed", flow.closed && <When time={flow.closed} />],
          [
            "Owner",
            ownerWords(flow) || `${flow.process?.name ?? ""} (pid ${flow.process?.pid ?? "?"})`,
          ],
          [
            "How known",
            `${attributionWords(flow)}${flow.owner_note ? `. ${flow.owner_note}` : ""}`,
          ],
          ["Community ID", flow.community_id && <Copy text={flow.community_id} />],
        ]}
      />
    </>
  );
}

const kMatches: Record<string, string> = {
  unpackaged: "no package owns this file",
  matches: "the file is as the package has it",
  differs: "the file is NOT as the package has it",
  no_checksum: "the package has no checksum of it",
};

export function ProcessFacts({ process }: { process: Process }): JSX.Element {
  const parents = process.parents ?? [];
  const owner = process.package;
  return (
    <>
      <ol class="lineage" aria-label="who started it">
        {parents
          .slice()
          .reverse()
          .map((parent, depth) => (
            <li key={`${parent.pid}@${parent.start}`} class={`indent-${Math.min(depth, 8)}`}>
              <span>{parent.name}</span>{" "}
              <span class="dim">
                {parent.pid} {parent.executable}
              </span>
            </li>
          ))}
        <li class={`indent-${Math.min(parents.length, 8)}`}>
          <b>{process.name}</b> <span class="dim">{process.pid}</span>
        </li>
      </ol>
      <Facts
        of={[
          ["Program", process.executable && <Copy text={process.executable} />],
          [
            "",
            process.executable_deleted && (
              <span class="bad">the file was deleted while it runs</span>
            ),
          ],
          ["Arguments", process.arguments && <Copy text={process.arguments.join(" ")} />],
          ["Directory", process.working_directory && <Copy text={process.working_directory} />],
          [
            "User",
            process.user &&
              `${process.user}${process.login_user && process.login_user !== process.user ? `, signed in as ${process.login_user}` : ""}`,
          ],
          ["Terminal", process.terminal],
          [
            "Started",
            process.started && (
              <>
                <When time={process.started} />{" "}
                <span class="dim">
                  <Ago time={process.started} />
                </span>
              </>
            ),
          ],
          ["Ended", process.exited && <When time={process.exited} />],
          [
            "Package",
            owner && (
              <>
                {[owner.name, owner.version].filter(Boolean).join(" ")}{" "}
                <span class={owner.match === "differs" ? "bad" : "dim"}>
                  {kMatches[owner.match ?? ""] ?? owner.note}
                </span>
              </>
            ),
          ],
          ["Unit", process.unit],
          ["Container", process.container],
          [
            "SHA-256",
            process.sha256 ? (
              <Copy text={process.sha256} />
            ) : (
              process.sha256_note && <span class="dim">{process.sha256_note}</span>
            ),
          ],
        ]}
      />
    </>
  );
}

function Others({ details }: { details: FlowDetails }): JSX.Element | null {
  if (!details.other_flows.length) return null;
  return (
    <>
      <h3>Other connections of this process ({count(details.other_flows_total)})</h3>
      <ul class="lines">
        {details.other_flows.map((flow) => (
          <li key={flow.id}>
            <button type="button" class="line" onClick={() => setParams({ flow: flow.id })}>
              <span class="state-word">{stateWord(flow)}</span>{" "}
              <span class="mono">
                {flow.remote?.name ?? (remoteWords(flow) || endpoint(flow.local))}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function alertQuery(flow: Flow, process: Process | undefined): string {
  const program = process?.executable ?? flow.process?.executable;
  const parts = [];
  if (flow.community_id) parts.push(`connection.community_id:${quoteValue(flow.community_id)}`);
  if (program) parts.push(`process.executable:${quoteValue(program)}`);
  return `(${parts.join(" OR ") || "process.name:-"}) last:30d`;
}

function DetectionsTab({ query }: { query: string }): JSX.Element {
  const alerts = useResource(query, (signal) =>
    call("listAlerts", { query: { query, limit: 50 } }, signal),
  );
  return (
    <Loaded from={alerts} what="Looking for what was found about it">
      {(page) =>
        page.alerts.length ? (
          <AlertList alerts={page.alerts} />
        ) : (
          <Empty title="Nothing was found about it">
            Neither this connection nor this program raised an alert in the last 30 days.
          </Empty>
        )
      }
    </Loaded>
  );
}

function pairQuery(flow: Flow): string {
  const parts = ["kind:flow"];
  if (flow.process?.executable)
    parts.push(`process.executable:${quoteValue(flow.process.executable)}`);
  if (flow.remote?.ip) parts.push(`remote.ip:${quoteValue(flow.remote.ip)}`);
  return parts.join(" ");
}

function PairTab({ flow }: { flow: Flow }): JSX.Element {
  const query = pairQuery(flow);
  const found = useResource(query, (signal) =>
    call("search", { query: { query, limit: 50 } }, signal),
  );
  return (
    <Loaded from={found} what="Looking through history">
      {(page) => (
        <>
          <p class="dim">
            What {flow.process?.name ?? "it"} and {flow.remote?.name ?? flow.remote?.ip ?? "others"}{" "}
            said to each other before.{" "}
            <a href={href("/search", { q: query, last: "30d" })}>Open in search</a>
          </p>
          {page.records.length ? (
            <RecordLines records={page.records} />
          ) : (
            <Empty title="This is the first time that is kept" />
          )}
        </>
      )}
    </Loaded>
  );
}

interface Props {
  details: FlowDetails | undefined; // undefined: picket no longer knows it
  last: FlowDetails | undefined; // what was known of it before
  onClose: () => void;
}

export function FlowPanel({ details, last, onClose }: Props): JSX.Element {
  const tab = useParam("tab", "connection");
  const shown = details ?? last;
  if (!shown) {
    return (
      <Panel title="Connection" onClose={onClose}>
        <Empty title="picket no longer follows this connection">
          It ended some time ago.{" "}
          <a href={href("/search", { q: "kind:flow", last: "1h" })}>Search what was kept</a>
        </Empty>
      </Panel>
    );
  }
  const { flow, process } = shown;
  const name = flow.process?.name ?? ownerWords(flow);
  return (
    <Panel
      title={name}
      detail={`${directionArrow(flow)} ${flow.remote?.name ?? (remoteWords(flow) || endpoint(flow.local))}`}
      onClose={onClose}
    >
      <Tabs
        label="What to show of the connection"
        active={tab}
        onPick={(id) => setParams({ tab: id })}
        tabs={[
          { id: "connection", name: "Connection" },
          { id: "process", name: "Process" },
          { id: "detections", name: "Detections" },
          { id: "pair", name: "History" },
        ]}
      />
      <div class="panel-body">
        {tab === "connection" && (
          <>
            <ConnectionTab flow={flow} gone={!details} />
            <Others details={shown} />
          </>
        )}
        {tab === "process" &&
          (process ? (
            <ProcessFacts process={process} />
          ) : (
            <Empty title={ownerWords(flow) || "Nothing is known of its process"} />
          ))}
        {tab === "detections" && <DetectionsTab query={alertQuery(flow, process)} />}
        {tab === "pair" && <PairTab flow={flow} />}
      </div>
    </Panel>
  );
}

const directionArrow = (flow: Flow) =>
  flow.direction === "inbound" ? "←" : flow.direction === "listening" ? "listens on" : "→";

export function ProcessPanel({ pid, onClose }: { pid: number; onClose: () => void }): JSX.Element {
  const found = useResource(
    String(pid),
    (signal) => call("getProcess", { path: { pid } }, signal),
    5000,
  );
  const tab = useParam("tab", "process");
  return (
    <Panel
      title={found.value?.processes[0]?.name ?? `Process ${pid}`}
      detail={`pid ${pid}`}
      onClose={onClose}
    >
      <Tabs
        label="What to show of the process"
        active={tab}
        onPick={(id) => setParams({ tab: id })}
        tabs={[
          { id: "process", name: "Process" },
          { id: "detections", name: "Detections" },
        ]}
      />
      <div class="panel-body">
        {tab === "detections" ? (
          <DetectionsTab query={`process.pid:${pid} last:30d`} />
        ) : (
          <Loaded from={found} what="Asking for the process">
            {({ processes }) => (
              <>
                {processes.map((process) => (
                  <ProcessFacts key={process.start} process={process} />
                ))}
              </>
            )}
          </Loaded>
        )}
      </div>
    </Panel>
  );
}
