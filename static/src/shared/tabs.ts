/** The keys of a tab list: arrows move, Home and End jump; the caller shows the panel. */

export function tabList(list: HTMLElement, onSelect: (tab: HTMLElement) => void): void {
  const tabs = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
  list.addEventListener("click", (event) => {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]');
    if (tab) onSelect(tab);
  });
  list.addEventListener("keydown", (event) => {
    const all = tabs();
    const at = all.indexOf(event.target as HTMLElement);
    if (at < 0) return;
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
    const tab = next === undefined ? undefined : all[(next + all.length) % all.length];
    if (!tab) return;
    event.preventDefault();
    onSelect(tab);
    tab.focus();
  });
}

export function select(list: HTMLElement, chosen: HTMLElement): void {
  for (const tab of list.querySelectorAll<HTMLElement>('[role="tab"]')) {
    const selected = tab === chosen;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
  }
}
