// SPDX-License-Identifier: Apache-2.0
// Written by console/dev/api_types.mjs from docs/api/openapi.yaml; change that, then: npm run types

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail?: string;
  field?: string;
  hint?: string;
  at?: number;
};

export type Problems = string[];

export type Session = {
  user: string;
  role: "viewer" | "analyst" | "admin";
  csrf_token: string;
  expires: string;
  agent: boolean;
  version?: string;
};

export type Endpoint = {
  ip?: string;
  port?: number;
};

export type Flow = {
  type: "flow";
  id: string;
  community_id?: string;
  transport: "tcp" | "udp" | "icmp" | "raw" | "packet" | "other";
  protocol?: number;
  direction: "outbound" | "inbound" | "listening" | "unknown";
  role: "client" | "server" | "listener" | "unknown";
  state: string;
  local?: Endpoint;
  remote?: {
    ip?: string;
    port?: number;
    scope?: "loopback" | "link" | "private" | "multicast" | "broadcast" | "global" | "none";
    name?: string;
    name_source?: "dns" | "mdns" | "sni" | "host";
    name_learnt?: string;
    name_age_s?: number;
    name_ttl_s?: number;
    country?: string;
    as_number?: number;
    as_organization?: string;
  };
  owner: "process" | "kernel" | "none" | "hidden" | "lost";
  owner_note?: string;
  attribution: "hook" | "inherited" | "found" | "polled" | "none";
  process?: {
    pid?: number;
    start?: number;
    name?: string;
    executable?: string;
    executable_deleted?: boolean;
    executable_memfd?: boolean;
    uid?: number;
    user?: string;
  };
  unit?: string;
  container?: string;
  shared?: boolean;
  inode?: number;
  network_namespace?: {
    id?: number;
    name?: string;
  };
  bytes_in?: number;
  bytes_out?: number;
  packets_in?: number;
  packets_out?: number;
  rtt_us?: number;
  retransmits?: number;
  bytes_in_per_s?: number;
  bytes_out_per_s?: number;
  opened?: string;
  last_seen?: string;
  closed?: string;
  opened_before_start?: boolean;
  suspicion?: {
    severity?: string;
    reason?: string;
  };
  [more: string]: unknown;
};

export type Process = {
  type: "process";
  pid: number;
  start: number;
  started?: string;
  exited?: string;
  name: string;
  command?: string;
  executable?: string;
  executable_deleted?: boolean;
  sha256?: string;
  sha256_note?: string;
  package?: {
    name?: string;
    version?: string;
    match?: "unknown" | "unpackaged" | "matches" | "differs" | "no_checksum";
    note?: string;
  };
  arguments?: string[];
  arguments_truncated?: boolean;
  working_directory?: string;
  uid?: number;
  user?: string;
  login_user?: string;
  terminal?: string;
  unit?: string;
  container?: string;
  parents?: Array<{
    pid?: number;
    start?: number;
    started?: string;
    name?: string;
    executable?: string;
  }>;
  [more: string]: unknown;
};

export type GroupRow = {
  key: string;
  name: string;
  detail?: string;
  processes: number;
  flows: number;
  listeners: number;
  bytes_in_per_s: number;
  bytes_out_per_s: number;
  bytes_in: number;
  bytes_out: number;
  history: number[];
  remote?: string;
  suspicion?: string;
};

export type FlowRow = {
  age: "steady" | "new" | "closed";
  faded?: number;
  suspicion?: string;
  flow: Flow;
};

export type Status = {
  type: "status";
  version: string;
  host: string;
  mode: "bpf" | "fallback";
  mode_note?: string;
  ready: boolean;
  self_test: string;
  now: string;
  since: string;
  flows_open?: number;
  processes?: number;
  listeners?: number;
  flows_per_s?: number;
  bytes_in_per_s?: number;
  bytes_out_per_s?: number;
  lost: number;
  losses: Array<{
    counter: string;
    meaning: string;
    count: number;
  }>;
  attributed_ratio?: number;
  geo?: string;
};

export type Frame = {
  status: Status;
  groups: GroupRow[];
  groups_total: number;
  groups_from?: number;
  flows: FlowRow[];
  flows_total: number;
  flows_from?: number;
  details?: FlowDetails;
  filter_error?: string;
};

export type FlowDetails = {
  flow: Flow;
  process?: Process;
  other_flows: Flow[];
  other_flows_total: number;
};

export type FrameDelta = {
  status: Status;
  groups: GroupRow[];
  group_keys?: string[];
  groups_total: number;
  groups_from?: number;
  flows: FlowRow[];
  flow_ids?: string[];
  flows_total: number;
  flows_from?: number;
  details?: FlowDetails;
  filter_error?: string;
};

export type Alert = {
  type: "alert";
  id: string;
  time: string;
  count?: number;
  last_time?: string;
  detector: "sigma" | "behavior" | "indicator" | "signature";
  rule: {
    id?: string;
    name?: string;
    place?: string;
    [more: string]: unknown;
  };
  severity: "informational" | "low" | "medium" | "high" | "critical";
  confidence: "low" | "medium" | "high";
  score?: number;
  action?: string;
  reason: string;
  evidence?: Array<{
    name?: string;
    value?: string;
  }>;
  attack?: Array<{
    tactic?: string;
    technique?: string;
  }>;
  references?: string[];
  false_positives?: string[];
  host?: string;
  process?: Record<string, unknown>;
  connection?: Record<string, unknown>;
  traffic?: string;
  source?: Record<string, unknown>;
  [more: string]: unknown;
};

export type Triage = {
  status: "open" | "waiting" | "in_progress" | "closed";
  verdict: "not_set" | "security_risk" | "false_positive" | "benign" | "test" | "managed_externally" | "insufficient_data";
  reason?: string;
  assignee?: string;
  by?: string;
  at?: string;
};

export type TriageChange = {
  status?: "open" | "waiting" | "in_progress" | "closed";
  verdict?: "not_set" | "security_risk" | "false_positive" | "benign" | "test" | "managed_externally" | "insufficient_data";
  reason?: string;
  assignee?: string;
};

export type Incident = {
  type: "incident";
  id: string;
  priority: "low" | "medium" | "high";
  title: string;
  from: string;
  until: string;
  alerts: number;
  hosts?: string[];
  processes?: string[];
  users?: string[];
  peers?: string[];
  files?: string[];
  tactics?: Array<{
    id?: string;
    name?: string;
  }>;
  techniques?: string[];
  events: Array<{
    alert?: string;
    time?: string;
    last_time?: string;
    count?: number;
    detector?: string;
    severity?: string;
    confidence?: string;
    rule?: {
      id?: string;
      name?: string;
    };
    host?: string;
    process?: string;
    peer?: string;
    reason?: string;
    tie?: "trigger" | "process" | "lineage" | "executable" | "remote" | "rule" | "machine";
    why?: string;
  }>;
  events_left_out?: number;
  recommended?: Array<{
    what?: string;
    why?: string;
  }>;
  odd?: string[];
  triage: Triage;
  merged?: string[];
  [more: string]: unknown;
};

export type IncidentPage = {
  incident: Incident;
  notes: Array<{
    time: string;
    by: string;
    text: string;
  }>;
  changes: Array<{
    time: string;
    by: string;
    what: "status" | "verdict" | "reason" | "assignee" | "note" | "merge" | "split" | "undo";
    before: string;
    after: string;
  }>;
  merged_into?: string;
  can_undo?: boolean;
};

export type NewException = {
  rule?: string;
  program?: string;
  parent?: string;
  sha256?: string;
  address?: string;
  name?: string;
  host?: string;
  reason: string;
  expires?: string;
};

export type ApiException = NewException & {
  id: number;
  by: string;
  at: string;
  hidden: number;
  last_hidden?: string;
  expired?: boolean;
};

export type ApiRecord = {
  time: string;
  kind: "alert" | "flow" | "process" | "dns" | "http" | "tls" | "file";
  [more: string]: unknown;
};

export type Top = {
  field: string;
  values: Array<{
    value: string;
    count: number;
  }>;
  records: number;
  distinct: number;
  others?: number;
  problems?: Problems;
};

export type QueryError = {
  message: string;
  at: number;
  hint?: string;
};

export type SavedSearch = {
  name: string;
  query: string;
  by: string;
  at: string;
};

export type Talker = {
  value: string;
  connections: number;
  bytes_in: number;
  bytes_out: number;
  first: string;
  last: string;
};

export type Point = {
  time: string;
  connections: number;
  bytes_in: number;
  bytes_out: number;
};

export type Detection = {
  id: string;
  name: string;
  detector: "sigma" | "behavior" | "indicator" | "signature";
  state: "loaded" | "not_loaded";
  severity?: string;
  place?: string;
  attack?: string[];
  hits: number;
  last_hit?: string;
  false_positives?: number;
  exceptions?: number;
};

export type Health = {
  agent: Record<string, unknown>;
  store?: {
    folder?: string;
    segments?: number;
    bytes?: number;
    free_bytes?: number;
    earliest?: string;
    problems?: Problems;
  };
  counters?: Array<{
    name: string;
    meaning: string;
    value: number;
  }>;
  checks: Array<{
    name: string;
    state: "ok" | "warning" | "bad";
    text: string;
    hint?: string;
  }>;
};

export type User = {
  name: string;
  role: "viewer" | "analyst" | "admin";
  changed?: string;
  last_sign_in?: string;
};

export interface Operations {
  useSignInLink: {
    path: undefined;
    query: {
      token: string;
    };
    body: undefined;
    answer: undefined;
  };
  getSession: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Session;
  };
  signIn: {
    path: undefined;
    query: undefined;
    body: {
      user: string;
      password: string;
    };
    answer: Session;
  };
  signOut: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  getFrame: {
    path: undefined;
    query: {
      grouping?: "application" | "process" | "remote_host" | "unit" | "container";
      group_order?: "traffic" | "name" | "flows" | "newest";
      flow_order?: "newest" | "traffic" | "state" | "remote" | "local" | "process";
      filter?: string;
      hide_local?: boolean;
      selected_group?: string;
      selected_flow?: string;
      groups_from?: number;
      groups_max?: number;
      flows_from?: number;
      flows_max?: number;
      groups_around?: string;
      flows_around?: string;
    };
    body: undefined;
    answer: Frame;
  };
  streamFrames: {
    path: undefined;
    query: {
      per_s?: number;
      grouping?: "application" | "process" | "remote_host" | "unit" | "container";
      group_order?: "traffic" | "name" | "flows" | "newest";
      flow_order?: "newest" | "traffic" | "state" | "remote" | "local" | "process";
      filter?: string;
      hide_local?: boolean;
      selected_group?: string;
      selected_flow?: string;
      groups_from?: number;
      groups_max?: number;
      flows_from?: number;
      flows_max?: number;
      groups_around?: string;
      flows_around?: string;
    };
    body: undefined;
    answer: string;
  };
  getFlows: {
    path: undefined;
    query: {
      filter?: string;
      limit?: number;
    };
    body: undefined;
    answer: {
      flows: Flow[];
      total: number;
      status: Record<string, unknown>;
    };
  };
  getProcess: {
    path: {
      pid: number;
    };
    query: undefined;
    body: undefined;
    answer: {
      processes: Process[];
    };
  };
  listAlerts: {
    path: undefined;
    query: {
      query?: string;
      limit?: number;
      cursor?: string;
    };
    body: undefined;
    answer: {
      alerts: Alert[];
      next_cursor?: string;
      problems?: Problems;
    };
  };
  getAlert: {
    path: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: Alert;
  };
  listIncidents: {
    path: undefined;
    query: {
      status?: string;
      priority?: string;
      verdict?: string;
      assignee?: string;
      text?: string;
      since?: string;
      until?: string;
      order?: "latest" | "priority" | "oldest";
      limit?: number;
      cursor?: string;
    };
    body: undefined;
    answer: {
      incidents: Incident[];
      total: number;
      by_status: Record<string, number>;
      by_priority: Record<string, number>;
      next_cursor?: string;
      problems?: Problems;
    };
  };
  triageMany: {
    path: undefined;
    query: undefined;
    body: {
      ids?: string[];
      match?: {
        status?: string;
        priority?: string;
        verdict?: string;
        assignee?: string;
        text?: string;
        since?: string;
        until?: string;
      };
      expected?: number;
      change: TriageChange;
    };
    answer: {
      changed: number;
    };
  };
  getIncident: {
    path: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: IncidentPage;
  };
  triage: {
    path: {
      id: string;
    };
    query: undefined;
    body: TriageChange;
    answer: IncidentPage;
  };
  addNote: {
    path: {
      id: string;
    };
    query: undefined;
    body: {
      text: string;
    };
    answer: IncidentPage;
  };
  undo: {
    path: {
      id: string;
    };
    query: undefined;
    body: undefined;
    answer: IncidentPage;
  };
  merge: {
    path: {
      id: string;
    };
    query: undefined;
    body: {
      into: string;
      reason?: string;
    };
    answer: IncidentPage;
  };
  split: {
    path: {
      id: string;
    };
    query: undefined;
    body: {
      alerts: string[];
      reason?: string;
    };
    answer: IncidentPage;
  };
  listExceptions: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      exceptions: ApiException[];
    };
  };
  addException: {
    path: undefined;
    query: undefined;
    body: NewException;
    answer: ApiException;
  };
  previewException: {
    path: undefined;
    query: undefined;
    body: NewException;
    answer: {
      total: number;
      looked_at?: number;
      incidents?: number;
      alerts: Alert[];
    };
  };
  removeException: {
    path: {
      id: number;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  search: {
    path: undefined;
    query: {
      query?: string;
      order?: "newest" | "oldest";
      limit?: number;
      cursor?: string;
    };
    body: undefined;
    answer: {
      records: ApiRecord[];
      next_cursor?: string;
      problems?: Problems;
    };
  };
  countRecords: {
    path: undefined;
    query: {
      query?: string;
    };
    body: undefined;
    answer: {
      count: number;
      problems?: Problems;
    };
  };
  topValues: {
    path: undefined;
    query: {
      query?: string;
      field: string;
      limit?: number;
    };
    body: undefined;
    answer: Top;
  };
  histogram: {
    path: undefined;
    query: {
      query?: string;
      width?: string;
    };
    body: undefined;
    answer: {
      width_s: number;
      bars: Array<{
        time: string;
        count: number;
      }>;
      problems?: Problems;
    };
  };
  completeQuery: {
    path: undefined;
    query: {
      query?: string;
      at?: number;
    };
    body: undefined;
    answer: {
      from: number;
      until?: number;
      completions: Array<{
        text: string;
        kind: "field" | "value" | "operator";
        meaning?: string;
        count?: number;
      }>;
      error?: QueryError;
    };
  };
  listFields: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      fields: Array<{
        name: string;
        type: "text" | "phrase" | "list" | "word" | "number" | "real" | "flag" | "time" | "address";
        kinds: string[];
        words?: string[];
        unit?: string;
        meaning?: string;
      }>;
    };
  };
  listSearches: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      searches: SavedSearch[];
    };
  };
  saveSearch: {
    path: {
      name: string;
    };
    query: undefined;
    body: {
      query: string;
    };
    answer: SavedSearch;
  };
  removeSearch: {
    path: {
      name: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
  exportRecords: {
    path: undefined;
    query: {
      query?: string;
      format?: "native" | "ocsf" | "ecs" | "eve" | "cef";
    };
    body: undefined;
    answer: string;
  };
  topTalkers: {
    path: undefined;
    query: {
      by?: "process.name" | "process.executable" | "remote.ip" | "remote.name" | "remote.port" | "user";
      since?: string;
      until?: string;
      query?: string;
      limit?: number;
    };
    body: undefined;
    answer: {
      by: string;
      rows: Talker[];
      distinct: number;
      problems?: Problems;
    };
  };
  talkSeries: {
    path: undefined;
    query: {
      by?: "process.name" | "process.executable" | "remote.ip" | "remote.name" | "remote.port" | "user";
      width?: "1h" | "1d";
      since?: string;
      until?: string;
      query?: string;
      limit?: number;
    };
    body: undefined;
    answer: {
      by: string;
      width_s: number;
      rows: Array<{
        value: string;
        points: Point[];
      }>;
      total: Point[];
      problems?: Problems;
    };
  };
  newDestinations: {
    path: undefined;
    query: {
      by?: "process.name" | "process.executable" | "remote.ip" | "remote.name" | "remote.port" | "user";
      since?: string;
      until?: string;
      seldom?: number;
      limit?: number;
    };
    body: undefined;
    answer: {
      by: string;
      new: Talker[];
      seldom: Talker[];
      problems?: Problems;
    };
  };
  moment: {
    path: undefined;
    query: {
      at: string;
      limit?: number;
    };
    body: undefined;
    answer: {
      at: string;
      flows: ApiRecord[];
      total: number;
      problems?: Problems;
    };
  };
  listDetections: {
    path: undefined;
    query: {
      detector?: "sigma" | "behavior" | "indicator" | "signature";
      text?: string;
      since?: string;
      order?: "hits" | "name";
      limit?: number;
    };
    body: undefined;
    answer: {
      detections: Detection[];
      total: number;
      problems?: Problems;
    };
  };
  getHealth: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: Health;
  };
  listUsers: {
    path: undefined;
    query: undefined;
    body: undefined;
    answer: {
      users: User[];
    };
  };
  putUser: {
    path: {
      name: string;
    };
    query: undefined;
    body: {
      role: "viewer" | "analyst" | "admin";
      password?: string;
    };
    answer: User;
  };
  removeUser: {
    path: {
      name: string;
    };
    query: undefined;
    body: undefined;
    answer: undefined;
  };
}

export const kOperations = {
  useSignInLink: { method: "GET", path: "/sign-in" },
  getSession: { method: "GET", path: "/api/v1/session" },
  signIn: { method: "POST", path: "/api/v1/session" },
  signOut: { method: "DELETE", path: "/api/v1/session" },
  getFrame: { method: "GET", path: "/api/v1/live/frame" },
  streamFrames: { method: "GET", path: "/api/v1/live/stream" },
  getFlows: { method: "GET", path: "/api/v1/live/flows" },
  getProcess: { method: "GET", path: "/api/v1/live/processes/{pid}" },
  listAlerts: { method: "GET", path: "/api/v1/alerts" },
  getAlert: { method: "GET", path: "/api/v1/alerts/{id}" },
  listIncidents: { method: "GET", path: "/api/v1/incidents" },
  triageMany: { method: "POST", path: "/api/v1/incidents/bulk" },
  getIncident: { method: "GET", path: "/api/v1/incidents/{id}" },
  triage: { method: "PATCH", path: "/api/v1/incidents/{id}" },
  addNote: { method: "POST", path: "/api/v1/incidents/{id}/notes" },
  undo: { method: "POST", path: "/api/v1/incidents/{id}/undo" },
  merge: { method: "POST", path: "/api/v1/incidents/{id}/merge" },
  split: { method: "POST", path: "/api/v1/incidents/{id}/split" },
  listExceptions: { method: "GET", path: "/api/v1/exceptions" },
  addException: { method: "POST", path: "/api/v1/exceptions" },
  previewException: { method: "POST", path: "/api/v1/exceptions/preview" },
  removeException: { method: "DELETE", path: "/api/v1/exceptions/{id}" },
  search: { method: "GET", path: "/api/v1/search" },
  countRecords: { method: "GET", path: "/api/v1/search/count" },
  topValues: { method: "GET", path: "/api/v1/search/top" },
  histogram: { method: "GET", path: "/api/v1/search/histogram" },
  completeQuery: { method: "GET", path: "/api/v1/search/complete" },
  listFields: { method: "GET", path: "/api/v1/search/fields" },
  listSearches: { method: "GET", path: "/api/v1/searches" },
  saveSearch: { method: "PUT", path: "/api/v1/searches/{name}" },
  removeSearch: { method: "DELETE", path: "/api/v1/searches/{name}" },
  exportRecords: { method: "GET", path: "/api/v1/export" },
  topTalkers: { method: "GET", path: "/api/v1/history/top" },
  talkSeries: { method: "GET", path: "/api/v1/history/series" },
  newDestinations: { method: "GET", path: "/api/v1/history/new" },
  moment: { method: "GET", path: "/api/v1/history/moment" },
  listDetections: { method: "GET", path: "/api/v1/detections" },
  getHealth: { method: "GET", path: "/api/v1/health" },
  listUsers: { method: "GET", path: "/api/v1/users" },
  putUser: { method: "PUT", path: "/api/v1/users/{name}" },
  removeUser: { method: "DELETE", path: "/api/v1/users/{name}" },
} as const;
