module example.com/cards

go 1.20
