// SPDX-License-Identifier: Apache-2.0
// Why a request failed, in words: what, why, and what to do next (RFC 9457 bodies of the server).
export interface ProblemBody {
  title?: string;
  detail?: string;
  hint?: string;
  status?: number;
  field?: string;
  at?: number;
}

const kNothingSaid = "It did not work";

const asSentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export class Problem extends Error {
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  readonly status: number; // 0: no answer at all
  readonly field: string;
  readonly position: number | undefined; // of a character in what was typed, from 0

  constructor(body: ProblemBody) {
    super(body.title ?? kNothingSaid);
    this.title = asSentence(body.title ?? kNothingSaid);
    this.detail = asSentence(body.detail ?? "");
    this.hint = body.hint ?? "";
    this.status = body.status ?? 0;
    this.field = body.field ?? "";
    this.position = body.at;
  }

  static of(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof TypeError) {
      return new Problem({
        title: "picket does not answer",
        detail: "The console is open, but the program behind it cannot be reached.",
        hint: "Is picket still running there? This page goes on by itself once it is.",
      });
    }
    return new Problem({ title: kNothingSaid, detail: String(error) });
  }
}
