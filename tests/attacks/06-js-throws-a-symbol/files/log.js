export function make(n) {
  if (n < 0) throw Symbol("x");
  return Array.from({ length: n }, (_, i) => i);
}
export const take = (list) => list.toSorted();
export class Log {
  #all = [];
  add(one) { this.#all.push(one); }
  history() { return [...this.#all]; }
}
