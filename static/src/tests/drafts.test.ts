import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Drafts, type Draft, type SavedState } from "../shared/drafts";
import type { Files } from "../shared/files";

/** A server with one draft, a browser's storage, and a page that notes what it is told. */
class World {
  server: Draft | null = null;
  online = true;
  states: SavedState[] = [];
  conflict: Draft | null = null;
  puts = 0;
  /** Whether answers come to their end. */
  whole = true;
  readonly storage = new Map<string, string>();

  open(): { drafts: Drafts; files: Files } {
    const drafts = new Drafts(
      "draft", "/draft", this.server, { "a.go": "starter" },
      (state) => this.states.push(state),
      (theirs) => (this.conflict = theirs),
    );
    return { drafts, files: drafts.open() };
  }

  readonly fetch = (_url: string, init: { body: string }): Promise<Response> => {
    if (!this.online) return Promise.reject(new TypeError("offline"));
    this.puts++;
    const { files, revision } = JSON.parse(init.body) as Draft;
    if (this.server && this.server.revision !== revision) {
      return Promise.resolve(Response.json(this.server, { status: 409 }));
    }
    this.server = { files, revision: revision + 1 };
    if (!this.whole) return Promise.resolve(new Response(new ReadableStream({ start: (body) => body.error(new TypeError("left")) })));
    return Promise.resolve(Response.json({ revision: revision + 1 }));
  };
}

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
  const target = { addEventListener: () => undefined, setTimeout, clearTimeout };
  vi.stubGlobal("window", target);
  vi.stubGlobal("document", { addEventListener: () => undefined, querySelector: () => null });
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => world.storage.get(key) ?? null,
    setItem: (key: string, value: string) => world.storage.set(key, value),
  });
  vi.stubGlobal("fetch", world.fetch);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what is left while the server answers is here still for the next page", async () => {
  const { drafts } = world.open();
  drafts.changed({ "a.go": "typed" });
  world.whole = false;
  await drafts.flush();
  expect(JSON.parse(world.storage.get("draft") ?? "")).toEqual({ files: { "a.go": "typed" }, revision: 0, dirty: true });
  // The next page was put together before the server had it; the server has it by then.
  const server = world.server;
  world.server = null;
  world.whole = true;
  const next = world.open();
  world.server = server;
  expect(next.files).toEqual({ "a.go": "typed" });
  await next.drafts.flush();
  expect(world.states.at(-1)).toBe("saved");
  expect(world.conflict).toBeNull();
});

test("each change is in the browser at once and on the server after a second of quiet", async () => {
  const { drafts } = world.open();
  for (const text of ["a", "ab", "abc"]) drafts.changed({ "a.go": text });
  expect(world.storage.get("draft")).toContain('"abc"');
  expect(world.puts).toBe(0);
  await vi.advanceTimersByTimeAsync(1100);
  expect(world.puts).toBe(1);
  expect(world.server?.files).toEqual({ "a.go": "abc" });
  expect(world.states.at(-1)).toBe("saved");
});

test("what the server never got is there when the page is opened again", async () => {
  world.online = false;
  world.open().drafts.changed({ "a.go": "typed" });
  await vi.advanceTimersByTimeAsync(1100);
  expect(world.states.at(-1)).toBe("offline");
  world.online = true;
  expect(world.open().files).toEqual({ "a.go": "typed" });
  await vi.advanceTimersByTimeAsync(100);
  expect(world.server?.files).toEqual({ "a.go": "typed" });
});

test("a save that overtook the page being opened is not forgotten", async () => {
  const before = { files: { "a.go": "older" }, revision: 1 };
  world.server = before;
  world.open().drafts.changed({ "a.go": "newer" });
  await vi.advanceTimersByTimeAsync(1100);
  world.server = before;
  const { drafts, files } = world.open();
  expect(files).toEqual({ "a.go": "newer" });
  world.server = { files, revision: 2 };
  drafts.changed({ "a.go": "newest" });
  await vi.advanceTimersByTimeAsync(1100);
  expect(world.conflict).toBeNull();
  expect(world.server.files).toEqual({ "a.go": "newest" });
});

test("it goes on trying until the server is back", async () => {
  world.online = false;
  world.open().drafts.changed({ "a.go": "typed" });
  await vi.advanceTimersByTimeAsync(7000);
  world.online = true;
  await vi.advanceTimersByTimeAsync(6000);
  expect(world.server?.files).toEqual({ "a.go": "typed" });
});

test("a draft that changed elsewhere is never overwritten unasked", async () => {
  const { drafts } = world.open();
  world.server = { files: { "a.go": "elsewhere" }, revision: 3 };
  drafts.changed({ "a.go": "here" });
  await vi.advanceTimersByTimeAsync(1100);
  expect(world.conflict?.files).toEqual({ "a.go": "elsewhere" });
  drafts.changed({ "a.go": "here and on" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(world.server.files).toEqual({ "a.go": "elsewhere" });

  expect(drafts.resolve("mine")).toEqual({ "a.go": "here and on" });
  await vi.advanceTimersByTimeAsync(100);
  expect(world.server.files).toEqual({ "a.go": "here and on" });
  expect(world.conflict).toBeNull();
});

test("taking the other version shows it and saves nothing", async () => {
  const { drafts } = world.open();
  world.server = { files: { "a.go": "elsewhere" }, revision: 3 };
  drafts.changed({ "a.go": "here" });
  await vi.advanceTimersByTimeAsync(1100);
  const { puts } = world;
  expect(drafts.resolve("theirs")).toEqual({ "a.go": "elsewhere" });
  await vi.advanceTimersByTimeAsync(2000);
  expect(world.puts).toBe(puts);
});

test("the same text on both sides is no conflict", async () => {
  const { drafts } = world.open();
  world.server = { files: { "a.go": "same" }, revision: 3 };
  drafts.changed({ "a.go": "same" });
  await vi.advanceTimersByTimeAsync(1100);
  expect(world.conflict).toBeNull();
  expect(world.states.at(-1)).toBe("saved");
});
