// SPDX-License-Identifier: Apache-2.0
// What slides in from the right: all about the one thing that was chosen.
import type { ComponentChildren, JSX } from "preact";

interface PanelProps {
  title: string;
  detail?: string | undefined;
  onClose: () => void;
  children: ComponentChildren;
}

export function Panel({ title, detail, onClose, children }: PanelProps): JSX.Element {
  return (
    <aside class="panel" aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {detail && <p class="dim">{detail}</p>}
        </div>
        <button
          type="button"
          class="close"
          aria-label="Close (Esc)"
          title="Close (Esc)"
          onClick={onClose}
        >
          ×
        </button>
      </header>
      {children}
    </aside>
  );
}
