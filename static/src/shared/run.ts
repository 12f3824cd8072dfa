/** One run of a program over a socket of its own: what it prints, what it is told, its end. */

import type { Diagnostic, Test } from "./data";
import type { Files } from "./files";
import type { Fuzzed } from "./fuzz";
import type { Stream } from "./console";

export interface Usage {
  exit_code: number | null;
  signal: string | null;
  cpu_seconds: number;
  wall_seconds: number;
  memory_bytes: number;
  output_bytes: number;
  limit: string | null;
}

export interface Required {
  module: string;
  version: string;
}

export interface End {
  type: "end";
  /** Of the package that was run or tested. */
  folder?: string;
  /** Where several packages were tested: the end of each. */
  packages?: End[];
  /** Of what was to be formatted or fetched. */
  files?: Files;
  verdict: string;
  label?: string;
  message: string;
  diagnostics?: Diagnostic[];
  warnings?: Diagnostic[];
  /** Of what was checked: where gofmt would write something else. */
  hints?: Diagnostic[];
  /** Of a repository: those of which one can be chosen, and what was left out with why. */
  folders?: string[];
  left_out?: Record<string, string>;
  /** Modules that are imported and that go.mod does not require. */
  requires?: Required[];
  build_seconds?: number | null;
  toolchain?: string;
  run?: Usage | null;
  tests?: Omit<Test, "visible">[];
  /** Nothing was run: so old is what came of the same program before. */
  kept_seconds?: number;
}

export type RunMessage =
  | { type: "queued" | "building" | "running" }
  | { type: "fetching"; bytes?: number }
  | { type: "preparing"; step: string; percent: number }
  | { type: "dap"; message: Dap }
  | { type: "output"; stream: Stream; data: string }
  | ({ type: "fuzz" } & Fuzzed)
  | { type: "test"; test: { name: string; status: Test["status"] | null } }
  | { type: "refused"; message: string; retry_after?: number }
  | { type: "ignored"; message: string }
  | End;

/** What a debugger says: an answer to a request of ours, or that something happened. */
export interface Dap {
  type: "response" | "event";
  seq?: number | null;
  event?: "initialized" | "stopped" | "continued";
  body?: unknown;
  error?: string;
}

export interface Wanted {
  type: "run" | "test" | "bench" | "fuzz" | "format" | "check" | "debug";
  language: string;
  files: Files;
  args: string[];
  env: Record<string, string>;
  /** The folder of the program, where there are several. */
  package?: string;
  /** How long each benchmark is measured, or the target fuzzed. */
  seconds?: number;
  /** What came of the same program before will not do. */
  fresh?: boolean;
  /** The test that is debugged, where it is no program, or the target that is fuzzed. */
  test?: string;
}

export interface Import {
  type: "import";
  address: string;
  folder: string;
}

const LOST = "The connection to the server was lost. What the program printed until then is above; run it again.";

export class Run {
  private readonly socket: WebSocket;
  private over = false;

  constructor(wanted: Wanted | Import, private readonly take: (message: RunMessage) => void) {
    const address = new URL("/live/run", location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    this.socket = new WebSocket(address);
    this.socket.addEventListener("open", () => this.socket.send(JSON.stringify(wanted)));
    this.socket.addEventListener("message", (event) => this.heard(JSON.parse(String(event.data)) as RunMessage));
    this.socket.addEventListener("close", () => this.heard({ type: "refused", message: LOST }));
  }

  stdin(data: string): void {
    this.say({ type: "stdin", data });
  }

  eof(): void {
    this.say({ type: "eof" });
  }

  interrupt(): void {
    this.say({ type: "signal", name: "SIGINT" });
  }

  stop(): void {
    this.say({ type: "stop" });
  }

  /** Asks the debugger for something. */
  ask(seq: number, command: string, args: object): void {
    this.say({ type: "dap", seq, command, arguments: args });
  }

  /** Leaves it; the server stops the program. */
  abandon(): void {
    this.over = true;
    this.socket.close();
  }

  private say(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private heard(message: RunMessage): void {
    if (this.over) return;
    if (message.type === "end" || message.type === "refused") this.over = true;
    this.take(message);
  }
}

/** What gofmt makes of a text, for who has no language server. Rejects with what is wrong with it. */
export function gofmt(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    new Run({ type: "format", language: "go", files: { "code.go": text }, args: [], env: {} }, (message) => {
      if (message.type !== "end" && message.type !== "refused") return;
      const done = message.type === "end" ? message.files?.["code.go"] : undefined;
      if (done !== undefined) resolve(done);
      else reject(new Error(`This cannot be formatted: ${message.message.replace(/^code\.go:/, "line ")}`));
    });
  });
}
