module example.com/stamp

go 1.20

require example.com/ink v1.2.0
