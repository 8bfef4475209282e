package main

import (
	"fmt"
	"math/rand"
	"sort"

	discovery "k8s.io/api/discovery/v1"
	"k8s.io/endpointslice/topologycache"
)

func hintsBySlice(slices []*discovery.EndpointSlice) map[string]sliceHints {
	byName := map[string]sliceHints{}
	for _, slice := range slices {
		byName[slice.Name] = hintsOn(slice)
	}
	return byName
}

// inOrder sorts outcomes by their counts, so that the first is the same in every run that sees the same ones.
func inOrder(seen map[string]map[string]sliceHints) []map[string]sliceHints {
	keys := []string{}
	for key := range seen {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	outcomes := []map[string]sliceHints{}
	for _, key := range keys {
		outcomes = append(outcomes, seen[key])
	}
	return outcomes
}

func hintsOn(slice *discovery.EndpointSlice) sliceHints {
	hints := sliceHints{}
	for _, endpoint := range slice.Endpoints {
		hints = append(hints, endpoint.Hints)
	}
	return hints
}

// countsKey distinguishes outcomes by what is comparable: how many ready endpoints of a slice each zone and node gets.
func countsKey(slices []*discovery.EndpointSlice) string {
	counts := map[string]int{}
	for _, slice := range slices {
		for _, endpoint := range slice.Endpoints {
			if endpoint.Hints == nil {
				continue
			}
			at := fmt.Sprintf("%s/%t/", slice.Name, topologycache.EndpointReady(endpoint))
			for _, zone := range endpoint.Hints.ForZones {
				counts[at+zone.Name]++
			}
			for _, node := range hintedNodes(endpoint.Hints) {
				counts[at+"node:"+node]++
			}
		}
	}
	return asJSON(counts)
}

// shuffled imitates the lister, whose order follows a map (client-go tools/cache thread_safe_store.go).
func shuffled(slices []*discovery.EndpointSlice) []*discovery.EndpointSlice {
	mixed := append([]*discovery.EndpointSlice{}, slices...)
	rand.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	return mixed
}
