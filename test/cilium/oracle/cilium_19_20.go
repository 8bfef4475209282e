//go:build cilium19 || cilium20

package main

import (
	"github.com/cilium/hive/cell"
	"github.com/cilium/statedb/reconciler"

	clustermesh "github.com/cilium/cilium/pkg/clustermesh/types"
	"github.com/cilium/cilium/pkg/kpr"
	"github.com/cilium/cilium/pkg/lbipamconfig"
	"github.com/cilium/cilium/pkg/node"
	"github.com/cilium/cilium/pkg/nodeipamconfig"
	"github.com/cilium/cilium/pkg/option"
)

func cellsOfMinor(*option.DaemonConfig, settings) cell.Cell {
	return cell.Group(
		resourceTables,
		kpr.Cell,
		lbipamconfig.Cell,
		nodeipamconfig.Cell,
		node.LocalNodeStoreCell,
		cell.Provide(func() clustermesh.ClusterInfo { return clustermesh.ClusterInfo{} }),
	)
}

func errorOf(status reconciler.Status) string { return status.GetError() }
