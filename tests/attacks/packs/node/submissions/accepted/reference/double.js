export function double(n) {
  return typeof n === "bigint" ? 2n * n : 2 * n;
}
