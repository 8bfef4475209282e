//go:build k32

package main

const kubernetesVersion = "1.32"
