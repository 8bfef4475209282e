//go:build k31

package main

const kubernetesVersion = "1.31"
