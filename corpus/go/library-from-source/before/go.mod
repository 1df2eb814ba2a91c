module example.com/stairs

go 1.20
