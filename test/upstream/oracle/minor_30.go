//go:build k30

package main

const kubernetesVersion = "1.30"
