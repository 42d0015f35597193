// SPDX-License-Identifier: Apache-2.0
// What all pages share: who is signed in, and the few words at the foot of the screen.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "./api/schema";

export interface AppState {
  session: Session;
  /** A line that goes away by itself: what was done, or why not. */
  tell: (text: string, bad?: boolean) => void;
}

export const AppContext = createContext<AppState | undefined>(undefined);

export function useApp(): AppState {
  const state = useContext(AppContext);
  if (!state) throw new Error("useApp outside of the signed-in console");
  return state;
}

const kRanks = { viewer: 0, analyst: 1, admin: 2 };

export function mayDo(session: Session, role: Session["role"]): boolean {
  return kRanks[session.role] >= kRanks[role];
}
