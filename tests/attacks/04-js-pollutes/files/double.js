export function double() {
  return JSON.parse('{"__proto__": {"polluted": true, "valueOf": 4}, "constructor": {"prototype": {"x": 1}}}');
}
