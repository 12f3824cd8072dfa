setInterval(() => {}, 1000);
export const double = () => new Promise(() => {});
