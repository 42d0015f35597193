// SPDX-License-Identifier: Apache-2.0
// An invented machine for the mock server: programs that open, use and close connections, as many
// changes a second as asked for.
const kPrograms = [
  ["firefox", "/usr/lib/firefox-esr/firefox-esr", "eve"],
  ["sshd", "/usr/sbin/sshd", "root"],
  ["systemd-resolved", "/usr/lib/systemd/systemd-resolved", "systemd-resolve"],
  ["postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres"],
  ["nginx", "/usr/sbin/nginx", "www-data"],
  ["chronyd", "/usr/sbin/chronyd", "_chrony"],
  ["csrcs", "/tmp/csrcs", "www-data"],
  ["apt", "/usr/lib/apt/methods/https", "_apt"],
  ["python3.11", "/usr/bin/python3.11", "eve"],
  ["dockerd", "/usr/bin/dockerd", "root"],
];
const kNames = [
  "update.example",
  "cdn.example.net",
  "mail.example.org",
  "",
  "",
  "db.internal.example",
];
const why =
  "The name is one letter from csrss, the file is in /tmp, 40 s old and owned by no package; every 15 s ± 2 % for 6 minutes to one address";

export class Machine {
  constructor(flowsMax) {
    this.flowsMax = flowsMax;
    this.next = 1;
    this.flows = [];
    this.history = new Map(kPrograms.map(([, path]) => [path, Array(60).fill(0)]));
    for (let i = 0; i < flowsMax; ++i) this.open(60_000 * Math.random());
  }

  open(age_ms = 0) {
    const i = this.next++;
    const at =
      i % 23 === 0
        ? 6
        : i % 7 === 3
          ? i % kPrograms.length
          : i % 3 === 0
            ? 0
            : (i * 7) % kPrograms.length;
    const [name, executable, user] = kPrograms[at === 6 && i % 23 ? 0 : at];
    const listening = i % 17 === 0;
    const flow = {
      type: "flow",
      id: i.toString(16),
      community_id: `1:${Buffer.from(`flow ${i}`).toString("base64")}`,
      transport: i % 5 ? "tcp" : "udp",
      protocol: i % 5 ? 6 : 17,
      direction: listening ? "listening" : i % 4 ? "outbound" : "inbound",
      role: listening ? "listener" : "client",
      state: listening ? "listening" : "established",
      local: { ip: "10.0.0.5", port: listening ? 1024 + (i % 9000) : 32768 + (i % 28000) },
      owner: "process",
      attribution: "hook",
      process: {
        pid: 1000 + (i % 9) + kPrograms.findIndex((p) => p[1] === executable) * 10,
        start: 5,
        name,
        executable,
        uid: 1000,
        user,
      },
      unit: `${name}.service`,
      shared: false,
      bytes_in: i * 131,
      bytes_out: i * 17,
      packets_in: i,
      packets_out: i,
      rtt_us: 12000,
      retransmits: 0,
      bytes_in_per_s: 0,
      bytes_out_per_s: 0,
      opened: new Date(Date.now() - age_ms).toISOString(),
      last_seen: new Date().toISOString(),
      opened_before_start: false,
    };
    if (!listening)
      flow.remote = {
        ip: `203.0.113.${i % 200}`,
        port: i % 3 ? 443 : 80,
        scope: "global",
        country: "NL",
        as_number: 64496,
        as_organization: "Example Net",
      };
    if (flow.remote && kNames[i % 6])
      Object.assign(flow.remote, {
        name: kNames[i % 6],
        name_source: "dns",
        name_age_s: 6,
        name_ttl_s: 300,
      });
    if (name === "csrcs") flow.suspicion = { severity: "high", reason: why };
    this.flows.push(flow);
  }

  /** `changes` connections change: new ones, ended ones, and traffic on the others. */
  step(changes) {
    for (let i = 0; i < changes; ++i) {
      const kind = Math.random();
      if (kind < 0.15) this.open();
      else if (kind < 0.3 && this.flows.length > this.flowsMax)
        this.flows.splice(Math.floor(Math.random() * this.flows.length), 1);
      else {
        const flow = this.flows[Math.floor(Math.random() * this.flows.length)];
        flow.bytes_in += flow.bytes_in_per_s = Math.floor(Math.random() ** 4 * 200_000);
        flow.bytes_out += flow.bytes_out_per_s = Math.floor(Math.random() ** 4 * 20_000);
        flow.changed = true;
      }
    }
    while (this.flows.length > this.flowsMax * 1.1) this.flows.shift();
    for (const [path, history] of this.history) {
      history.shift();
      history.push(
        this.of(path).reduce((sum, flow) => sum + flow.bytes_in_per_s + flow.bytes_out_per_s, 0),
      );
    }
  }

  of(path) {
    return this.flows.filter((flow) => flow.process.executable === path);
  }

  frame(query) {
    const words = (query.get("filter") ?? "").split(/\s+/).filter(Boolean);
    const bad = words.find((word) => /^port:[^\d]/.test(word));
    const fits = (flow) =>
      words.every((word) => {
        const wanted = !word.startsWith("-");
        const text = wanted ? word : word.slice(1);
        if (text === "listening") return (flow.direction === "listening") === wanted;
        return JSON.stringify(flow).includes(text.replace(/^\w+:/, "")) === wanted;
      });
    const flows = this.flows.filter(fits);
    const sum = (list, of) => list.reduce((all, one) => all + (of(one) ?? 0), 0);
    const groups = kPrograms
      .map(([name, path]) => {
        const mine = flows.filter((flow) => flow.process.executable === path);
        const hosts = new Set(mine.map((flow) => flow.remote?.ip).filter(Boolean));
        return {
          key: path,
          name,
          detail: path,
          processes: new Set(mine.map((flow) => flow.process.pid)).size,
          flows: mine.filter((flow) => flow.direction !== "listening").length,
          listeners: mine.filter((flow) => flow.direction === "listening").length,
          bytes_in_per_s: sum(mine, (flow) => flow.bytes_in_per_s),
          bytes_out_per_s: sum(mine, (flow) => flow.bytes_out_per_s),
          bytes_in: sum(mine, (flow) => flow.bytes_in),
          bytes_out: sum(mine, (flow) => flow.bytes_out),
          history: [...this.history.get(path)],
          remote: hosts.size === 1 ? [...hosts][0] : hosts.size ? `${hosts.size} hosts` : "",
          ...(name === "csrcs" && mine.length ? { suspicion: why } : {}),
        };
      })
      .filter((row) => row.flows + row.listeners)
      .sort((a, b) => b.bytes_in_per_s - a.bytes_in_per_s);
    const selected = query.get("selected_group");
    const max = Number(query.get("flows_max") ?? 500);
    const listed = flows.filter((flow) => !selected || flow.process.executable === selected);
    const detailed = this.flows.find((flow) => flow.id === query.get("selected_flow"));
    return {
      status: this.status(flows.length),
      groups,
      groups_total: groups.length,
      flows: listed.slice(0, max).map((flow) => ({
        age: Date.now() - Date.parse(flow.opened) < 3000 ? "new" : "steady",
        ...(flow.suspicion ? { suspicion: flow.suspicion.reason } : {}),
        flow: { ...flow },
      })),
      flows_total: listed.length,
      ...(detailed
        ? {
            details: {
              flow: detailed,
              process: this.process(detailed),
              other_flows: this.of(detailed.process.executable).slice(0, 20),
              other_flows_total: 20,
            },
          }
        : {}),
      ...(bad
        ? {
            filter_error: `filter, character ${words.indexOf(bad) + 6}: expected a port or a range of ports\n  as in port:443`,
          }
        : {}),
    };
  }

  process({ process }) {
    return {
      type: "process",
      ...process,
      started: new Date(Date.now() - 3e6).toISOString(),
      arguments: [process.executable, "--serve"],
      working_directory: "/",
      sha256: "9f2c".repeat(16),
      package: {
        match: process.name === "csrcs" ? "unpackaged" : "matches",
        name: process.name,
        version: "1.2-3",
      },
      unit: `${process.name}.service`,
      parents: [
        { pid: 900, start: 4, name: "bash", executable: "/bin/bash" },
        { pid: 1, start: 1, name: "systemd", executable: "/usr/lib/systemd/systemd" },
      ],
    };
  }

  status(open) {
    return {
      type: "status",
      version: "0.1.0",
      host: "mock",
      mode: "bpf",
      ready: true,
      self_test: "passed",
      now: new Date().toISOString(),
      since: new Date(Date.now() - 3.6e6).toISOString(),
      flows_open: open,
      processes: 180,
      listeners: 12,
      flows_per_s: 311 * Math.random(),
      bytes_in_per_s: 2.1e6 * Math.random(),
      bytes_out_per_s: 88e3,
      lost: 3,
      losses: [
        {
          counter: "flow.evicted",
          meaning: "connections forgotten because there was no room",
          count: 3,
        },
      ],
      attributed_ratio: 0.9993,
    };
  }
}
