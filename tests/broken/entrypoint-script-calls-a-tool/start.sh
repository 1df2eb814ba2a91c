#!/bin/sh
fill && echo started
