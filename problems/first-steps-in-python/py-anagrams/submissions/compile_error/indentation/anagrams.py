def group(words):
return []
