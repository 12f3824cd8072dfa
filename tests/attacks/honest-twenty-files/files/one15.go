package double

const one15 = 1
