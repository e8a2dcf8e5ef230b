// Types of rowhound. What an event holds beyond this stands in the server's /event.schema.json.

/** How many rows stand in each state; `total` is null until the whole upload has arrived. */
export interface Counters {
  total: number | null;
  [state: string]: number | null;
}

export interface ItemError {
  code: string;
  message: string;
  step?: string;
}

/** What a person is asked about a row; `item.needs_human`, a job's `questions` and the row in `/items` have it. */
export interface Question {
  /** To be sent with the answer. */
  id: string;
  prompt: string;
  /** Whether a text is wanted; otherwise the person only says "go on". */
  text: boolean;
  page: string;
  /** The path of what the person must see. */
  picture: string | null;
  /** Whether the page asks the same again after an answer that it did not accept. */
  rejected: boolean;
  /** How many answers the row takes before it fails, this one included. */
  tries_left: number;
  until: string;
}

/** A file that a row's last attempt has left to look at. */
export interface Evidence {
  name: string;
  type: string;
  bytes: number;
  url: string;
}

/** One numbered event. Types and fields that are not listed may come; ignore what you do not know. */
export interface JobEvent {
  v: 1;
  /** `<seq>.<h>`, what a stream goes on behind. */
  id?: string;
  seq: number;
  type: string;
  job: string;
  /** The pass over the rows, from 1. */
  gen: number;
  at: string;
  counters: Counters;
  row?: number;
  key?: string;
  state?: string;
  fields?: Record<string, unknown>;
  error?: ItemError | null;
  /** Of `item.needs_human`, null where the row waits to ask; `item.answered` has its `id` only. */
  question?: Question | Pick<Question, 'id'> | null;
  evidence?: Evidence[];
  /** Why a job has failed or is paused. */
  reason?: ItemError;
  [field: string]: unknown;
}

/** With `detail: 'totals'`: all counters, at most four times a second, without a number of its own. */
export interface Totals {
  v: 1;
  id: string;
  type: 'totals';
  /** The number of the last event that is counted. */
  through: number;
  job: string;
  gen: number;
  at: string;
  state: string;
  counters: Counters;
}

/** A job as `GET /api/v1/jobs/{id}` tells it. */
export interface JobSnapshot {
  id: string;
  state: string;
  last_event: string;
  counters: Counters;
  [field: string]: unknown;
}

/**
 * - `connecting`: the first attempt
 * - `live`: connected; what happens is told as it happens
 * - `waiting`: cut; the next attempt is at `retryAt`
 * - `reconnecting`: that attempt
 * - `ended`: the job's last event has been told; nothing follows
 * - `gone`: the server does not know this job
 * - `closed`: by close()
 */
export type State = 'connecting' | 'live' | 'waiting' | 'reconnecting' | 'ended' | 'gone' | 'closed';

export type Transport = 'eventsource' | 'fetch' | 'websocket' | 'polling';

export interface StateDetail {
  transport?: Transport;
  /** In milliseconds of the epoch, with `waiting`. */
  retryAt?: number;
  /** `cut`, `silent`, `offline`, `unreachable`, `refused`, `no_stream`, `broken`, `busy`, `rotated`, `ended` or `gone`. */
  reason?: string;
  /** The HTTP status of a refusal. */
  status?: number;
  /** The server's words for it. */
  message?: string;
  /** Whether the stream may be another tab's. */
  shared?: boolean;
}

export interface WatchOptions<Event = JobEvent> {
  /** Called once for each event, in order. */
  onEvent?: (event: Event) => void;
  /** Called where the events cannot go on behind what was told: replace all you know of that job by the snapshot. */
  onSnapshot?: (snapshot: JobSnapshot, cursor: string | null) => void;
  onState?: (state: Exclude<State, 'closed'>, detail: StateDetail) => void;
  onConnect?: (detail: StateDetail) => void;
  onDisconnect?: (detail: StateDetail) => void;
  /** Go on behind this event, such as a snapshot's `last_event`, instead of from the first one. */
  lastEventId?: string | null;
  detail?: 'totals';
  /** Ceiling of the first pause, 1000 by default; each further one is twice as high. */
  baseMs?: number;
  /** No ceiling is higher, 30000 by default. */
  capMs?: number;
  /** How often the server sends a heartbeat, 15000 by default; after 2.5 of silence the connection is left. */
  heartbeatMs?: number;
  /** How long a poll may wait, 20000 by default. */
  waitMs?: number;
  /** Most events of a poll; the server's own limit by default. */
  limit?: number;
  /** How long a lesser transport is kept before the first one is tried again, 300000 by default. */
  betterAfterMs?: number;
  /** In the order in which they are tried. */
  transports?: Transport[];
  /** False: a stream of this tab's own. */
  share?: boolean;
  /** Headers of each request. With them there is no EventSource and no sharing, and a WebSocket goes without them. */
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
  /** Pass it as `lastEventId` to go on from here later. */
  readonly cursor: string | null;
  readonly transport: Transport | null;
  /** When the next attempt is made, in milliseconds of the epoch; null unless waiting. */
  readonly retryAt: number | null;
}

/** Watches one job, `…/api/v1/jobs/<id>`, until its end or until closed. */
export declare function watch(jobUrl: string | URL, options: WatchOptions<Totals> & { detail: 'totals' }): Handle;
export declare function watch(jobUrl: string | URL, options?: WatchOptions): Handle;

/** Watches all jobs of a user, `…/api/v1/users/<user>`, until closed; or give the server's address and `user`. */
export declare function watchUser(
  url: string | URL,
  options: WatchOptions<Totals> & { detail: 'totals'; user?: string },
): Handle;
export declare function watchUser(url: string | URL, options?: WatchOptions & { user?: string }): Handle;

/**
 * Answers what a row waits for a person with; without a text, "go on". Rejects with `status` and `code` where it was not
 * taken: 409 `question_over` where it came too late.
 */
export declare function answer(
  jobUrl: string | URL,
  row: number,
  question: Pick<Question, 'id'> | string,
  text?: string,
  options?: Pick<WatchOptions, 'headers' | 'credentials' | 'fetch'>,
): Promise<void>;

export interface CvOptions {
  /** Called for each message but answers to pings and heartbeats. */
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

/** Listens to the earlier CV system's socket, `…/api/v1/cv-processing/ws/<user>`, until closed. */
export declare function watchCvs(
  url: string | URL,
  options?: CvOptions,
): { close(): void; readonly state: string; readonly retryAt: number | null };

/** Reads text/event-stream as the HTML standard has it, in whatever pieces it comes. */
export declare class SseParser {
  constructor(on: {
    event: (event: { type: string; data: string; lastEventId: string }) => void;
    retry?: (ms: number) => void;
  });
  push(bytes: Uint8Array): void;
}
