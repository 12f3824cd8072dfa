"""The all-in-one start: embedded servers, preparation, and the parts under one supervisor."""
