console.log(process.env, process.argv, process.execArgv, process.title);
export const double = (n) => n;
