package main

import (
	"net/netip"

	"github.com/cilium/cilium/pkg/datapath/tables"
	"github.com/cilium/statedb"
)

// insertNodeAddresses makes the node's addresses serve node ports.
func insertNodeAddresses(db *statedb.DB, addresses statedb.RWTable[tables.NodeAddress]) {
	txn := db.WriteTxn(addresses)
	for _, ip := range nodeIPs {
		address, _ := netip.AddrFromSlice(ip)
		_, _, _ = addresses.Insert(txn, tables.NodeAddress{Addr: address.Unmap(), NodePort: true, Primary: true, DeviceName: "eth0"})
	}
	txn.Commit()
}
