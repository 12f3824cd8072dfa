class PiggyBank:
    """Keeps coins."""

    def put(self, cents):
        pass
