module example.org/notice

go 1.22
