def group(words):
    groups = []
    for word in words:
        if not isinstance(word, str):
            raise TypeError(word)
        for one in groups:
            if sorted(one[0].lower()) == sorted(word.lower()):
                one.append(word)
                break
        else:
            groups.append([word])
    return groups
