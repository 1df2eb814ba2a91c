#!/usr/bin/python3
import sys

print(sum("- name:" in line for line in open(sys.argv[1])))
