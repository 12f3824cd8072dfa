import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { call, Refused } from "../shared/http";

interface Asked {
  url: string;
  token: string | null;
}

const STALE = { error: "The CSRF tokens do not match.", details: { csrf: ["of another session"] } };
const asked: Asked[] = [];

/** A document with the page's own token and user, as far as `http` looks at it. */
function page(user: string): { token: HTMLMetaElement } {
  const token = { content: "old" } as HTMLMetaElement;
  const found: Record<string, HTMLMetaElement> = {
    'meta[name="csrf-token"]': token,
    'meta[name="user"]': { content: user } as HTMLMetaElement,
  };
  vi.stubGlobal("document", { querySelector: (selector: string) => found[selector] ?? null });
  return { token };
}

function server(answers: (asked: Asked) => [number, unknown, Record<string, string>?]): void {
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const one = { url, token: new Headers(init.headers).get("X-CSRFToken") };
    asked.push(one);
    const [status, body, headers] = answers(one);
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers: headers ?? {} }));
  });
}

beforeEach(() => {
  asked.length = 0;
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function sessionOf(user: string | null) {
  return ({ url, token }: Asked): [number, unknown] => {
    if (url === "/session.json") return [200, { user, csrf_token: "new" }];
    return token === "new" ? [200, { saved: true }] : [400, STALE];
  };
}

test("a page whose session is a new one fetches its token and tries once more", async () => {
  const { token } = page("stina");
  server(sessionOf("stina"));
  expect(await call("POST", "/save", {})).toEqual({ saved: true });
  expect(asked.map(({ url }) => url)).toEqual(["/save", "/session.json", "/save"]);
  expect(token.content).toBe("new");
});

test("it tries no more than once", async () => {
  page("stina");
  server(({ url }) => (url === "/session.json" ? [200, { user: "stina", csrf_token: "new" }] : [400, STALE]));
  await expect(call("POST", "/save", {})).rejects.toMatchObject({ status: 400 });
  expect(asked.length).toBe(3);
});

test("what one user wrote is not sent as another's", async () => {
  page("stina");
  server(sessionOf("otto"));
  await expect(call("POST", "/save", {})).rejects.toMatchObject({ status: 403 });
  expect(asked.length).toBe(2);
});

test("who is signed out is told so, and may go on at once afterwards", async () => {
  page("stina");
  server(sessionOf(null));
  const refused = await call("POST", "/save", {}).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ status: 401, retryAfter: null });
});

test("only too much is a matter of waiting", async () => {
  page("stina");
  server(({ url }) => [url === "/a" ? 401 : 429, { error: "too many submissions; try again in 7 s" }, { "Retry-After": "7" }]);
  await expect(call("POST", "/a", {})).rejects.toMatchObject({ status: 401, retryAfter: null });
  await expect(call("POST", "/b", {})).rejects.toMatchObject({
    status: 429, retryAfter: 7, message: "Too many submissions. You can try again in 7 s. Nothing was lost.",
  });
});
