module zonewise.dev/cilium

go 1.22
