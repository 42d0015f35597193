// SPDX-License-Identifier: Apache-2.0
// What stands around every page: the rail on the left, the keys that hold everywhere, the list of
// keys, and the line that tells what was done.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { call } from "./api/client";
import { useApp } from "./app_state";
import type { Told } from "./console";
import { activeKeys, useKeys, type Key } from "./keys";
import { DetectionsPage } from "./pages/detections";
import { HealthPage } from "./pages/health";
import { HistoryPage } from "./pages/history";
import { IncidentPage } from "./pages/incident";
import { IncidentsPage } from "./pages/incidents";
import { NetworkPage } from "./pages/network";
import { SearchPage } from "./pages/search";
import { navigate, useRoute } from "./router";
import { applyTheme, nextTheme, storedTheme } from "./theme";
import { Dialog } from "./ui/dialog";
import { useResource } from "./ui/resource";
import { Empty } from "./ui/states";

interface Place {
  path: string;
  name: string;
  short: string; // where there is little room
  key: string;
  sign: string;
}

const kPlaces: Place[] = [
  { path: "/", name: "Network activity", short: "Network", key: "g n", sign: "⇄" },
  { path: "/incidents", name: "Incidents", short: "Incidents", key: "g i", sign: "⚑" },
  { path: "/search", name: "Search", short: "Search", key: "g s", sign: "⌕" },
  { path: "/history", name: "History", short: "History", key: "g h", sign: "◷" },
  { path: "/detections", name: "Detections", short: "Rules", key: "g d", sign: "◈" },
  { path: "/health", name: "Health", short: "Health", key: "g e", sign: "♥" },
];

const kOftenMs = 15_000;

function pageOf(path: string): JSX.Element {
  if (path === "/") return <NetworkPage />;
  if (path === "/incidents") return <IncidentsPage />;
  const incident = /^\/incidents\/([0-9a-f-]{36})$/.exec(path);
  if (incident?.[1]) return <IncidentPage key={incident[1]} id={incident[1]} />;
  if (path === "/search") return <SearchPage />;
  if (path === "/history") return <HistoryPage />;
  if (path === "/detections") return <DetectionsPage />;
  if (path === "/health") return <HealthPage />;
  return (
    <Empty title={`There is no page ${path}`}>
      <a href="/">Network activity</a>
    </Empty>
  );
}

function isAt(place: Place, path: string): boolean {
  return place.path === "/"
    ? path === "/"
    : path === place.path || path.startsWith(`${place.path}/`);
}

/** Open incidents, for the rail; the worst check, for its dot. */
function useBadges(): { incidents: number; health: string } {
  const incidents = useResource(
    "incidents",
    (signal) => call("listIncidents", { query: { limit: 1 } }, signal),
    kOftenMs,
  );
  const health = useResource("health", (signal) => call("getHealth", {}, signal), kOftenMs);
  const states = (health.value?.checks ?? []).map((check) => check.state);
  return {
    incidents:
      (incidents.value?.by_status.open ?? 0) + (incidents.value?.by_status.in_progress ?? 0),
    health: health.problem
      ? "bad"
      : states.includes("bad")
        ? "bad"
        : states.includes("warning")
          ? "warn"
          : "good",
  };
}

function Rail({
  path,
  onKeys,
  onSignOut,
}: {
  path: string;
  onKeys: () => void;
  onSignOut: () => void;
}): JSX.Element {
  const { session } = useApp();
  const badges = useBadges();
  const [theme, setTheme] = useState(storedTheme);
  const turn = () => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <nav class="rail" aria-label="Pages">
      <a class="brand" href="/" aria-label="picket, network activity">
        <img src={new URL("./icon.svg", import.meta.url).href} alt="" width="20" height="20" />
        <b>picket</b>
      </a>
      {kPlaces.map((place) => (
        <a
          key={place.path}
          href={place.path}
          class="place"
          aria-current={isAt(place, path) ? "page" : undefined}
          title={`${place.name} (${place.key})`}
        >
          <span class="sign" aria-hidden="true">
            {place.sign}
          </span>
          <span class="name">{place.name}</span>
          <span class="short">{place.short}</span>
          {place.path === "/incidents" && badges.incidents > 0 && (
            <span class="badge" title="open incidents">
              {badges.incidents}
            </span>
          )}
          {place.path === "/health" && (
            <span
              class={`dot dot-${badges.health}`}
              title={badges.health === "good" ? "all is well" : "something needs a look"}
            />
          )}
        </a>
      ))}
      <div class="rail-foot">
        <button
          type="button"
          class="quiet"
          onClick={turn}
          title="Light, dark, or as the system has it (t)"
        >
          {theme === "system" ? "◐ system" : theme === "light" ? "○ light" : "● dark"}
        </button>
        <button type="button" class="quiet" onClick={onKeys} title="What the keys do (?)">
          ? keys
        </button>
        <span class="dim who" title={`role: ${session.role}`}>
          {session.user}
        </span>
        <button type="button" class="quiet" onClick={onSignOut}>
          sign out
        </button>
      </div>
    </nav>
  );
}

function KeyList({ onClose }: { onClose: () => void }): JSX.Element {
  const [keys] = useState<Key[]>(activeKeys);
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map((key) => (
          <div key={key.keys}>
            <dt>
              {key.keys.split(" ").map((part) => (
                <kbd key={part}>{part}</kbd>
              ))}
            </dt>
            <dd>{key.does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

export function Shell({
  told,
  onSignOut,
}: {
  told: Told | undefined;
  onSignOut: () => void;
}): JSX.Element {
  const { path } = useRoute();
  const [showKeys, setShowKeys] = useState(false);
  useEffect(() => {
    const place = kPlaces.find((candidate) => isAt(candidate, path));
    document.title = place ? `${place.name} · picket` : "picket";
  }, [path]);
  useKeys([
    {
      keys: "/",
      does: "filter or search",
      run: () => document.querySelector<HTMLInputElement>("[data-find]")?.focus(),
    },
    ...kPlaces.map((place) => ({
      keys: place.key,
      does: place.name,
      run: () => navigate(place.path),
    })),
    {
      keys: "t",
      does: "light or dark",
      run: () => document.querySelector<HTMLButtonElement>(".rail-foot button")?.click(),
    },
    { keys: "?", does: "this list", run: () => setShowKeys(true) },
  ]);
  return (
    <div class="shell">
      <Rail path={path} onKeys={() => setShowKeys(true)} onSignOut={onSignOut} />
      <main>{pageOf(path)}</main>
      {told && (
        <p class={`told${told.bad ? " told-bad" : ""}`} role="status">
          {told.text}
        </p>
      )}
      {showKeys && <KeyList onClose={() => setShowKeys(false)} />}
    </div>
  );
}
