import sys

from packaging.version import Version

print(sum(int(word) for word in sys.argv[1:]), Version("1.0") < Version("2.0"))
