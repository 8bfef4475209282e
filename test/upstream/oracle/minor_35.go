//go:build k35

package main

const kubernetesVersion = "1.35"
