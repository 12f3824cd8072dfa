package double

const one16 = 1
