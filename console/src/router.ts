// SPDX-License-Identifier: Apache-2.0
// The address bar is the state that can be shared: a path says which page, parameters say what is
// selected on it. Whatever a page keeps in a parameter survives reload, back and a copied link.
import { useEffect, useState } from "preact/hooks";

export interface Route {
  path: string;
  params: URLSearchParams;
}

type Listener = () => void;
const listeners = new Set<Listener>();

export function currentRoute(): Route {
  return { path: location.pathname, params: new URLSearchParams(location.search) };
}

function changed(): void {
  for (const listener of [...listeners]) listener();
}

export function href(path: string, params: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export function navigate(to: string): void {
  if (to === location.pathname + location.search) return;
  history.pushState(null, "", to);
  changed();
}

/** Sets parameters of this page; an empty value removes one. By default without a new history entry. */
export function setParams(values: Record<string, string | undefined>, push = false): void {
  const { path, params } = currentRoute();
  for (const [name, value] of Object.entries(values)) {
    if (value) params.set(name, value);
    else params.delete(name);
  }
  const query = params.toString();
  const to = query ? `${path}?${query}` : path;
  if (to === location.pathname + location.search) return;
  if (push) history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  changed();
}

export function useRoute(): Route {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const listener = () => setRoute(currentRoute());
    listeners.add(listener);
    window.addEventListener("popstate", listener);
    listener();
    return () => {
      listeners.delete(listener);
      window.removeEventListener("popstate", listener);
    };
  }, []);
  return route;
}

export function useParam(name: string, otherwise = ""): string {
  return useRoute().params.get(name) ?? otherwise;
}

/** Links of the console change the page without loading it again. Call once. */
export function interceptLinks(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download"))
      return;
    if (link.origin !== location.origin || link.pathname.startsWith("/api/")) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
