//go:build k36

package main

const kubernetesVersion = "1.36"
