module example.org/cli

go 1.22

require example.org/words v1.0.0
