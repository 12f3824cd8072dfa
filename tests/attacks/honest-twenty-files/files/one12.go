package double

const one12 = 1
