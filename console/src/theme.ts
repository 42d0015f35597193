// SPDX-License-Identifier: Apache-2.0
// Light or dark: the system's choice until the reader makes one, which this browser remembers.
export type Theme = "system" | "light" | "dark";

const kStored = "picket.theme";

export function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(kStored);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system"; // storage may be forbidden; the choice then lasts until reload
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(kStored);
    else localStorage.setItem(kStored, theme);
  } catch {
    // as above
  }
}

export function nextTheme(theme: Theme): Theme {
  return theme === "system" ? "light" : theme === "light" ? "dark" : "system";
}
