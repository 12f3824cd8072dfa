package double

const one17 = 1
