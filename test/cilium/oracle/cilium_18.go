//go:build cilium18

package main

import (
	"github.com/cilium/hive/cell"
	"github.com/cilium/statedb"
	"github.com/cilium/statedb/reconciler"

	daemonk8s "github.com/cilium/cilium/daemon/k8s"
	"github.com/cilium/cilium/pkg/datapath/tables"
	"github.com/cilium/cilium/pkg/kpr"
	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
	"github.com/cilium/cilium/pkg/node"
	"github.com/cilium/cilium/pkg/option"
)

func cellsOfMinor(config *option.DaemonConfig, s settings) cell.Cell {
	config.EnableInternalTrafficPolicy = s.InternalTrafficPolicy
	return cell.Group(
		daemonk8s.TablesCell,
		kpr.Cell,
		node.LocalNodeStoreCell,
		cell.Invoke(statedb.RegisterTable[tables.NodeAddress]),
		cell.Provide(func() lbmaps.HaveNetNSCookieSupport { return func() bool { return true } }),
	)
}

func errorOf(status reconciler.Status) string { return status.Error }
