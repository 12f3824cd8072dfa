import unittest

from anagrams import group


class AnagramsTest(unittest.TestCase):
    def test_example(self):
        self.assertEqual(group(["tea", "Eat", "cup"]), [["tea", "Eat"], ["cup"]])

    def test_nothing(self):
        self.assertEqual(group([]), [])

    def test_no_string(self):
        with self.assertRaises(TypeError):
            group(["tea", 7])
