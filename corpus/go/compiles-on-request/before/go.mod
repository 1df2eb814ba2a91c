module example.com/rivers

go 1.20
