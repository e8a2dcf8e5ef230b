// Types of rowhound. The server's /event.schema.json describes events in full.

/** The number of rows in each state; `total` is null until the upload is complete. */
export interface Counters {
  total: number | null;
  [state: string]: number | null;
}

export interface ItemError {
  code: string;
  message: string;
  step?: string;
}

/** A row's question for a person, in `item.needs_human`, a job's `questions` and the row in `/items`. */
export interface Question {
  /** Required in the answer. */
  id: string;
  prompt: string;
  /** Whether the answer is a text; otherwise it is "go on". */
  text: boolean;
  page: string;
  /** The path of the picture to show. */
  picture: string | null;
  /** Whether the page rejected the previous answer. */
  rejected: boolean;
  /** The number of answers left before the row fails, including this one. */
  tries_left: number;
  until: string;
}

/** A file of evidence from a row's last attempt. */
export interface Evidence {
  name: string;
  type: string;
  bytes: number;
  url: string;
}

/** A numbered event. Ignore unknown types and fields. */
export interface JobEvent {
  v: 1;
  /** `<seq>.<h>`, the cursor to resume from. */
  id?: string;
  seq: number;
  type: string;
  job: string;
  /** The generation of the job, from 1. */
  gen: number;
  at: string;
  counters: Counters;
  row?: number;
  key?: string;
  state?: string;
  fields?: Record<string, unknown>;
  error?: ItemError | null;
  /** Of `item.needs_human`, null if the row waits to ask; `item.answered` only has its `id`. */
  question?: Question | Pick<Question, 'id'> | null;
  evidence?: Evidence[];
  /** Why a job has failed or is paused. */
  reason?: ItemError;
  [field: string]: unknown;
}

/** With `detail: 'totals'`: all counters, at most four times a second, without an event number. */
export interface Totals {
  v: 1;
  id: string;
  type: 'totals';
  /** The number of the last event included. */
  through: number;
  job: string;
  gen: number;
  at: string;
  state: string;
  counters: Counters;
}

/** A job as returned by `GET /api/v1/jobs/{id}`. */
export interface JobSnapshot {
  id: string;
  state: string;
  last_event: string;
  counters: Counters;
  [field: string]: unknown;
}

/**
 * - `connecting`: the first attempt
 * - `live`: connected; events arrive as they happen
 * - `waiting`: cut; the next attempt is at `retryAt`
 * - `reconnecting`: that attempt
 * - `ended`: the job's last event has arrived; nothing follows
 * - `gone`: the server does not know this job
 * - `closed`: by close()
 */
export type State = 'connecting' | 'live' | 'waiting' | 'reconnecting' | 'ended' | 'gone' | 'closed';

export type Transport = 'eventsource' | 'fetch' | 'websocket' | 'polling';

export interface StateDetail {
  transport?: Transport;
  /** In milliseconds since the epoch, with `waiting`. */
  retryAt?: number;
  /** `cut`, `silent`, `offline`, `unreachable`, `refused`, `no_stream`, `broken`, `busy`, `rotated`, `ended` or `gone`. */
  reason?: string;
  /** The HTTP status of a refusal. */
  status?: number;
  /** The server's message. */
  message?: string;
  /** Whether the stream may belong to another tab. */
  shared?: boolean;
}

export interface WatchOptions<Event = JobEvent> {
  /** Called once for each event, in order. */
  onEvent?: (event: Event) => void;
  /** Called if the stream cannot resume: replace all data of that job by the snapshot. */
  onSnapshot?: (snapshot: JobSnapshot, cursor: string | null) => void;
  onState?: (state: Exclude<State, 'closed'>, detail: StateDetail) => void;
  onConnect?: (detail: StateDetail) => void;
  onDisconnect?: (detail: StateDetail) => void;
  /** Resume after this event, such as a snapshot's `last_event`, instead of from the first one. */
  lastEventId?: string | null;
  detail?: 'totals';
  /** The upper bound of the first pause, 1000 by default, doubled with each further one. */
  baseMs?: number;
  /** The limit of that bound, 30000 by default. */
  capMs?: number;
  /** The server's heartbeat interval, 15000 by default; a connection silent for 2.5 of them is abandoned. */
  heartbeatMs?: number;
  /** How long a poll may wait, 20000 by default. */
  waitMs?: number;
  /** The limit of events per poll; the server's own by default. */
  limit?: number;
  /** After this time on a fallback, the first transport is tried again, 300000 by default. */
  betterAfterMs?: number;
  /** The transports in the order of preference. */
  transports?: Transport[];
  /** False gives this tab its own stream. */
  share?: boolean;
  /** Headers of each request. They exclude EventSource and sharing, and a WebSocket does not send them. */
  headers?: Record<string, string>;
  /** 'include' for cookies to another origin. */
  credentials?: 'omit' | 'same-origin' | 'include';
  fetch?: typeof globalThis.fetch;
  EventSource?: unknown;
  /** For Node.js before 22, such as the class of npm's `ws`. */
  WebSocket?: unknown;
}

export interface Handle {
  close(): void;
  readonly state: State;
  /** Pass it as `lastEventId` to resume later. */
  readonly cursor: string | null;
  readonly transport: Transport | null;
  /** The time of the next attempt, in milliseconds since the epoch; null unless waiting. */
  readonly retryAt: number | null;
}

/** Watches a job, `…/api/v1/jobs/<id>`, until its end or until closed. */
export declare function watch(jobUrl: string | URL, options: WatchOptions<Totals> & { detail: 'totals' }): Handle;
export declare function watch(jobUrl: string | URL, options?: WatchOptions): Handle;

/**
 * Watches all jobs of a user, `…/api/v1/users/<user>`, until closed; alternatively give the server's address and
 * `user`.
 */
export declare function watchUser(
  url: string | URL,
  options: WatchOptions<Totals> & { detail: 'totals'; user?: string },
): Handle;
export declare function watchUser(url: string | URL, options?: WatchOptions & { user?: string }): Handle;

/**
 * Answers a row's question; without a text, "go on". Rejects with `status` and `code` if the answer was not accepted:
 * 409 `question_over` if it came too late.
 */
export declare function answer(
  jobUrl: string | URL,
  row: number,
  question: Pick<Question, 'id'> | string,
  text?: string,
  options?: Pick<WatchOptions, 'headers' | 'credentials' | 'fetch'>,
): Promise<void>;

export interface CvOptions {
  /** Called for each message except pongs and heartbeats. */
  onMessage?: (message: { type: string; [field: string]: unknown }) => void;
  onState?: (
    state: 'live' | 'waiting' | 'reconnecting',
    detail: { retryAt?: number; code?: number; reason?: string },
  ) => void;
  onConnect?: () => void;
  onDisconnect?: (detail: { code?: number; reason?: string }) => void;
  user?: string | number;
  /** 3000 by default. */
  baseMs?: number;
  capMs?: number;
  /** How often `ping` is sent, 30000 by default. */
  pingMs?: number;
  WebSocket?: unknown;
}

/** Watches the WebSocket of the earlier CV system, `…/api/v1/cv-processing/ws/<user>`, until closed. */
export declare function watchCvs(
  url: string | URL,
  options?: CvOptions,
): { close(): void; readonly state: string; readonly retryAt: number | null };

/** Parses text/event-stream by the HTML standard, in chunks of any size. */
export declare class SseParser {
  constructor(on: {
    event: (event: { type: string; data: string; lastEventId: string }) => void;
    retry?: (ms: number) => void;
  });
  push(bytes: Uint8Array): void;
}
