GO ?= go
BIN_DIR := bin
