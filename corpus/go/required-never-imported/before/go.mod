module example.org/scales

go 1.21

require (
	example.org/courier v0.1.0
	github.com/google/uuid v1.6.0
)
