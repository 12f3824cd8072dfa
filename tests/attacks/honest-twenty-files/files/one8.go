package double

const one8 = 1
