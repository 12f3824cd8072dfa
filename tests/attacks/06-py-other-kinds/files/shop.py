# a function's result is a function / generator / exception / class / module
import sys
class EmptyError(Exception): pass
class Bag:
    def __init__(self): self.items=[]
    def add(self,x): pass
    def __len__(self): return True
    def total(self): return lambda: 3
def pop(b): return EmptyError
def total(xs): raise AssertionError("x") if False else KeyboardInterrupt
def label(x):
    def f(): pass
    f.startswith=f.endswith=lambda *a: True
    return f
def pairs(x): return ((y for y in [(1,1)]))
def table(x): return sys
def is_even(n): return EmptyError("x")
def mean(xs): return float
def places(n): return iter([0,1,2])
