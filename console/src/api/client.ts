// SPDX-License-Identifier: Apache-2.0
// Requests to the server, typed by its OpenAPI document (schema.ts). A request that fails throws a
// Problem. The session's token goes with whatever changes something. No session: whoever listens
// with onSignedOut is told, and shows the sign-in page.
import { Problem, type ProblemBody } from "./problem";
import { kOperations, type Operations, type Session } from "./schema";

type Name = keyof Operations;
type Query = Record<string, string | number | boolean | undefined>;
/** What an operation wants: only the parts that it has, and only those it must have are needed. */
type Part<K extends string, T> = undefined extends T
  ? unknown
  : Partial<T> extends T
    ? { [key in K]?: { [P in keyof T]?: T[P] | undefined } }
    : { [key in K]: T };
export type Ask<N extends Name> = Part<"path", Operations[N]["path"]> &
  Part<"query", Operations[N]["query"]> &
  Part<"body", Operations[N]["body"]>;

interface LooseAsk {
  path?: Record<string, string | number>;
  query?: Query;
  body?: unknown;
}

let csrf = "";
let signedOut: () => void = () => {};

export function keepSession(session: Session | undefined): void {
  csrf = session?.csrf_token ?? "";
}

export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

export function urlOf<N extends Name>(name: N, ask: Ask<N>): string {
  const { path = {}, query = {} } = ask as LooseAsk;
  const place = kOperations[name].path.replace(/\{(\w+)\}/g, (_, part: string) =>
    encodeURIComponent(String(path[part])),
  );
  const given = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") given.set(key, String(value));
  }
  const text = given.toString();
  return text ? `${place}?${text}` : place;
}

/** The problem that an answer tells of, whatever its body is. */
export async function problemOf(response: Response): Promise<Problem> {
  let body: ProblemBody = {};
  try {
    body = (await response.json()) as ProblemBody;
  } catch {
    body = { title: `The server answered ${response.status}` };
  }
  if (response.status === 401) signedOut();
  return new Problem({ ...body, status: response.status });
}

export async function call<N extends Name>(
  name: N,
  ask: Ask<N>,
  signal?: AbortSignal,
): Promise<Operations[N]["answer"]> {
  const { method } = kOperations[name];
  const headers: Record<string, string> = { Accept: "application/json" };
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (signal) init.signal = signal;
  if (method !== "GET") headers["X-Picket-Csrf"] = csrf;
  const { body } = ask as LooseAsk;
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  const response = await fetch(urlOf(name, ask), init);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as Operations[N]["answer"];
  try {
    return (await response.json()) as Operations[N]["answer"];
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem({
      title: "The answer cannot be understood",
      detail: String(error),
      hint: "Console and picket may be of different versions: load the page again.",
      status: response.status,
    });
  }
}
