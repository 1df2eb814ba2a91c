module git.example.org/harbour/harbourd

go 1.24
