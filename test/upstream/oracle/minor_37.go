//go:build k37

package main

const kubernetesVersion = "1.37"
