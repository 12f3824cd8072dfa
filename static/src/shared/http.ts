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
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      keepalive,
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(method === "GET" ? {} : { "X-CSRFToken": token }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
    });
  } catch {
    throw new Unreachable("Can't reach the server.");
  }
  if (response.type === "opaqueredirect") throw new Refused(401, WORDS[401] ?? "", {}, null);
  if (response.status >= 500) throw new Unreachable("The server can't respond right now. This is our fault.");
  if (response.ok) return response;
  throw refusal(response, (parsed(await whole(response)) ?? {}) as Record<string, unknown>);
}

function refusal(response: Response, data: Record<string, unknown>): Refused {
  const said = [data.error, data.message].find((text): text is string => typeof text === "string");
  const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const patience = Number.isFinite(wait) ? wait : null;
  if (response.status === 429) return new Refused(429, tooOften(patience), data, patience);
  const fallback = WORDS[response.status] ?? `The server refused this (${response.status}).`;
  return new Refused(response.status, said ?? fallback, data, patience);
}

function tooOften(wait: number | null): string {
  const when = wait === null ? "Wait a little, then try again." : `You can try again in ${wait} s.`;
  return `Too many requests. ${when} Nothing was lost.`;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
