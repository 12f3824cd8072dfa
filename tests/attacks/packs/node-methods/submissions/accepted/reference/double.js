export const double = (n) => (Array.isArray(n) ? [...n, ...n] : n + n);
