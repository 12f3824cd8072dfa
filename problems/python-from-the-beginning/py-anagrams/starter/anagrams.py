def group(words):
    """Put words into groups of anagrams."""
    return []
