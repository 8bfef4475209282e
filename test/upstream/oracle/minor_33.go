//go:build k33

package main

const kubernetesVersion = "1.33"
