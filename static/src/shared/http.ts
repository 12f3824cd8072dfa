/** Calls to our own server: CSRF header, JSON both ways, errors in words. */

export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: Record<string, unknown>,
    /** Seconds until it makes sense to try again; null where the server did not say. */
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** The server could not be reached, or is not able to answer now: trying again may help. */
export class Unreachable extends Error {}

const WORDS: Record<number, string> = {
  401: "You're signed out. Sign in again in another tab. Your code is safe here.",
  403: "You don't have permission to do this. If you signed in as another user, reload the page.",
  404: "This no longer exists.",
  413: "Your files are too large: 128 KiB together is the most.",
};

type Method = "GET" | "POST" | "PUT";

export async function call<T>(
  method: Method,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
  keepalive = false,
): Promise<T> {
  const response = await answer(method, url, body, headers, keepalive);
  const data = parsed(await whole(response));
  // Somebody else has answered, such as a network that wants one to sign in.
  if (data === undefined) throw new Unreachable("The server's answer cannot be read.");
  return data as T;
}

/** The answer's text. Where it breaks off, as it does for a page that is being left, nothing is known. */
async function whole(response: Response): Promise<string> {
  return response.text().catch(() => {
    throw new Unreachable("The server's answer did not arrive.");
  });
}

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A file that the server makes of `body`, under the name that it gives. */
export async function fetchFile(url: string, body: unknown): Promise<File> {
  const response = await answer("POST", url, body);
  const name = /filename="?([^";]+)/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "";
  return new File([await response.blob()], name);
}

async function answer(
  method: Method,
  url: string,
  body?: unknown,
  headers: Record<string, string> = {},
  keepalive = false,
): Promise<Response> {
  const first = await ask(method, url, body, headers, keepalive);
  if (first instanceof Response) return first;
  // The session is another one: somebody has signed out, and perhaps in again, in another tab.
  if (method === "GET" || !isStale(first)) throw first;
  await refreshToken();
  const second = await ask(method, url, body, headers, keepalive);
  if (second instanceof Response) return second;
  throw second;
}

/** One request: the response, or the refusal. */
async function ask(
  method: Method,
  url: string,
  body: unknown,
  headers: Record<string, string>,
  keepalive: boolean,
): Promise<Response | Refused> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      keepalive,
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(method === "GET" ? {} : { "X-CSRFToken": meta("csrf-token")?.content ?? "" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
    });
  } catch {
    throw new Unreachable("Can't reach the server.");
  }
  if (response.type === "opaqueredirect") return new Refused(401, WORDS[401] ?? "", {}, null);
  if (response.status >= 500) throw new Unreachable("The server can't respond right now. This is our fault.");
  if (response.ok) return response;
  return refusal(response, (parsed(await whole(response)) ?? {}) as Record<string, unknown>);
}

function meta(name: string): HTMLMetaElement | null {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`);
}

/** Whether the token of this page is not that of the session any more. */
function isStale(refused: Refused): boolean {
  const { details } = refused.body;
  return refused.status === 400 && typeof details === "object" && details !== null && "csrf" in details;
}

/** Takes the token of the session as it is now, if it is still the same person's. */
async function refreshToken(): Promise<void> {
  const found = await ask("GET", "/session.json", undefined, {}, false);
  if (found instanceof Refused) throw found;
  const session = parsed(await whole(found)) as { user: string | null; csrf_token: string } | undefined;
  if (!session) throw new Unreachable("The server's answer cannot be read.");
  const before = meta("user")?.content ?? "";
  if (before !== "" && session.user === null) throw new Refused(401, WORDS[401] ?? "", {}, null);
  // Who had no account a moment ago has signed in: it is the same person.
  if (before !== "" && before !== session.user) throw new Refused(403, WORDS[403] ?? "", {}, null);
  const kept = meta("csrf-token");
  if (kept) kept.content = session.csrf_token;
}

function refusal(response: Response, data: Record<string, unknown>): Refused {
  const said = [data.error, data.message].find((text): text is string => typeof text === "string");
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const patience = Number.isFinite(wait) ? wait : null;
  if (response.status === 429) return new Refused(429, tooOften(said ?? "too many requests", patience), data, patience);
  const fallback = WORDS[response.status] ?? `The server refused this (${response.status}).`;
  // Only what there was too much of is a matter of waiting.
  return new Refused(response.status, said ?? fallback, data, null);
}

/** `said`: what there was too much of, as "too many submissions; try again in 5 s". */
function tooOften(said: string, wait: number | null): string {
  const what = said.split(";")[0] ?? said;
  const when = wait === null ? "Wait a little, then try again." : `You can try again in ${wait} s.`;
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}. ${when} Nothing was lost.`;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
