// SPDX-License-Identifier: Apache-2.0
import type { JSX } from "preact";

export interface Tab {
  id: string;
  name: string;
  count?: number | undefined;
}

interface Props {
  tabs: Tab[];
  active: string;
  onPick: (id: string) => void;
  label: string;
}

/** Arrow keys move between tabs, as WAI-ARIA has it. */
export function Tabs({ tabs, active, onPick, label }: Props): JSX.Element {
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const at = tabs.findIndex((tab) => tab.id === active);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onPick(next.id);
    const bar = event.currentTarget as HTMLElement;
    bar.querySelectorAll<HTMLElement>("[role=tab]")[tabs.indexOf(next)]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          aria-selected={tab.id === active}
          tabIndex={tab.id === active ? 0 : -1}
          onClick={() => onPick(tab.id)}
        >
          {tab.name}
          {tab.count !== undefined && <span class="badge">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
