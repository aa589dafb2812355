/** One JSON document for every host; `{}` means: status 5xx, `sanitize`. The README and docs/ of the project say what each member does. */
export interface Configuration {
  /** Tried in order; the first match wins, no match passes. Default: status 5xx, `sanitize`. */
  rules?: Rule[];
  inspect?: Inspect;
  /** How long the head of the origin's answer may take, in milliseconds, 1 to 600000. Default: 60000 in the entry for servers, else as the host has it. Not in Envoy. */
  upstream?: { timeout_ms?: number };
  correlation?: Correlation;
  respond?: Respond;
  headers?: Headers;
  /** By name. */
  templates?: Record<string, Template>;
  brand?: Brand;
  brands?: { match: { host?: string[]; path?: PathMatch }; brand: Brand }[];
  languages?: { default?: string; offer?: string[]; texts?: Record<string, Record<string, string>> };
  report?: Report;
  /** What is done about an origin that fails; nothing by default. docs/resilience.md says what, and where it works. Not in Envoy. */
  resilience?: Resilience;
  /** Clients get a 503 without the origin being asked. Not in Envoy. */
  maintenance?: Maintenance;
  /** The secrets that sign the tokens of trusted viewers, 32 to 512 characters. */
  reveal?: { secret: string; previous_secret?: string };
  /** Default: `production`. */
  environment?: 'production' | 'development';
  /** Of Envoy only. */
  capture?: 'request_headers' | 'filter_state';
  /** Hosts with a configuration of their own. The first that has the host wins. */
  tenants?: Tenant[];
}

export interface Tenant {
  /** For reports. Default: its place, as `tenants[0]`. */
  name?: string;
  /** Hosts (`shop.example.com`) and suffixes (`*.example.org`). */
  host: string[];
  /** Each member goes before the document's own as a whole; what is left out is as in the document. */
  config: Omit<Configuration, 'tenants'>;
}

export type Action = 'pass' | 'observe' | 'sanitize' | 'replace';
export type Format = 'json' | 'problem_json' | 'html' | 'text' | 'xml' | 'problem_xml';
export type PathMatch = { exact: string } | { prefix: string };

export interface Rule {
  /** Default: its place, as `rules[0]`. */
  name?: string;
  /** `{}` matches every error response. */
  match: { status?: string[]; host?: string[]; path?: PathMatch; method?: string[]; origin?: 'upstream' | 'proxy' };
  action: Action;
  respond?: Respond;
  headers?: Headers;
}

export interface Inspect {
  /** 1 to 1048576. Default: 262144. */
  max_bytes?: number;
  /** Milliseconds, 1 to 60000. Default: 2000. */
  timeout_ms?: number;
  /** Default: `standard`. */
  level?: 'relaxed' | 'standard' | 'strict';
  allow?: Terms;
  deny?: Terms;
}

export interface Resilience {
  /** Requests of idempotent methods without a body are sent again. `{}`: with the defaults. */
  retry?: { attempts?: number; statuses?: string[]; backoff_ms?: number; max_wait_ms?: number; total_ms?: number; budget_percent?: number };
  /** Copies of earlier responses are shown in place of errors. `{}`: with the defaults. */
  stale_if_error?: { max_stale_seconds?: number; max_bytes?: number; statuses?: string[] };
  /** An origin that fails is left alone for a while. `{}`: with the defaults. */
  breaker?: {
    error_percent?: number;
    min_requests?: number;
    window_ms?: number;
    open_ms?: number;
    max_open_ms?: number;
    probes?: number;
    statuses?: string[];
  };
}

export interface Maintenance {
  enabled: boolean;
  /** Default: every host and path. */
  match?: { host?: string[]; path?: PathMatch };
  /** Seconds, 1 to 86400. Default: 300. */
  retry_after?: number;
  /** Who gets through. A `header` has to be sent with this `value`, 16 to 256 visible ASCII characters. */
  except?: { paths?: string[]; header?: string; value?: string };
}

export interface Terms {
  detectors?: string[];
  texts?: string[];
  patterns?: string[];
}

export interface Correlation {
  /** Default: `x-request-id`. */
  header?: string;
  /** Default: true. */
  trust?: boolean;
  sources?: string[];
  /** Default: `uuid7`. */
  format?: 'uuid7' | 'uuid4' | 'ulid' | 'trace';
  new_trace?: 'sampled' | 'not_sampled';
  /** Default: `errors`. */
  echo?: 'errors' | 'all';
}

export interface Respond {
  /** 400 to 599. */
  status?: number;
  format?: Format;
  /** Default: `flat`. */
  json?: 'flat' | 'nested';
  /** Names of `templates`. */
  templates?: string[];
  redirect?: { to: string; status?: 302 | 303 | 307 | 308; parameter?: string };
  retry_after?: { seconds: number; jitter?: number; form?: 'seconds' | 'date' };
  proxy_status?: string;
}

export interface Headers {
  set?: Record<string, string>;
  add?: Record<string, string>;
  remove?: string[];
}

export interface Template {
  format: Format;
  text: string;
}

export interface Brand {
  name?: string;
  theme?: 'card' | 'plain' | 'split' | 'terminal' | 'poster' | 'calm' | 'ledger';
  /** An SVG document or a `data:` URI of an image. */
  logo?: string;
  /** As `#rrggbb`. */
  colors?: { accent: string; accent_dark?: string };
  links?: { label: string; url: string }[];
  support_url?: string;
  footer?: string;
}

export interface Report {
  /** Default: 100. */
  max_per_second?: number;
  /** Default: 10. */
  max_alike_per_second?: number;
  redact?: { addresses?: boolean; patterns?: string[] };
  deployment?: { version?: string; header?: string };
  /** Default: true. */
  log?: boolean;
  otlp?: {
    endpoint: string;
    /** Of Envoy only. */
    cluster?: string;
    headers?: Record<string, string>;
    service_name?: string;
    timeout_ms?: number;
    flush_ms?: number;
    queue?: number;
  };
}
