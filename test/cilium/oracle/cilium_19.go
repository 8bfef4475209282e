//go:build cilium19

package main

import daemonk8s "github.com/cilium/cilium/daemon/k8s"

var resourceTables = daemonk8s.TablesCell
