// SPDX-License-Identifier: Apache-2.0
// What has to be answered or read before going on. Escape and a click beside it close it; the focus
// goes back to where it was.
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";

export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
}): JSX.Element {
  useEffect(() => {
    const before = document.activeElement;
    const listener = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      onClose();
    };
    document.addEventListener("keydown", listener, true);
    document.querySelector<HTMLElement>(".dialog .close")?.focus();
    return () => {
      document.removeEventListener("keydown", listener, true);
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      class="dialog-ground"
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      <div class="dialog" role="dialog" aria-modal="true" aria-label={title}>
        <header>
          <h2>{title}</h2>
          <button type="button" class="close" aria-label="Close (Esc)" onClick={onClose}>
            ×
          </button>
        </header>
        {children}
      </div>
    </div>
  );
}
