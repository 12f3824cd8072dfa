export const double = () => "x".repeat(40_000_000);
