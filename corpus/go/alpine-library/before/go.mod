module example.com/graphs

go 1.20
