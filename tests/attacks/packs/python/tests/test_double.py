import unittest

from double import double


class DoubleTest(unittest.TestCase):
    def test_two(self):
        self.assertEqual(double(2), 4)

    def test_close(self):
        self.assertAlmostEqual(double(1.5), 3.0)

    def test_in(self):
        self.assertIn(6, [double(3)])
