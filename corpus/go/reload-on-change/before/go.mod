module example.com/qotd

go 1.20
