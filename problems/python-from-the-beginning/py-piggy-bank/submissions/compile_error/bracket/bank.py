class PiggyBank:
    def __init__(self):
        self.coins = [
