import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gopls, mildOfOthers, type Finding, type GoplsState, type Modules, type Others } from "../shared/gopls";

interface Sent {
  id?: number;
  method: string;
  params: Record<string, unknown>;
}

/** A socket whose other end is the test. */
class Line extends EventTarget {
  readyState: number = WebSocket.OPEN;
  readonly sent: Sent[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(code = 1000): void {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  say(message: object): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }));
  }

  state(state: string): void {
    this.say({ method: "judge/state", params: { state, percent: 40 } });
  }

  methods(): string[] {
    return this.sent.map(({ method }) => method);
  }
}

const lines: Line[] = [];
const states: GoplsState[] = [];
const found: [string, Finding[]][] = [];
const heard: Modules[] = [];
let others: Others | null;
let gopls: Gopls;

const line = (): Line => lines.at(-1) as Line;
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", { OPEN: 1 });
  lines.length = states.length = found.length = heard.length = 0;
  others = null;
  const listener = {
    state: (state: GoplsState): void => void states.push(state),
    findings: (name: string, findings: Finding[]): void => void found.push([name, findings]),
    modules: (modules: Modules): void => void heard.push(modules),
    others: (): Others | null => others,
  };
  gopls = new Gopls({ path: "leap", go: "" }, listener, () => {
    lines.push(new Line());
    return line() as unknown as WebSocket;
  });
  gopls.open("leap.go", "package leap\n");
});

afterEach(() => {
  gopls.dispose();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("the page's side of gopls", () => {
  it("tells the module and the files once it is ready", () => {
    line().state("ready");
    expect(line().methods()).toEqual(["judge/start", "textDocument/didOpen"]);
    expect(states).toEqual(["connecting", "ready"]);
  });

  it("leaves out files that are no Go files", () => {
    gopls.open("notes.txt", "x");
    gopls.open("../x.go", "x");
    line().state("ready");
    expect(line().sent).toHaveLength(2);
  });

  it("sends the changes of one moment together, before any question", async () => {
    line().state("ready");
    gopls.change("leap.go", [{ text: "a" }], "a", 2);
    gopls.change("leap.go", [{ text: "ab" }], "ab", 3);
    const answer = gopls.ask("textDocument/hover", {});
    await settle();
    expect(line().methods().slice(2)).toEqual(["textDocument/didChange", "textDocument/hover"]);
    expect(line().sent[2]?.params).toMatchObject({ textDocument: { version: 3 }, contentChanges: [{ text: "a" }, { text: "ab" }] });
    line().say({ id: line().sent[3]?.id, result: 7 });
    expect(await answer).toBe(7);
  });

  it("answers with null where it is away", async () => {
    line().state("off");
    expect(await gopls.ask("textDocument/hover", {})).toBeNull();
  });

  it("lets a question wait a moment for it", async () => {
    const answer = gopls.ask("textDocument/hover", {});
    line().state("ready");
    await settle();
    line().say({ id: 1, result: "found" });
    expect(await answer).toBe("found");
  });

  it("starts another one when go.mod has another module", async () => {
    line().state("ready");
    gopls.enterModule({ path: "lea", go: "" });
    gopls.enterModule({ path: "lead", go: "" });
    await vi.advanceTimersByTimeAsync(2000);
    expect(lines).toHaveLength(2);
    line().state("ready");
    expect(line().sent[0]).toEqual({ method: "judge/start", params: { module: "lead", go: "" } });
    expect(line().methods()).toEqual(["judge/start", "textDocument/didOpen"]);
  });

  it("comes back after it ended, with all files as they are now", async () => {
    line().state("ready");
    line().close();
    gopls.change("leap.go", [{ text: "b" }], "b", 2);
    await vi.advanceTimersByTimeAsync(3000);
    expect(lines).toHaveLength(2);
    line().state("ready");
    expect(line().sent[1]?.params).toMatchObject({ textDocument: { text: "b", version: 2 } });
  });

  it("asks once more what got lost with a server, but not for what only that one knew", async () => {
    line().state("ready");
    const lost = gopls.ask("textDocument/hover", {});
    const handle = gopls.ask("codeAction/resolve", { handle: 1 });
    await settle();
    line().close();
    expect(await handle).toBeNull();
    await vi.advanceTimersByTimeAsync(1500);
    line().state("ready");
    await settle();
    expect(line().methods()).toEqual(["judge/start", "textDocument/didOpen", "textDocument/hover"]);
    line().say({ id: line().sent[2]?.id, result: "found" });
    expect(await lost).toBe("found");
  });

  it("asks a second server and no third", async () => {
    line().state("ready");
    const lost = gopls.ask("textDocument/hover", {});
    await settle();
    for (let servers = 1; servers <= 2; servers += 1) {
      expect(lines).toHaveLength(servers);
      line().close();
      await vi.advanceTimersByTimeAsync(1500);
      line().state("ready");
      await settle();
    }
    expect(await lost).toBeNull();
    expect(line().methods()).not.toContain("textDocument/hover");
  });

  it("rests when idle until the next keystroke, and tells the next server all files", async () => {
    line().state("ready");
    line().state("idle");
    await vi.advanceTimersByTimeAsync(600_000);
    line().sent.length = 0;
    gopls.change("leap.go", [{ text: "b" }], "b", 2);
    gopls.change("leap.go", [{ text: "c" }], "c", 3);
    expect(line().methods()).toEqual(["judge/wake"]);
    line().state("ready");
    expect(line().methods()).toEqual(["judge/wake", "judge/start", "textDocument/didOpen"]);
    expect(line().sent[2]?.params).toMatchObject({ textDocument: { text: "c", version: 3 } });
    expect(lines).toHaveLength(1);
  });

  it("is back at once where somebody asked while it went to rest", async () => {
    line().state("ready");
    const answer = gopls.ask("textDocument/completion", {});
    await settle();
    line().state("idle");
    await settle();
    expect(line().methods().slice(-2)).toEqual(["textDocument/completion", "judge/wake"]);
    line().state("ready");
    await settle();
    line().say({ id: line().sent.at(-1)?.id, result: "found" });
    expect(await answer).toBe("found");
  });

  it("takes another line where that of an idle page has broken", async () => {
    line().state("ready");
    line().state("idle");
    line().close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(lines).toHaveLength(1);
    gopls.wake();
    expect(lines).toHaveLength(2);
  });

  it("asks again for a place only where somebody types, and not all the time", async () => {
    line().state("busy");
    await vi.advanceTimersByTimeAsync(600_000);
    expect(line().methods()).toEqual([]);
    gopls.wake();
    expect(line().methods()).toEqual(["judge/wake"]);
    line().state("busy");
    gopls.wake();
    expect(line().methods()).toEqual(["judge/wake"]);
    await vi.advanceTimersByTimeAsync(16_000);
    expect(line().methods()).toEqual(["judge/wake", "judge/wake"]);
    expect(states.at(-1)).toBe("busy");
    line().state("ready");
    expect(states.at(-1)).toBe("ready");
  });

  it("looks again while it is being prepared, and says so all the time", async () => {
    line().state("preparing");
    line().close();
    await vi.advanceTimersByTimeAsync(2500);
    expect(lines).toHaveLength(2);
    expect(states.every((state, index) => index === 0 || state === "preparing")).toBe(true);
  });

  it("asks ever more seldom where it is refused", async () => {
    line().close(4404);
    expect(states.at(-1)).toBe("off");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(lines).toHaveLength(1);
  });

  it("hands on what was found in files that are open", () => {
    line().state("ready");
    line().say({ method: "textDocument/publishDiagnostics", params: { uri: "file:///work/leap.go", diagnostics: [] } });
    line().say({ method: "textDocument/publishDiagnostics", params: { uri: "file:///work/other.go", diagnostics: [] } });
    expect(found).toEqual([["leap.go", []]]);
  });

  it("calls it no mistake that modules of others cannot be looked into", () => {
    const range = { start: { line: 4, character: 1 }, end: { line: 4, character: 25 } };
    const others = { range, severity: 1, message: 'could not import github.com/google/uuid (no required module provides package "github.com/google/uuid")' } as const;
    const own = { range, severity: 1, message: 'could not import example/m/a (no required module provides package "m/a")' } as const;
    const [mild, hard] = mildOfOthers([others, own]);
    expect(mild).toMatchObject({ range, severity: 4, message: expect.stringMatching(/^github.com\/google\/uuid is fetched/) as string });
    expect(hard).toEqual(own);
    const [why] = mildOfOthers([others], { state: "failed", reason: "there is no version v9.9.9 of it" });
    expect(why?.message).toBe("github.com/google/uuid cannot be checked or completed here: there is no version v9.9.9 of it");
  });

  it("tells what go.mod requires once it is ready, and again when that has changed and settled", async () => {
    others = { goMod: "module m\nrequire a.test/b v1.0.0\n", goSum: "", imports: ["a.test/b"] };
    line().state("ready");
    expect(line().methods()).toEqual(["judge/start", "textDocument/didOpen", "judge/modules"]);
    expect(line().sent[2]?.params).toEqual(others);
    const change = async (): Promise<void> => {
      gopls.enterModule({ path: "leap", go: "" });
      await vi.advanceTimersByTimeAsync(2000);
    };
    await change();
    expect(line().sent).toHaveLength(3);
    others = { ...others, imports: [] };
    gopls.enterModule({ path: "leap", go: "" });
    await change();
    others = null;
    await change();
    expect(line().sent.slice(3).map(({ params }) => params.goMod)).toEqual(["module m\nrequire a.test/b v1.0.0\n", "module leap\n"]);
    line().say({ method: "judge/modules", params: { state: "failed", reason: "why" } });
    expect(heard).toEqual([{ state: "failed", reason: "why" }]);
  });

  it("tells no third server of modules with which two have ended", async () => {
    others = { goMod: "module m\nrequire a.test/b v1.0.0\n", goSum: "", imports: [] };
    const next = async (): Promise<void> => {
      line().state("ended");
      line().close();
      await vi.advanceTimersByTimeAsync(2000);
      line().state("ready");
    };
    line().state("ready");
    await next();
    expect(line().methods()).toContain("judge/modules");
    await next();
    expect(lines).toHaveLength(3);
    expect(line().methods()).not.toContain("judge/modules");
    expect(heard.at(-1)?.reason).toMatch(/too large/);
    others = { ...others, goMod: "module m\nrequire a.test/b v1.1.0\n" };
    gopls.enterModule({ path: "leap", go: "" });
    await vi.advanceTimersByTimeAsync(2000);
    expect(line().methods()).toContain("judge/modules");
  });

  it("forgets a question that nobody waits for any more", async () => {
    line().state("ready");
    const controller = new AbortController();
    const answer = gopls.ask("textDocument/completion", {}, controller.signal);
    await settle();
    controller.abort();
    expect(await answer).toBeNull();
    expect(line().methods().at(-1)).toBe("$/cancelRequest");
  });
});
