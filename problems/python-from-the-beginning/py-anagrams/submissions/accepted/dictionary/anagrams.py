def group(words):
    groups = {}
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"{word!r} is no word")
        groups.setdefault("".join(sorted(word.lower())), []).append(word)
    return list(groups.values())
