// SPDX-License-Identifier: Apache-2.0
// Numbers, sizes and times as people read them. Pure functions; a missing value is "".

const kStep = 1000;
const kClockSlackS = 5; // clocks are read at different moments
const kUnits = ["B", "K", "M", "G", "T", "P"];

/** 1234567 -> "1.2 M". Three digits at most, so that columns line up. */
export function bytes(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "";
  let unit = 0;
  let left = Math.abs(value);
  while (left >= 999.5 && unit < kUnits.length - 1) {
    left /= kStep;
    unit += 1;
  }
  const digits = unit > 0 && left < 9.95 ? 1 : 0;
  return `${value < 0 ? "-" : ""}${left.toFixed(digits)} ${kUnits[unit]}`;
}

/** Bytes a second; nothing moves: "·", so that zeros do not shout. */
export function rate(value: number | undefined): string {
  if (value === undefined) return "";
  return value < 0.5 ? "·" : bytes(value);
}

/** 2114 -> "2,114". */
export function count(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "";
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/** 1234567 -> "1.2 M": where there is no room for all digits. */
export function shortCount(value: number): string {
  return value < 10_000 ? count(value) : bytes(value);
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Seconds as the largest unit that says enough: "4s", "12m", "3h", "2d", "4y". */
export function duration(seconds: number): string {
  const s = Math.max(0, seconds);
  if (s < 1 && s > 0) return "<1s";
  if (s < 60) return `${Math.floor(s)}s`;
  if (s < 3600) return `${Math.floor(s / 60)}m`;
  if (s < 86_400) return `${Math.floor(s / 3600)}h`;
  if (s < 2 * 365 * 86_400) return `${Math.floor(s / 86_400)}d`;
  return `${Math.floor(s / (365.25 * 86_400))}y`;
}

/** "2026-01-02T03:04:05.678901Z" -> milliseconds since 1970; NaN when it is no time. */
export function milliseconds(time: string | undefined): number {
  return time ? Date.parse(time) : NaN;
}

export function ago(time: string | undefined, now: number): string {
  const at = milliseconds(time);
  if (Number.isNaN(at)) return "";
  const seconds = (now - at) / 1000;
  if (seconds < 0 && seconds > -kClockSlackS) return "now";
  return seconds < 0 ? `in ${duration(-seconds)}` : `${duration(seconds)} ago`;
}

const two = (n: number) => String(n).padStart(2, "0");

/** "2026-01-02 03:04:05Z". All times of the console are UTC, as those of picket are. */
export function exact(time: string | number | undefined): string {
  const at = typeof time === "number" ? time : milliseconds(time);
  if (Number.isNaN(at)) return "";
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

/** As short as the distance allows: "03:04:05" today, "2 Jan 03:04" this year, else "2020-01-02 03:04". */
export function shortTime(time: string | number | undefined, now: number): string {
  const at = typeof time === "number" ? time : milliseconds(time);
  if (Number.isNaN(at)) return "";
  const day = new Date(at);
  const clock = `${two(day.getUTCHours())}:${two(day.getUTCMinutes())}`;
  const today = new Date(now);
  if (day.toISOString().slice(0, 10) === today.toISOString().slice(0, 10)) {
    return `${clock}:${two(day.getUTCSeconds())}`;
  }
  const month = day.toLocaleString("en-GB", { month: "short", timeZone: "UTC" });
  const date = `${day.getUTCDate()} ${month}`;
  return day.getUTCFullYear() === today.getUTCFullYear()
    ? `${date} ${clock}`
    : day.toISOString().slice(0, 16).replace("T", " ");
}

/** "10.0.0.5:443", "[fd00::1]:443"; a port of 0 or none is left out. */
export function endpoint(at: { ip?: string; port?: number } | undefined): string {
  if (!at) return "";
  const ip = at.ip ?? "*";
  if (!at.port) return ip;
  return ip.includes(":") ? `[${ip}]:${at.port}` : `${ip}:${at.port}`;
}

export function percent(ratio: number): string {
  const value = ratio * 100;
  return `${value >= 99.95 || value < 0.05 ? value.toFixed(0) : value.toFixed(1)} %`;
}
