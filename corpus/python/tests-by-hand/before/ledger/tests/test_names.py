import unittest


class Names(unittest.TestCase):
    def test_the_driver_is_there(self) -> None:
        import psycopg2

        self.assertTrue(psycopg2.__version__)
