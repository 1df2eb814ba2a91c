import unittest

from serve import index


class Answers(unittest.TestCase):
    def test_index(self) -> None:
        self.assertEqual(index(), "locked")
