//go:build cilium18 || cilium19 || cilium20

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"strconv"
	"time"

	"github.com/cilium/hive/cell"
	"github.com/cilium/statedb"
	"github.com/cilium/statedb/reconciler"
	"github.com/spf13/pflag"

	daemonk8s "github.com/cilium/cilium/daemon/k8s"
	"github.com/cilium/cilium/pkg/datapath/tables"
	envoyconfig "github.com/cilium/cilium/pkg/envoy/config"
	"github.com/cilium/cilium/pkg/hive"
	fakeclient "github.com/cilium/cilium/pkg/k8s/client/testutils"
	k8stest "github.com/cilium/cilium/pkg/k8s/testutils"
	"github.com/cilium/cilium/pkg/k8s/version"
	lb "github.com/cilium/cilium/pkg/loadbalancer"
	lbmaps "github.com/cilium/cilium/pkg/loadbalancer/maps"
	lbreconciler "github.com/cilium/cilium/pkg/loadbalancer/reconciler"
	"github.com/cilium/cilium/pkg/loadbalancer/reflectors"
	"github.com/cilium/cilium/pkg/loadbalancer/writer"
	"github.com/cilium/cilium/pkg/maglev"
	"github.com/cilium/cilium/pkg/metrics"
	"github.com/cilium/cilium/pkg/node"
	nodetypes "github.com/cilium/cilium/pkg/node/types"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/source"
)

const (
	agentTimeout = time.Minute
	// Without a change for so long after everything is programmed, an agent has finished.
	quietPeriod = 120 * time.Millisecond
)

func (agentNode) SyncLocalNode(context.Context, *node.LocalNodeStore)                {}
func (agentNode) WaitForNodeInformation(context.Context, *node.LocalNodeStore) error { return nil }

// agent is the load balancer of one node's agent: reflectors, writer and reconciler, with service maps in memory.
type agent struct {
	db        *statedb.DB
	frontends statedb.Table[*lb.Frontend]
	client    *fakeclient.FakeClientset
	maps      lbmaps.LBMaps
}

func runAgent(q question, n agentNode) ([]frontend, error) {
	version.Force(k8stest.DefaultVersion)
	nodetypes.SetName(n.name)
	a := &agent{maps: lbmaps.NewFakeLBMaps()}
	h := a.hive(q.Settings, n)
	if err := setFlags(h, q.Settings); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	if err := h.Populate(log); err != nil {
		return nil, err
	}
	if err := a.load(q); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), agentTimeout)
	defer cancel()
	if err := h.Start(log, ctx); err != nil {
		return nil, err
	}
	defer func() { _ = h.Stop(log, context.Background()) }()
	if err := a.finish(ctx); err != nil {
		return nil, err
	}
	return a.read()
}

func (a *agent) hive(s settings, n agentNode) *hive.Hive {
	config := &option.DaemonConfig{EnableIPv4: true, EnableIPv6: true}
	return hive.New(
		// First, so that the table of nodes is filled before another cell reads it.
		cell.Invoke(func(*node.LocalNodeStore) {}),
		fakeclient.FakeClientCell(),
		daemonk8s.ResourcesCell,
		cell.Config(envoyconfig.SecretSyncConfig{}),
		metrics.Cell,
		maglev.Cell,
		lb.ConfigCell,
		writer.Cell,
		reflectors.Cell,
		lbreconciler.Cell,
		cellsOfMinor(config, s),
		cell.Provide(
			func() *lb.TestConfig { return &lb.TestConfig{} },
			func() *option.DaemonConfig { return config },
			func() lbmaps.LBMaps { return a.maps },
			func() node.LocalNodeSynchronizer { return n },
			tables.NewNodeAddressTable,
			statedb.RWTable[tables.NodeAddress].ToTable,
			source.NewSources,
		),
		cell.Invoke(func(db *statedb.DB, addresses statedb.RWTable[tables.NodeAddress], frontends statedb.Table[*lb.Frontend], client *fakeclient.FakeClientset) {
			a.db, a.frontends, a.client = db, frontends, client
			insertNodeAddresses(db, addresses)
		}),
	)
}

func setFlags(h *hive.Hive, s settings) error {
	flags := pflag.NewFlagSet("oracle", pflag.ContinueOnError)
	flags.SetOutput(io.Discard) // 1.18 warns that enable-node-port is deprecated.
	h.RegisterFlags(flags)
	values := map[string]string{
		"enable-service-topology":  strconv.FormatBool(s.ServiceTopology),
		"kube-proxy-replacement":   strconv.FormatBool(s.KubeProxyReplacement),
		"k8s-service-proxy-name":   s.ServiceProxyName,
		"bpf-lb-maglev-table-size": "251",
	}
	if flags.Lookup("enable-node-port") != nil {
		values["enable-node-port"] = strconv.FormatBool(s.NodePort)
	}
	for name, value := range values {
		if err := flags.Set(name, value); err != nil {
			return fmt.Errorf("--%s=%s: %w", name, value, err)
		}
	}
	return nil
}

// load puts the objects into the fake API server before the agent lists them.
func (a *agent) load(q question) error {
	objects, err := watchedObjects(q)
	if err != nil {
		return err
	}
	tracker := a.client.SlimFakeClientset.Tracker()
	for _, service := range objects.services {
		if err := tracker.Add(service); err != nil {
			return err
		}
	}
	for _, slice := range objects.slices {
		if err := tracker.Add(slice); err != nil {
			return err
		}
	}
	return nil
}

// finish waits until the first lists are reflected and every frontend is reconciled, and then for a quiet period.
func (a *agent) finish(ctx context.Context) error {
	if ready, wait := a.frontends.Initialized(a.db.ReadTxn()); !ready {
		select {
		case <-wait:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %v", a.frontends.PendingInitializers(a.db.ReadTxn()))
		}
	}
	for {
		all, changed := a.frontends.AllWatch(a.db.ReadTxn())
		pending := 0
		for one := range all {
			switch one.Status.Kind {
			case reconciler.StatusKindDone:
			case reconciler.StatusKindError:
				return fmt.Errorf("%s: %s", one.Address.StringWithProtocol(), errorOf(one.Status))
			default:
				pending++
			}
		}
		quiet := time.After(quietPeriod)
		if pending > 0 {
			quiet = nil
		}
		select {
		case <-changed:
		case <-quiet:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("%d frontends are not reconciled", pending)
		}
	}
}

type mapKey struct {
	address  netip.AddrPort
	protocol uint8
	scope    uint8
	slot     int
}

// read lists the frontends of the agent's table that are in the service map, with the active slots of their entries.
func (a *agent) read() ([]frontend, error) {
	names := map[lb.BackendID]string{}
	err := a.maps.DumpBackend(func(key lbmaps.BackendKey, value lbmaps.BackendValue) {
		value = value.ToHost()
		names[key.GetID()] = netip.AddrPortFrom(value.GetAddress().Addr(), value.GetPort()).String()
	})
	if err != nil {
		return nil, err
	}
	counts, slots := map[mapKey]int{}, map[mapKey]string{}
	err = a.maps.DumpService(func(key lbmaps.ServiceKey, value lbmaps.ServiceValue) {
		key, value = key.ToHost(), value.ToHost()
		at := mapKey{netip.AddrPortFrom(addressOf(key), key.GetPort()), key.GetProtocol(), key.GetScope(), key.GetBackendSlot()}
		if at.slot == 0 {
			counts[at] = value.GetCount()
		} else {
			slots[at] = names[value.GetBackendID()]
		}
	})
	if err != nil {
		return nil, err
	}
	result := []frontend{}
	for one := range a.frontends.All(a.db.ReadTxn()) {
		address := one.Address
		at := mapKey{netip.AddrPortFrom(address.AddrCluster().Addr(), address.Port()), protocolNumber(address.Protocol()), address.Scope(), 0}
		count, programmed := counts[at]
		if !programmed {
			continue
		}
		f := frontend{
			Service: one.ServiceName.Namespace() + "/" + one.ServiceName.Name(), Kind: string(one.Type),
			Address: at.address.Addr().String(), Port: address.Port(), Protocol: string(address.Protocol()),
			Internal: address.Scope() == lb.ScopeInternal, Endpoints: []string{},
		}
		for at.slot = 1; at.slot <= count; at.slot++ {
			f.Endpoints = append(f.Endpoints, slots[at])
		}
		result = append(result, f)
	}
	return result, nil
}

func protocolNumber(name lb.L4Type) uint8 {
	switch name {
	case lb.TCP:
		return 6
	case lb.UDP:
		return 17
	case lb.SCTP:
		return 132
	}
	panic(fmt.Sprintf("unexpected protocol %v", name))
}
