module zonewise.dev/upstream

go 1.22
