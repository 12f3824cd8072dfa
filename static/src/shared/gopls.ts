/**
 * The page's side of a language server: gopls in a sandbox that is this page's alone.
 *
 * It is told of every file and each change, and asked what to complete, explain or mend.
 * It may be away at any time (not built yet, all in use, ended because nobody typed):
 * then questions are answered with null, and it is looked for again, at the latest with
 * the next keystroke. Whenever one is found it is told all files anew, so that nobody
 * notices. A page that nobody types in takes no server from one where somebody does: it
 * rests until it is touched. Knows nothing of the editor: files are names, positions are LSP's.
 */

export type GoplsState = "connecting" | "ready" | "preparing" | "busy" | "idle" | "off";

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Change {
  /** Without: the whole text. */
  range?: Range;
  text: string;
}

export interface Finding {
  range: Range;
  severity?: 1 | 2 | 3 | 4;
  code?: string | number;
  source?: string;
  message: string;
  tags?: number[];
}

/** How it stands with the modules of others that the server is to know. */
export interface Modules {
  state: "fetching" | "ready" | "failed";
  /** Why they cannot be had. */
  reason: string;
}

/**
 * Where a program may import modules of others, it is no mistake that the server has one not,
 * or not yet: it becomes a hint that says so.
 */
export function mildOfOthers(findings: Finding[], modules: Modules | null = null): Finding[] {
  return findings.map((one) => {
    const path = /^could not import "?([\w-]+(?:\.[\w-]+)+\/[^\s"]+)/.exec(one.message)?.[1];
    if (path === undefined) return one;
    return { ...one, severity: 4, message: `${path}${WITHOUT[modules?.state ?? "ready"]}${modules?.reason ?? ""}` };
  });
}

const WITHOUT: Record<Modules["state"], string> = {
  fetching: " is being fetched.",
  ready: " is fetched when the program runs; what it has cannot be checked or completed here.",
  failed: " cannot be checked or completed here: ",
};

/** What a server is told of modules of others. */
export interface Others {
  goMod: string;
  goSum: string;
  /** What may be imported of them. */
  imports: string[];
}

/** What go.mod says; an empty `go` is the toolchain's own. */
export interface Module {
  path: string;
  go: string;
}

export interface Listener {
  state: (state: GoplsState, percent: number) => void;
  findings: (name: string, findings: Finding[], version: number | null) => void;
  modules?: (modules: Modules) => void;
  /** Is asked what go.mod requires; without: nothing. */
  others?: () => Others | null;
}

interface Message {
  id?: number;
  method?: string;
  params?: { state?: string; percent?: number; reason?: string; uri?: string; version?: number | null; diagnostics?: Finding[] };
  result?: unknown;
  error?: { message: string };
}

interface Document {
  text: string;
  version: number;
}

/** How long a question waits for a server that is being found. */
const PATIENCE_MS = 2000;
/** After the last key in go.mod. */
const SETTLED_MS = 700;
/** When to look again, by what was said last; an idle one is looked for when it is needed. */
const AGAIN_MS: Record<GoplsState, number> = {
  connecting: 1000, ready: 1000, preparing: 2000, busy: 15_000, idle: 0, off: 30_000,
};
/** A server that ends so soon after it got modules is too small for them, if that happens again. */
const SOON_MS = 60_000;
const TRIES = 2;
/** Stands for the answer of a server that has gone. */
const LOST = Symbol("lost");
const LONGEST_WAIT_MS = 60_000;
const ROOT = "file:///work/";
/** The files that the server takes. */
const FILE = /^(?:[A-Za-z0-9][\w.-]{0,99}\/){0,5}[A-Za-z0-9][\w.-]{0,96}\.go$/;

export function uriOf(name: string): string {
  return name.startsWith("/") ? `file://${name}` : ROOT + name;
}

/** The name of a file of ours, or the whole path of one of the standard library. */
export function nameOf(uri: string): string {
  return uri.startsWith(ROOT) ? uri.slice(ROOT.length) : uri.slice("file://".length);
}

export class Gopls {
  private readonly documents = new Map<string, Document>();
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private readonly collected = new Map<string, Change[]>();
  private socket: WebSocket | null = null;
  private state: GoplsState = "connecting";
  private last = 0;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private othersTimer: ReturnType<typeof setTimeout> | undefined;
  /** What this server was told last of modules of others; "": nothing. */
  private toldOthers = "";
  private toldAt = 0;
  /** How often one has ended soon after it was told this. */
  private endedWith = { text: "", times: 0 };
  private readonly hopeful = new Set<() => void>();
  /** Whether somebody was at work here since the last look. */
  private touched = false;
  /** Not looking for a server until somebody is. */
  private resting = false;

  constructor(
    private module: Module,
    private readonly listener: Listener,
    private readonly connect: () => WebSocket = openSocket,
  ) {
    this.look();
  }

  get ready(): boolean {
    return this.state === "ready";
  }

  open(name: string, text: string, version = 1): void {
    if (!FILE.test(name)) return;
    const known = this.documents.get(name);
    this.documents.set(name, { text, version });
    if (!this.ready) return;
    if (!known) this.tellOpen(name);
    else if (known.text !== text) this.tellChange(name, [{ text }]);
  }

  /** `text` is what the file holds after the changes. Those of one moment go in one message. */
  change(name: string, changes: Change[], text: string, version: number): void {
    if (!this.documents.has(name)) return;
    this.documents.set(name, { text, version });
    if (!this.ready) {
      this.wake();
      return;
    }
    const collected = this.collected.get(name);
    if (collected) collected.push(...changes);
    else this.collected.set(name, [...changes]);
    if (this.collected.size === 1 && !collected) queueMicrotask(() => this.flush());
  }

  /** Something was changed; maybe go.mod says something else now. */
  enterModule(module: Module): void {
    clearTimeout(this.othersTimer);
    this.othersTimer = setTimeout(() => this.tellOthers(), SETTLED_MS);
    if (module.path === this.module.path && module.go === this.module.go) return;
    this.module = module;
    if (!this.ready) return;
    // gopls reads an unsaved go.mod once, when it starts: another one, once typing has ended.
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.restart(), SETTLED_MS);
  }

  close(name: string): void {
    this.flush();
    if (!this.documents.delete(name) || !this.ready) return;
    this.notify("textDocument/didClose", { textDocument: { uri: uriOf(name) } });
  }

  /** The answer, or null where there is none now. One that got lost with its server is asked for again. */
  async ask(method: string, params: object, signal?: AbortSignal): Promise<unknown> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      this.wake();
      if (!this.ready && this.state !== "connecting") return null;
      if (!this.ready) await this.hope();
      if (!this.ready || signal?.aborted === true) return null;
      const answer = await this.question(method, params, signal);
      if (answer !== LOST) return answer;
      // What a handle stands for only the lost one knew.
      if ("handle" in params) return null;
    }
    return null;
  }

  private question(method: string, params: object, signal?: AbortSignal): Promise<unknown> {
    const id = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      signal?.addEventListener("abort", () => {
        if (this.waiting.delete(id)) this.notify("$/cancelRequest", { id });
        resolve(null);
      }, { once: true });
      this.send({ id, method, params });
    });
  }

  /** The position of a question about a place in a file. */
  static at(name: string, position: Position): object {
    return { textDocument: { uri: uriOf(name) }, position };
  }

  dispose(): void {
    clearTimeout(this.timer);
    clearTimeout(this.othersTimer);
    this.state = "off";
    this.hangUp();
  }

  private restart(): void {
    this.hangUp();
    this.look();
  }

  private hangUp(): void {
    const socket = this.socket;
    this.socket = null;
    this.lose();
    socket?.close();
  }

  private look(): void {
    clearTimeout(this.timer);
    this.touched = this.resting = false;
    this.enter("connecting");
    const socket = this.connect();
    this.socket = socket;
    socket.addEventListener("message", (event) => {
      if (socket === this.socket) this.take(JSON.parse(String(event.data)) as Message);
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.socket) this.closed(event.code);
    });
  }

  /** Somebody is at work on the page, or will be in a moment. */
  wake(): void {
    this.touched = true;
    if (this.resting) this.seek();
  }

  /** Over the line that there is, or a new one. */
  private seek(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      this.look();
      return;
    }
    this.touched = this.resting = false;
    this.enter("connecting");
    this.send({ method: "judge/wake" });
  }

  /** Until somebody is at work here; where all places were taken, not at once. */
  private rest(): void {
    this.lose();
    clearTimeout(this.timer);
    this.touched = false;
    this.resting = this.state === "idle";
    if (this.resting) return;
    this.timer = setTimeout(() => {
      if (this.touched) this.seek();
      else this.resting = true;
    }, AGAIN_MS[this.state]);
  }

  private take(message: Message): void {
    if (message.method === "judge/modules") this.heard(message.params ?? {});
    else if (message.method === "judge/state") this.told(message.params?.state ?? "", message.params?.percent ?? 0);
    else if (message.method === "textDocument/publishDiagnostics") this.found(message.params ?? {});
    else if (message.id !== undefined) {
      const resolve = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      resolve?.(message.error ? null : message.result);
    }
  }

  private told(state: string, percent: number): void {
    if (state === "ready") {
      this.failures = 0;
      this.send({ method: "judge/start", params: { module: this.module.path, go: this.module.go } });
      for (const name of this.documents.keys()) this.tellOpen(name);
      this.toldOthers = "";
      this.enter("ready");
      this.tellOthers();
    } else if (state === "preparing" || state === "busy" || state === "idle" || state === "off") {
      this.enter(state, percent);
      if (state === "idle" || state === "busy") this.rest();
    } else {
      // It ended, or did not like what it was told: another one, but not at once.
      this.enter("connecting");
    }
  }

  /** What go.mod requires, where it was not told yet. */
  private tellOthers(): void {
    if (!this.ready) return;
    const others = this.listener.others?.() ?? null;
    const text = others ? JSON.stringify(others) : "";
    if (text === this.toldOthers) return;
    if (text === this.endedWith.text && this.endedWith.times >= TRIES) {
      this.heard({ state: "failed", reason: "the language server ends when it gets them; they may be too large for it." });
      return;
    }
    this.toldOthers = text;
    this.toldAt = Date.now();
    this.notify("judge/modules", others ?? { goMod: `module ${this.module.path}\n`, goSum: "", imports: [] });
  }

  /** The server has ended: if that was soon after it got modules, maybe because of them. */
  private blameOthers(): void {
    if (this.toldOthers === "" || Date.now() - this.toldAt > SOON_MS) return;
    const times = this.endedWith.text === this.toldOthers ? this.endedWith.times + 1 : 1;
    this.endedWith = { text: this.toldOthers, times };
    this.toldOthers = "";
  }

  private heard({ state, reason = "" }: NonNullable<Message["params"]>): void {
    if (state === "fetching" || state === "ready" || state === "failed") this.listener.modules?.({ state, reason });
  }

  private found({ uri = "", version = null, diagnostics = [] }: NonNullable<Message["params"]>): void {
    const name = nameOf(uri);
    if (this.documents.has(name)) this.listener.findings(name, diagnostics, version);
  }

  private closed(code: number): void {
    this.socket = null;
    const state: GoplsState = this.state === "ready" ? "connecting" : this.state;
    if (state === "connecting") this.failures += 1;
    this.blameOthers();
    this.lose();
    // Refused for good: nobody is signed in any more.
    if (code === 4404 || this.failures > 5) this.enter("off");
    else this.enter(state);
    clearTimeout(this.timer);
    if (this.state === "idle" || this.state === "busy") {
      this.rest();
      return;
    }
    const wait = Math.min(AGAIN_MS[this.state] * 2 ** Math.max(0, this.failures - 1), LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.look(), wait);
  }

  /** No question is answered any more. */
  private lose(): void {
    for (const resolve of this.waiting.values()) resolve(LOST);
    this.waiting.clear();
    this.collected.clear();
  }

  private percent = 0;

  private enter(state: GoplsState, percent = this.percent): void {
    // While one is looked for again the page goes on to say why there is none.
    if (state === "connecting" && (this.state === "preparing" || this.state === "busy" || this.state === "off")) return;
    this.state = state;
    this.percent = percent;
    this.listener.state(state, percent);
    if (state === "connecting") return;
    for (const resolve of this.hopeful) resolve();
    this.hopeful.clear();
  }

  private hope(): Promise<void> {
    return new Promise((resolve) => {
      this.hopeful.add(resolve);
      setTimeout(resolve, PATIENCE_MS);
    });
  }

  private tellOpen(name: string): void {
    const { text, version } = this.documents.get(name) ?? { text: "", version: 1 };
    this.notify("textDocument/didOpen", { textDocument: { uri: uriOf(name), version, text } });
  }

  private tellChange(name: string, contentChanges: Change[]): void {
    const version = this.documents.get(name)?.version ?? 1;
    this.notify("textDocument/didChange", { textDocument: { uri: uriOf(name), version }, contentChanges });
  }

  private notify(method: string, params: object): void {
    this.send({ method, params });
  }

  private flush(): void {
    const collected = [...this.collected];
    this.collected.clear();
    for (const [name, changes] of collected) if (this.ready) this.tellChange(name, changes);
  }

  /** Nothing overtakes a change. */
  private send(message: object): void {
    if (this.collected.size > 0) this.flush();
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}

function openSocket(): WebSocket {
  const address = new URL("/live/gopls", location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(address);
}
