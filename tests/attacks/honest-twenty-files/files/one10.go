package double

const one10 = 1
