//go:build cilium17

// Agents of 1.17 run the older load balancer: ServiceCache, K8sServiceWatcher and service manager. The one that later minors
// have is there, but off.

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"time"

	"github.com/cilium/hive/cell"
	"github.com/cilium/statedb"
	"github.com/sirupsen/logrus"
	"github.com/spf13/pflag"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/cilium/cilium/api/v1/models"
	daemonk8s "github.com/cilium/cilium/daemon/k8s"
	cgroups "github.com/cilium/cilium/pkg/cgroups/manager"
	"github.com/cilium/cilium/pkg/datapath/tables"
	datapath "github.com/cilium/cilium/pkg/datapath/types"
	"github.com/cilium/cilium/pkg/endpointmanager"
	"github.com/cilium/cilium/pkg/hive"
	"github.com/cilium/cilium/pkg/ipcache"
	"github.com/cilium/cilium/pkg/k8s"
	k8sclient "github.com/cilium/cilium/pkg/k8s/client"
	"github.com/cilium/cilium/pkg/k8s/synced"
	"github.com/cilium/cilium/pkg/k8s/utils"
	"github.com/cilium/cilium/pkg/k8s/watchers"
	lb "github.com/cilium/cilium/pkg/loadbalancer"
	"github.com/cilium/cilium/pkg/lock"
	"github.com/cilium/cilium/pkg/logging"
	monitor "github.com/cilium/cilium/pkg/monitor/agent"
	"github.com/cilium/cilium/pkg/monitor/agent/consumer"
	"github.com/cilium/cilium/pkg/monitor/agent/listener"
	"github.com/cilium/cilium/pkg/node"
	nodemanager "github.com/cilium/cilium/pkg/node/manager"
	nodetypes "github.com/cilium/cilium/pkg/node/types"
	"github.com/cilium/cilium/pkg/option"
	"github.com/cilium/cilium/pkg/policy"
	"github.com/cilium/cilium/pkg/redirectpolicy"
	"github.com/cilium/cilium/pkg/service"
	"github.com/cilium/cilium/pkg/testutils/mockmaps"
)

func (agentNode) SyncLocalNode(context.Context, *node.LocalNodeStore) {}

// silentMonitor discards events.
type silentMonitor struct{}

func (silentMonitor) AttachToEventsMap(int) error                  { return nil }
func (silentMonitor) SendEvent(int, interface{}) error             { return nil }
func (silentMonitor) RegisterNewListener(listener.MonitorListener) {}
func (silentMonitor) RemoveListener(listener.MonitorListener)      {}
func (silentMonitor) RegisterNewConsumer(consumer.MonitorConsumer) {}
func (silentMonitor) RemoveConsumer(consumer.MonitorConsumer)      {}
func (silentMonitor) State() *models.MonitorStatus                 { return nil }

// recordingMaps keeps the last request for each frontend that the service manager makes to the service maps.
type recordingMaps struct {
	datapath.LBMap
	requests map[uint16]*datapath.UpsertServiceParams
}

func (r recordingMaps) UpsertService(request *datapath.UpsertServiceParams) error {
	copied := *request
	r.requests[request.ID] = &copied
	return r.LBMap.UpsertService(request)
}

func (r recordingMaps) DeleteService(frontend lb.L3n4AddrID, count int, maglev bool, policy lb.SVCNatPolicy) error {
	delete(r.requests, uint16(frontend.ID))
	return r.LBMap.DeleteService(frontend, count, maglev, policy)
}

type agent struct {
	cache   *k8s.ServiceCache
	watcher *watchers.K8sWatcher
	manager service.ServiceManager
	maps    recordingMaps
}

func runAgent(q question, n agentNode) ([]frontend, error) {
	logging.DefaultLogger.SetOutput(io.Discard)
	failed := &errorLog{}
	logging.DefaultLogger.ReplaceHooks(logrus.LevelHooks{})
	logging.DefaultLogger.AddHook(failed)
	nodetypes.SetName(n.name)
	configure(option.Config, q.Settings)
	a := &agent{maps: recordingMaps{mockmaps.NewLBMockMap(), map[uint16]*datapath.UpsertServiceParams{}}}
	h := a.hive(n)
	flags := pflag.NewFlagSet("oracle", pflag.ContinueOnError)
	h.RegisterFlags(flags)
	if err := flags.Set("enable-service-topology", strconv.FormatBool(q.Settings.ServiceTopology)); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := h.Start(log, ctx); err != nil {
		return nil, err
	}
	defer func() { _ = h.Stop(log, context.Background()) }()
	a.watcher.RunK8sServiceHandler()
	if err := a.feed(q); err != nil {
		return nil, err
	}
	if failed.first != "" {
		return nil, fmt.Errorf("the agent logged: %s", failed.first)
	}
	return a.read(), nil
}

// configure sets what the agent's flags set in this minor.
func configure(c *option.DaemonConfig, s settings) {
	c.EnableIPv4, c.EnableIPv6 = true, true
	c.KubeProxyReplacement = option.KubeProxyReplacementFalse
	if s.KubeProxyReplacement {
		c.KubeProxyReplacement = option.KubeProxyReplacementTrue
	}
	c.EnableNodePort = s.KubeProxyReplacement || s.NodePort
	c.EnableExternalIPs = s.KubeProxyReplacement || s.ExternalIPs
	c.EnableHostPort, c.EnableSocketLB = s.KubeProxyReplacement, s.KubeProxyReplacement
	c.EnableInternalTrafficPolicy = s.InternalTrafficPolicy
	c.EnableK8sTerminatingEndpoint, c.EnableSessionAffinity, c.EnableSVCSourceRangeCheck = true, true, true
	c.LoadBalancerProtocolDifferentiation = true
	c.EnableHealthCheckNodePort = false // It would listen on ports of this machine.
	c.NodePortAlg, c.NodePortMode = option.NodePortAlgRandom, option.NodePortModeSNAT
	c.K8sServiceCacheSize, c.LBMapEntries = 1<<16, 1<<16
}

func (a *agent) hive(n agentNode) *hive.Hive {
	return hive.New(
		cell.Invoke(func(*node.LocalNodeStore) {}),
		k8sclient.FakeClientCell,
		daemonk8s.ResourcesCell,
		synced.Cell,
		k8s.ServiceCacheCell,
		node.LocalNodeStoreCell,
		watchers.Cell,
		service.Cell,
		cell.Provide(
			func() node.LocalNodeSynchronizer { return n },
			func() *option.DaemonConfig { return option.Config },
			func() datapath.LBMap { return a.maps },
			func() monitor.Agent { return silentMonitor{} },
			k8s.NewSVCMetricsNoop,
			tables.NewNodeAddressTable,
			statedb.RWTable[tables.NodeAddress].ToTable,
		),
		absentParts,
		cell.Invoke(statedb.RegisterTable[tables.NodeAddress]),
		cell.Invoke(func(db *statedb.DB, addresses statedb.RWTable[tables.NodeAddress], cache *k8s.ServiceCache, watcher *watchers.K8sWatcher, manager service.ServiceManager) {
			a.cache, a.watcher, a.manager = cache, watcher, manager
			insertNodeAddresses(db, addresses)
		}),
	)
}

// absentParts are those that the watcher's constructor requires and that have no part in load balancing.
var absentParts = cell.Provide(
	func() datapath.NodeNeighbors { return nil },
	func() datapath.BandwidthManager { return nil },
	func() endpointmanager.EndpointManager { return nil },
	func() *policy.Updater { return nil },
	func() *ipcache.IPCache { return nil },
	func() *redirectpolicy.Manager { return nil },
	func() cgroups.CGroupManager { return nil },
	func() nodemanager.NodeManager { return nil },
)

// feed gives the objects to the cache, as the informers do, and waits until the watcher has handled them.
func (a *agent) feed(q question) error {
	objects, err := watchedObjects(q)
	if err != nil {
		return err
	}
	group := lock.NewStoppableWaitGroup()
	for _, service := range objects.services {
		a.cache.UpdateService(service, group)
	}
	for _, slice := range objects.slices {
		a.cache.UpdateEndpoints(k8s.ParseEndpointSliceV1(slice), group)
	}
	group.Stop()
	group.Wait()
	return nil
}

func (a *agent) read() []frontend {
	result := []frontend{}
	for _, one := range a.manager.GetDeepCopyServices() {
		ip := one.Frontend.AddrCluster.Addr()
		request, programmed := a.maps.requests[uint16(one.Frontend.ID)]
		// A node port is served once more at each address of the node.
		if !programmed || one.Type == lb.SVCTypeNodePort && !ip.IsUnspecified() {
			continue
		}
		f := frontend{
			Service: one.Name.Namespace + "/" + one.Name.Name, Kind: string(one.Type),
			Address: ip.String(), Port: one.Frontend.Port, Protocol: string(one.Frontend.Protocol),
			Internal: one.Frontend.Scope == lb.ScopeInternal, Endpoints: []string{},
		}
		for _, backend := range request.ActiveBackends {
			f.Endpoints = append(f.Endpoints, netipPort(backend))
		}
		result = append(result, f)
	}
	return result
}

func netipPort(backend *lb.Backend) string {
	ip := backend.AddrCluster.Addr().String()
	if backend.AddrCluster.Is6() {
		ip = "[" + ip + "]"
	}
	return ip + ":" + strconv.Itoa(int(backend.Port))
}

func listOptions(proxyName string) (service, slice func(*metav1.ListOptions), err error) {
	if service, err = utils.GetServiceAndEndpointListOptionsModifier(proxyName); err != nil {
		return nil, nil, err
	}
	slice, err = utils.GetEndpointSliceListOptionsModifier()
	return service, slice, err
}

// errorLog keeps the first error that the agent logs.
type errorLog struct{ first string }

func (*errorLog) Levels() []logrus.Level { return []logrus.Level{logrus.ErrorLevel} }

func (e *errorLog) Fire(entry *logrus.Entry) error {
	if e.first == "" {
		e.first = fmt.Sprint(entry.Message, " ", entry.Data)
	}
	return nil
}
