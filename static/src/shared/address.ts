/** What is shown can be linked: tabs, views and results live in the query of the address. */

export function param(name: string): string | null {
  return new URL(location.href).searchParams.get(name);
}

export function setParam(name: string, value: string | null): void {
  const url = new URL(location.href);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  history.replaceState(null, "", url);
}
