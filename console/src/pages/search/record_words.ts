// SPDX-License-Identifier: Apache-2.0
// A record of any kind in one line. Records are nested objects (docs/reference/fields.md); values are
// read by their dotted name.
import type { ApiRecord } from "../../api/schema";

export function valueOf(record: unknown, name: string): unknown {
  let at: unknown = record;
  for (const part of name.split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return at;
}

export function textOf(record: unknown, name: string): string {
  const value = valueOf(record, name);
  if (value === undefined || value === null || typeof value === "object") {
    return Array.isArray(value) ? value.join(", ") : "";
  }
  return String(value);
}

export interface Leaf {
  name: string; // dotted
  value: string;
}

/** All values of a record with their dotted names, in the order in which it has them. */
export function leavesOf(record: unknown, prefix = ""): Leaf[] {
  if (record === null || record === undefined) return [];
  if (Array.isArray(record) && record.every((item) => typeof item !== "object")) {
    return record.map((item) => ({ name: prefix, value: String(item) }));
  }
  if (typeof record !== "object") return [{ name: prefix, value: String(record) }];
  return Object.entries(record).flatMap(([name, value]) =>
    leavesOf(value, prefix ? `${prefix}.${name}` : name),
  );
}

function join(ip: string, port: string): string {
  if (!ip) return "";
  return port && port !== "0" ? (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`) : ip;
}

export function remoteOf(record: ApiRecord): string {
  return (
    textOf(record, "remote.name") ||
    join(textOf(record, "remote.ip"), textOf(record, "remote.port"))
  );
}

export function processOf(record: ApiRecord): string {
  return (
    textOf(record, "process.name") || textOf(record, "process.executable").replace(/^.*[\\/]/, "")
  );
}

/** What the record says, beyond process and remote, in a few words. */
export function summaryOf(record: ApiRecord): string {
  const get = (name: string) => textOf(record, name);
  switch (record.kind) {
    case "alert":
      return [get("rule.name"), get("reason")].filter(Boolean).join(": ");
    case "dns":
      return [
        get("dns.name"),
        get("dns.type"),
        get("dns.answers") && `= ${get("dns.answers")}`,
        get("dns.code"),
      ]
        .filter(Boolean)
        .join(" ");
    case "http":
      return [
        get("http.method"),
        get("url") || `${get("http.host")}${get("http.uri")}`,
        get("http.status"),
      ]
        .filter(Boolean)
        .join(" ");
    case "tls":
      return [get("tls.server_name"), get("tls.version"), get("tls.issuer")]
        .filter(Boolean)
        .join(" · ");
    case "process":
      return get("process.command_line") || get("process.executable");
    case "file":
      return [get("file.path") || get("url"), get("file.content_type"), get("file.sha256")]
        .filter(Boolean)
        .join(" ");
    case "flow":
      return [
        get("transport"),
        get("direction"),
        get("service"),
        join(get("local.ip"), get("local.port")),
      ]
        .filter(Boolean)
        .join(" ");
    default:
      return "";
  }
}
